"""The command that takes what came of meetings, one by one or from a sheet, takes it back, and lists it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.actors import Commitment
from matchmaker.answers import DeclineReason
from matchmaker.cli.importing import mapping_of, show_rejections
from matchmaker.cli.shared import Examples, as_json, existing, opened, out, print_json, who
from matchmaker.errors import ImportRejectedError
from matchmaker.events.outcomes import (
    Attendance,
    CameOf,
    Committed,
    FollowUp,
    NewCompany,
    NoGood,
    Outcome,
    Rating,
    Remark,
    Said,
    Statement,
)
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.arranging import OutcomeImport, Template
    from matchmaker.workspace import Workspace

VERBS = (
    "held",
    "no-show WHO...",
    "rated 1 to 5 --by",
    f"came-of {' or '.join(CameOf)} --by --on",
    f"no-good {' or '.join(DeclineReason)} --by",
    f"committed {' or '.join(Commitment)} --on",
    "new-company ACTOR --on",
)


@click.command(
    "outcomes",
    cls=Examples,
    examples="""
    matchmaker event outcomes spring-meeting
    matchmaker event outcomes spring-meeting --template outcomes.xlsx --language da
    matchmaker event outcomes spring-meeting --import outcomes.xlsx --dry-run
    matchmaker event outcomes spring-meeting p1 p2 held
    matchmaker event outcomes spring-meeting p1 p2 no-show p2
    matchmaker event outcomes spring-meeting p1 p2 rated 4 --by p1
    matchmaker event outcomes spring-meeting p1 p2 no-good too_far --by p2 --words "Four hours by road"
    matchmaker event outcomes spring-meeting p1 p2 came-of negotiation_started --by p1 --on 2027-09-01
    matchmaker event outcomes spring-meeting p1 p2 committed project --on 2027-11-15 --title "Protein from grass"
    matchmaker event outcomes spring-meeting p1 p2 new-company grass-spin --on 2028-01-10
    matchmaker event outcomes spring-meeting p1 p2 --undo
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("words_said", metavar="[A B [SAID...]]", nargs=-1)
@click.option("--by", default="", help="The participant whose judgement it is, A or B.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day that it is true of.")
@click.option("--title", default="", help="With committed: what the two do together.")
@click.option("--words", default="", help="With no-good: why, in their own words; 500 characters at most.")
@click.option("--undo", is_flag=True, help="Take back what was said last of this meeting.")
@click.option("--import", "source", type=existing, help="A .csv or .xlsx file with a row per meeting.")
@click.option(
    "--map", "pairs", multiple=True, metavar="HEADER=FIELD", help="What a column holds; may be repeated."
)
@click.option("--dry-run", is_flag=True, help="Only say what the file would change.")
@click.option("--partial", is_flag=True, help="Take the good rows even when others are rejected.")
@click.option(
    "--template", "blank", type=click.Path(path_type=Path), help="Write a sheet to fill in, .xlsx or .csv."
)
@click.option(
    "--language", type=click.Choice(["da", "en"]), default="en", show_default=True, help="Of the template."
)
@as_json
@click.pass_obj
def outcomes_(
    folder: Path,
    event_id: str,
    words_said: tuple[str, ...],
    by: str,
    on: Any,
    title: str,
    words: str,
    undo: bool,
    source: Path | None,
    pairs: tuple[str, ...],
    dry_run: bool,
    partial: bool,
    blank: Path | None,
    language: str,
    json_output: bool,
) -> None:
    """Say what came of the meeting of the participants A and B at EVENT, or list what is said.

    A later word on the same replaces an earlier one of the same side; --undo brings the earlier one back. A commitment is
    kept as a collaboration, too, on which the next build rests. They need not have been scheduled.
    """
    if sum((bool(words_said), source is not None, blank is not None)) > 1:
        raise click.UsageError("Say something of one meeting, or give --from, or --template: one of them.")
    if undo != (undo and len(words_said) == 2):
        raise click.UsageError("--undo takes two participants and nothing else.")
    with opened(folder) as workspace:
        if blank is not None:
            made = workspace.events.follow_up.outcome_template(event_id, language=language)
            _write_template(blank, made)
            _tell(
                {"file": str(blank), "meetings": len(made.rows)},
                json_output,
                f"{blank}: {len(made.rows)} meetings to fill in.",
            )
        elif source is not None:
            _take_in(workspace, event_id, source, mapping_of(pairs), dry_run, partial, json_output)
        elif undo:
            a, b = sorted(words_said)
            taken = workspace.events.follow_up.take_back(event_id, a, b, who=who())
            _tell(_record(taken.remark), json_output, f"Taken back: {line(taken.remark)}")
        elif words_said:
            remark = _remark(words_said, by, on.date() if on else None, title, words)
            new = workspace.events.follow_up.say(event_id, [remark], who=who())
            then = "" if new else " (nothing new)"
            _tell({"new": bool(new), **_record(remark)}, json_output, f"{line(remark)}{then}")
            if new and isinstance(remark.said, Committed) and not json_output:
                out.print("It is kept as a collaboration. Now run: matchmaker build")
        else:
            _list(workspace, event_id, json_output)


