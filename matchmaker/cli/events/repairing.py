"""The command that repairs a schedule after no-shows, cancellations, lost tables and newcomers."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.cli.events.changing import expected_option
from matchmaker.cli.events.scheduling import as_record
from matchmaker.cli.events.telling import Telling
from matchmaker.cli.shared import Examples, as_json, err, opened, out, print_json, who
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.events import News, Plan, Repair

SHOWN = 20


@click.command(
    "repair",
    cls=Examples,
    examples="""
    matchmaker event repair spring-meeting --no-show p3 --no-show p17 --dry-run
    matchmaker event repair spring-meeting --cancelled p5
    matchmaker event repair spring-meeting --lost-table "Table 4" --from 10:20 --until 11:00
    matchmaker event repair spring-meeting --only-free
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option("--no-show", "no_shows", multiple=True, metavar="ID", help="Did not come; may be repeated.")
@click.option(
    "--cancelled", multiple=True, metavar="ID", help="Does not come, the whole event; may be repeated."
)
@click.option("--back", multiple=True, metavar="ID", help="Is there after all, from now on; may be repeated.")
@click.option("--lost-table", "lost", multiple=True, metavar="TABLE", help="Cannot be used; may be repeated.")
@click.option(
    "--usable-table", "usable", multiple=True, metavar="TABLE", help="Can be used again, from now on."
)
@click.option("--from", "starts", help="Since when no-shows and lost tables; without it since now.")
@click.option("--until", "ends", help="Until when; without it until the end.")
@click.option(
    "--move",
    "moves",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Meetings that could stay and may be moved, where more meetings can be held by it.",
)
@click.option("--only-free", is_flag=True, help="Move nothing at all; only fill free slots.")
@click.option("--as-of", help="The time that counts as now, to try a repair before the day.")
@click.option("--dry-run", is_flag=True, help="Only tell what would change.")
@click.option(
    "--time-limit",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    help="Seconds at most for the search.",
)
@expected_option
@as_json
@click.pass_obj
def repair(
    folder: Path, /, event_id: str, dry_run: bool, expected: int | None, json_output: bool, **options: Any
) -> None:
    """Make the schedule of EVENT hold again: what cannot be held goes, and as few other meetings as possible move.

    Without no-shows, cancellations or tables it takes in what changed in the event itself: new participants, other times, other
    wishes. Locked meetings stay, and so does everything that is over.
    """
    with opened(folder) as workspace:
        telling = Telling(workspace, event_id)
        at = telling.moment(options["as_of"]) if options["as_of"] else datetime.now(UTC)
        news = _news(telling, at, options)
        limits = {name: options[name] for name in ("moves", "only_free", "time_limit")}
        err.print("Repairing ...")
        if dry_run:
            found, plan = workspace.events.changes.try_repair(event_id, news, at=at, **limits)
            record: dict[str, Any] = {"value": plan.value, "bound": plan.bound, "dry_run": True}
        else:
            found, version = workspace.events.changes.repair(
                event_id, news, at=at, expected=expected, who=who(), **limits
            )
            plan, record = version.plan, as_record(telling.event, version)
        if json_output:
            print_json(record | {"repair": _as_record(telling, found)})
            return
        out.print(
            f"Version {version.number}." if not dry_run else "Nothing was changed. A repair would do this:"
        )
        _tell(telling, found, plan)


def _news(telling: Telling, at: datetime, options: dict[str, Any]) -> News:
    from matchmaker.events import Absence, AbsenceKind, LostTable, News, Span

    first, last = telling.all_of_it()
    starts = telling.moment(options["starts"]) if options["starts"] else max(first, at)
    ends = telling.moment(options["ends"]) if options["ends"] else last
    found = options["no_shows"] or options["lost"]
    if found and starts >= ends:
        raise click.ClickException(
            "Nothing of the event is left from then on. Give --from with an earlier time."
        )
    span = Span(starts, ends)
    absences = [Absence(each, AbsenceKind.NO_SHOW, span) for each in options["no_shows"]]
    absences += [Absence(each, AbsenceKind.CANCELLED, Span(first, last)) for each in options["cancelled"]]
    return News(
        tuple(absences),
        tuple(LostTable(each, span) for each in options["lost"]),
        tuple(options["back"]),
        tuple(options["usable"]),
    )


def _tell(telling: Telling, found: Repair, plan: Plan) -> None:
    needed = len(found.moved) - found.others_moved
    out.print(
        f"{found.kept} meetings stay. {found.broken} could not: {needed} have another place, {len(found.dropped)} are dropped. "
        f"{found.others_moved} others moved, {len(found.added)} added."
    )
    how = "no other repair with these limits does better" if found.best else "found by a search"
    out.print(f"value {plan.value:.3f}, bound {plan.bound:.3f}, gap {plan.gap:.3%}; {how}.")
    lines = [
        [
            f"moved    {telling.meeting(each.after)}; was {telling.time(each.before.span)}  {each.before.table}"
            for each in found.moved
        ],
        [
            f"dropped  {telling.meeting(each.appointment)}: {in_words(each.reason.value)}"
            for each in found.dropped
        ],
        [f"added    {telling.meeting(each)}" for each in found.added],
    ]
    for kind in lines:
        for line in kind[:SHOWN]:
            out.print(f"  {line}", markup=False)
        if len(kind) > SHOWN:
            out.print(f"  ... and {len(kind) - SHOWN} more; --json lists all.")


def _as_record(telling: Telling, found: Repair) -> dict[str, Any]:
    def meeting(each: Any) -> dict[str, Any]:
        starts = telling.local(each.span.starts).isoformat()
        return {"a": each.a, "b": each.b, "starts": starts, "table": each.table}

    return {
        "kept": found.kept,
        "broken": found.broken,
        "others_moved": found.others_moved,
        "best": found.best,
        "moved": [
            {"from": meeting(each.before), "to": meeting(each.after), "needed": each.needed}
            for each in found.moved
        ],
        "dropped": [meeting(each.appointment) | {"reason": each.reason.value} for each in found.dropped],
        "added": [meeting(each) for each in found.added],
    }
