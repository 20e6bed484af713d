"""Commands that ask for partners and answers."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.actors import ActorGroup
from matchmaker.cli.shared import (
    Examples,
    as_json,
    existing,
    group_option,
    opened,
    out,
    print_json,
    progress_bar,
    region_option,
)
from matchmaker.directions import Direction, read_direction
from matchmaker.records import in_words, reason_line

if TYPE_CHECKING:
    from matchmaker.matching.matches import Match

QUOTE_SHOWN = 160


@click.command(
    "suggest",
    cls=Examples,
    examples="""
    matchmaker suggest "Aarhus Universitet" --top 5
    matchmaker suggest cordis:999997736 --group company --new
    matchmaker suggest "Aarhus Universitet" --balance 0.3
    matchmaker suggest --all --top 10 --output suggestions.csv
    matchmaker suggest --all --balance 0.3 --output proposals.xlsx
    """,
)
@click.argument("actor", required=False)
@click.option("--all", "everybody", is_flag=True, help="For every actor; with --output.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many partners.")
@group_option
@region_option
@click.option("--new", is_flag=True, help="Only partners the actor has not worked with.")
@click.option("--any-group", is_flag=True, help="Also partners of the actor's own group.")
@click.option(
    "--afield",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="How far afield to look: 0 for partners close to what the actor does, 1 for bold ones.",
)
@click.option(
    "--balance",
    default=0.0,
    show_default=True,
    type=click.FloatRange(0, 1),
    help="0 for the best for each actor, 1 for lists that are fair for all; see `matchmaker balance`.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write to a CSV, XLSX, Parquet or JSON file.")
@as_json
@click.pass_obj
def suggest(
    folder: Path,
    actor: str | None,
    everybody: bool,
    top: int,
    groups: tuple[str, ...],
    region: str,
    new: bool,
    any_group: bool,
    afield: float,
    balance: float,
    output: Path | None,
    json_output: bool,
) -> None:
    """Suggest partners for an actor (by id or name), each with its score, reasons and quoted sentences."""
    if everybody == bool(actor):
        raise click.UsageError("Name one actor, or give --all.")
    if everybody and not output:
        raise click.UsageError("--all needs --output, for example --output suggestions.csv.")
    if balance and (any_group or afield):
        raise click.UsageError("--balance goes with neither --any-group nor --afield.")
    chosen: dict[str, Any] = {
        "top": top,
        "groups": [ActorGroup(group) for group in groups],
        "region": region,
        "new": new,
    }
    wider: dict[str, Any] = chosen | {"across": not any_group, "afield": afield}
    with opened(folder) as workspace:
        published = workspace.published()
        if everybody and output:
            lists = (
                published.proposals(**chosen, balance=balance)
                if balance
                else published.all_suggestions(**wider)
            )
            with progress_bar() as progress:
                matches = _counted(lists, published.counts().actors, progress)
                count = _write_matches(output, (match for each in matches for match in each))
            out.print(f"{count} suggestions are in {output}.")
            return
        seeker = published.find_actor(str(actor))
        found = (
            next(published.proposals(**chosen, balance=balance, actor_id=seeker.id))
            if balance
            else published.suggestions(seeker.id, **wider)
        )
    if output:
        _write_matches(output, iter(found))
        out.print(f"{len(found)} suggestions are in {output}.")
    elif json_output:
        print_json(
            {"seeker": {"id": seeker.id, "name": seeker.name}, "items": [_match_record(m) for m in found]}
        )
    else:
        out.print(f"Partners for {seeker.name} ({seeker.id}, {in_words(seeker.group)})", markup=False)
        _show_matches(found)


BALANCES = tuple(step / 10 for step in range(11))


@click.command(
    "balance",
    cls=Examples,
    examples="""
    matchmaker balance
    matchmaker balance --top 5 --json
    """,
)
@click.option(
    "--top", default=10, show_default=True, type=click.IntRange(1, 100), help="Places in each list."
)
@as_json
@click.pass_obj
def balance_(folder: Path, top: int, json_output: bool) -> None:
    """Show what balancing exposure does to a whole cluster's proposals, from best for each (0) to fair for all (1)."""
    with opened(folder) as workspace:
        curve = workspace.published().balance_curve(BALANCES, top=top)
    if json_output:
        print_json({"top": top, "items": [asdict(each) for each in curve]})
        return
    out.print("balance  in a list  Gini  top 1 %  most lists  mutual  expected mutual  envy", markup=False)
    for each in curve:
        out.print(
            f"{each.balance:7.1f}  {each.coverage:9.0%}  {each.gini:.2f}  {each.largest_share:7.0%}  {each.most:10d}  "
            f"{each.mutual:6d}  {each.expected_mutual:15.0f}  {each.envy:4.0%}",
            markup=False,
            highlight=False,
        )
    out.print(
        "in a list: actors that somebody is proposed to. Use: matchmaker suggest --all --balance 0.3 --output FILE"
    )


def _counted(
    lists: Iterable[list[Match]], total: int, progress: Callable[[str, int, int], None]
) -> Iterator[list[Match]]:
    for done, each in enumerate(lists, start=1):
        progress("suggestions", done, total)
        yield each