def _tell(record: dict[str, Any], json_output: bool, text: str) -> None:
    if json_output:
        print_json(record)
    else:
        out.print(text, markup=False)


def _remark(said: tuple[str, ...], by: str, on: date | None, title: str, words: str) -> Remark:
    one, other, verb, *rest = (*said, "", "", "")[: max(3, len(said))]
    if title and verb != "committed":
        raise click.UsageError("--title goes with committed.")
    if words and verb != "no-good":
        raise click.UsageError("--words goes with no-good.")
    makers: dict[str, Callable[..., Statement]] = {
        "held": Attendance,
        "no-show": lambda first, *more: Attendance(tuple(sorted({first, *more}))),
        "rated": lambda value: Rating(int(value)),
        "no-good": lambda reason: NoGood(DeclineReason(reason), words.strip()),
        "came-of": lambda value: FollowUp(CameOf(value), _day(on, verb)),
        "committed": lambda value: Committed(Commitment(value), _day(on, verb), title.strip()),
        "new-company": lambda actor_id: NewCompany(actor_id, _day(on, verb)),
    }
    few, most = {"held": (0, 0), "no-show": (1, 2)}.get(verb, (1, 1))
    if verb not in makers or not few <= len(rest) <= most:
        raise click.UsageError(f"{' '.join(said[2:])!r} cannot be said. Say one of: {'; '.join(VERBS)}.")
    try:
        statement = makers[verb](*rest)
    except ValueError as error:
        raise click.UsageError(f"{error} Say one of: {'; '.join(VERBS)}.") from error
    a, b = sorted((one, other))
    return Remark(a, b, statement, by)


def _day(on: date | None, verb: str) -> date:
    if on is None:
        raise click.UsageError(f"{verb} needs the day: --on 2027-09-01.")
    return on


def _take_in(
    workspace: Workspace,
    event_id: str,
    source: Path,
    mapping: Mapping[str, str],
    dry_run: bool,
    partial: bool,
    json_output: bool,
) -> None:
    try:
        done = workspace.events.follow_up.import_outcomes(
            event_id, source, mapping=mapping, dry_run=dry_run, partial=partial, who=who()
        )
    except ImportRejectedError as error:
        show_rejections(error.rejections, None, json_output=json_output)
        raise
    if json_output:
        print_json(_import_record(done))
        return
    for column in done.columns:
        out.print(f"  {column.header} -> {column.field or 'ignored'} ({column.how})", markup=False)
    if done.rejections:
        show_rejections(done.rejections, None, json_output=False)
    out.print(f"{done.rows} rows: {done.new} new, {done.changed} changed, {done.unchanged} unchanged")
    if not done.applied:
        out.print("Nothing was changed (dry run).")


def _import_record(done: OutcomeImport) -> dict[str, Any]:
    return {
        "rows": done.rows,
        "new": done.new,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "rejections": [
            {"row": each.row, "column": each.column, "value": each.value, "reason": each.reason}
            for each in done.rejections
        ],
        "applied": done.applied,
    }


def _write_template(path: Path, made: Template) -> None:
    from matchmaker.exports import write_rows

    if path.suffix.casefold() == ".xlsx":
        from matchmaker.arranging.outcome_sheet import write_template

        write_template(path, made)
    else:
        write_rows(path, made.headers, made.rows)


def _list(workspace: Workspace, event_id: str, json_output: bool) -> None:
    events = workspace.events
    found = events.follow_up.outcomes(event_id)
    if json_output:
        print_json({"event": event_id, "items": [_outcome_record(each) for each in found]})
        return
    said: dict[tuple[str, ...], list[Said]] = {}
    for each in _standing(events.follow_up.said(event_id)):
        said.setdefault(each.meeting, []).append(each)
    for outcome in found:
        planned = "  (not in the schedule)" if outcome.spontaneous else ""
        out.print(f"{outcome.a} and {outcome.b}{planned}", markup=False)
        for each in said[outcome.a, outcome.b, *outcome.actors]:
            out.print(f"  {_told(each.remark)}, entered by {each.who} at {each.at}", markup=False)
    if not found:
        out.print(
            f"Nothing is said yet. `matchmaker event outcomes {event_id} --template outcomes.xlsx` writes a sheet to fill in.",
            markup=False,
        )


def _standing(said: tuple[Said, ...]) -> list[Said]:
    from matchmaker.events.outcomes import standing

    return list(standing(said).values())


def line(remark: Remark) -> str:
    """A remark in one line."""
    return f"{remark.a} and {remark.b}: {_told(remark)}"


def _told(remark: Remark) -> str:
    by = f" by {remark.by}" if remark.by else ""
    match remark.said:
        case Attendance(missing):
            return f"no-show of {' and '.join(missing)}" if missing else "held"
        case Rating(value):
            return f"rated {value}{by}"
        case FollowUp(came_of, on):
            return f"{in_words(came_of)} by {on}, says {remark.by}"
        case NoGood(reason, words):
            return f"no good{by}: {in_words(reason)}" + (f" “{words}”" if words else "")
        case Committed(level, on, title):
            return f"{in_words(level)} on {on}" + (f": {title}" if title else "")
        case NewCompany(actor_id, on):
            return f"new company {actor_id} on {on}"


def _record(remark: Remark) -> dict[str, Any]:
    return {
        "a": remark.a,
        "b": remark.b,
        "topic": remark.topic.value,
        "by": remark.by or None,
        **_values(remark),
    }


def _values(remark: Remark) -> dict[str, Any]:
    match remark.said:
        case Attendance(missing):
            return {"held": not missing, "missing": list(missing)}
        case Rating(value):
            return {"rating": value}
        case FollowUp(came_of, on):
            return {"came_of": came_of.value, "on": on.isoformat()}
        case NoGood(reason, words):
            return {"reason": reason.value, "words": words}
        case Committed(level, on, title):
            return {"level": level.value, "on": on.isoformat(), "title": title}
        case NewCompany(actor_id, on):
            return {"actor": actor_id, "on": on.isoformat()}


def _outcome_record(each: Outcome) -> dict[str, Any]:
    def values(said: Any, by: str = "") -> dict[str, Any]:
        return _values(Remark(each.a, each.b, said, by))

    def of_sides(said: Mapping[str, Any], take: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        return {by: take(values(one, by)) for by, one in said.items()}

    return {
        "a": each.a,
        "b": each.b,
        "actors": list(each.actors),
        "held": each.held,
        "missing": list(each.attendance.missing) if each.attendance else [],
        "spontaneous": each.spontaneous,
        "ratings": of_sides(each.ratings, lambda record: record["rating"]),
        "came_of": of_sides(each.follow_ups, dict),
        "no_good": of_sides(each.no_good, dict),
        "committed": values(each.committed) if each.committed else None,
        "new_company": values(each.new_company) if each.new_company else None,
    }