def _write_matches(path: Path, matches: Iterator[Match]) -> int:
    from matchmaker.exports import write_rows
    from matchmaker.records import MATCH_COLUMNS, match_rows

    return write_rows(path, MATCH_COLUMNS, match_rows(matches))


def _match_record(match: Match) -> dict[str, object]:
    return {
        "partner_id": match.partner_id,
        "partner_name": match.partner_name,
        "partner_group": match.partner_group.value,
        "score": round(match.score, 2),
        "known": match.known,
        "competitor": match.competitor,
        "alike": match.alike,
        "pinned": match.pinned,
        "reasons": [asdict(reason) for reason in match.reasons],
    }


def _show_matches(matches: Sequence[Match]) -> None:
    if not matches:
        out.print("No partner fits. Try --any-group, or leave out --region, --group or --new.")
    for rank, match in enumerate(matches, start=1):
        known = ", known" if match.known else ", does the same" if match.competitor else ""
        pinned = ", pinned" if match.pinned else ""
        out.print(
            f"{rank:>3}. {match.score:5.1f}  {match.partner_name} "
            f"({match.partner_id}, {in_words(match.partner_group)}{known}{pinned})",
            markup=False,
        )
        for reason in match.reasons:
            out.print(f"            {reason_line(reason)}", markup=False)
        _show_alike(match.alike)


def _show_alike(actor_ids: Sequence[str]) -> None:
    if actor_ids:
        out.print(
            f"            and {len(actor_ids)} more with nearly the same text: {', '.join(actor_ids)}",
            markup=False,
        )


READ_AS = {
    Direction.SEEK: "you look for something; those who offer it come first",
    Direction.OFFER: "you offer something; those who look for it come first",
    Direction.TOPIC: "a topic; offers and requests count alike",
}


@click.command(
    "search",
    cls=Examples,
    examples="""
    matchmaker search "nogen der kan bruge mask fra bryggerier"
    matchmaker search "enzymes for grass protein" --group knowledge_institution
    matchmaker search "mask fra et bryggeri" --as offer
    matchmaker search --queries needs.csv --output answers.csv
    """,
)
@click.argument("text", required=False)
@click.option("--queries", type=existing, help="A CSV file with the columns id and text.")
@click.option("--top", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many actors.")
@group_option
@region_option
@click.option(
    "--as",
    "direction",
    type=click.Choice([direction.value for direction in Direction]),
    help="The text looks for something, offers something, or names a topic; read from the text otherwise.",
)
@click.option("--output", type=click.Path(path_type=Path), help="Write to a CSV, XLSX, Parquet or JSON file.")
@as_json
@click.pass_obj
def search(
    folder: Path,
    text: str | None,
    queries: Path | None,
    top: int,
    groups: tuple[str, ...],
    region: str,
    direction: str | None,
    output: Path | None,
    json_output: bool,
) -> None:
    """Find actors for a sentence in Danish or English; words, meaning, names and registration numbers count."""
    if (text is None) == (queries is None):
        raise click.UsageError("Give one text, or --queries with --output.")
    if queries and not output:
        raise click.UsageError("--queries needs --output, for example --output answers.csv.")
    chosen: dict[str, Any] = {
        "top": top,
        "groups": [ActorGroup(group) for group in groups],
        "region": region,
        "direction": Direction(direction) if direction else None,
    }
    with opened(folder) as workspace:
        published = workspace.published()
        asked = _queries(queries) if queries else [("", str(text))]
        answers = [(query, published.search(wanted, **chosen)) for query, wanted in asked]
    if output:
        from matchmaker.exports import write_rows

        rows = (
            (query, hit.actor_id, rank, round(hit.score, 4))
            for query, hits in answers
            for rank, hit in enumerate(hits, start=1)
        )
        out.print(f"{write_rows(output, ('query', 'actor', 'rank', 'score'), rows)} answers are in {output}.")
        return
    hits = answers[0][1]
    read_as = chosen["direction"] or read_direction(str(text))
    if json_output:
        print_json({"read_as": read_as.value, "items": [asdict(hit) for hit in hits]})
        return
    if hits:
        out.print(f"Read as: {READ_AS[read_as]}. Change it with --as.", markup=False)
    if not hits:
        out.print("Nobody answers that. Try other words, or a whole sentence.")
    for rank, hit in enumerate(hits, start=1):
        out.print(
            f"{rank:>3}. {hit.score:.3f}  {hit.name} ({hit.actor_id}, {in_words(hit.group)})", markup=False
        )
        for quote in hit.quotes:
            out.print(f"            “{quote.text[:QUOTE_SHOWN]}”", markup=False)
        _show_alike(hit.alike)


def _queries(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        reader = csv.DictReader(source)
        if not {"id", "text"} <= set(reader.fieldnames or ()):
            raise click.ClickException(
                f"{path} must have the columns id and text; it has {reader.fieldnames}."
            )
        return [(row["id"] or "", row["text"] or "") for row in reader]
