"""What events came to as a report: the chain, the meetings, the targets, what was agreed, and the score in hindsight."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from matchmaker.actors import ActorGroup
from matchmaker.events import Committed
from matchmaker.meetings.following.chain import STEPS, Step, Tally
from matchmaker.meetings.following.followed import Agreement, EventFigures, Followed
from matchmaker.meetings.following.hindsight import FEWEST_EITHER, FEWEST_PAIRS, FEWEST_RATED, Fifth, Telling
from matchmaker.meetings.following.intervals import Estimate
from matchmaker.meetings.following.intervals import Share as Counts
from matchmaker.meetings.following.targets import Course, Standing
from matchmaker.reporting.subjects import group_word
from matchmaker.reporting.values import (
    Bar,
    Bars,
    Block,
    Cell,
    Counted,
    Day,
    Linked,
    Listed,
    Number,
    Plots,
    Range,
    Report,
    Section,
    Sentence,
    Share,
    Table,
    Tone,
    Word,
)

LISTED = 60
"""Commitments, new companies and pairs that a table of the report holds; JSON holds them all."""
NONE = Word("chain.none")
"""Stands where there is nothing to count."""

TONES: Mapping[Course, Tone] = {
    Course.REACHED: "finding",
    Course.ON_COURSE: "finding",
    Course.MISSED: "caution",
    Course.BEHIND: "caution",
}


def event_report(found: Followed) -> Report:
    """Put what events came to in sections, the short answers first."""
    only = found.events[0] if len(found.events) == 1 else None
    return Report(
        build=found.cluster.build or "–",
        sub_cluster_id="",
        title=only.name if only else Word("chain.title"),
        lead=_lead(found),
        newest=found.until,
        sections=(
            Section("chain_brief", tuple(_brief(found))),
            Section("chain", tuple(_chain(found))),
            Section("chain_targets", tuple(_targets(found))),
            Section("chain_agreed", tuple(_agreed(found))),
            Section("chain_meetings", tuple(_meetings(found))),
            Section("chain_hindsight", tuple(_hindsight(found))),
            Section("chain_counted", tuple(Sentence(f"chain.counted.{each}") for each in COUNTED)),
        ),
    )


COUNTED = ("pairs", *STEPS, "interval", "targets", "hindsight")


def _lead(found: Followed) -> Sentence:
    figures: dict[str, Cell] = {
        "events": Counted("chain.events", len(found.events)),
        "participants": Counted("chain.participants", sum(each.participants for each in found.events)),
        "held": Counted("chain.meetings", sum(each.held for each in found.events)),
    }
    if len(found.events) == 1 and found.events[0].day is not None:
        where: dict[str, Cell] = {"day": Day(found.events[0].day), "place": found.events[0].place}
        key = "chain.lead.one" if found.events[0].place else "chain.lead.one_nowhere"
        return Sentence(key, figures | where)
    return Sentence("chain.lead.many", figures)


def _brief(found: Followed) -> Iterator[Block]:
    whole, across = found.chain.whole, found.chain.across_groups
    if not whole.pairs:
        yield Sentence("chain.empty", tone="caution")
    else:
        figures: dict[str, Cell] = {step.value: Number(whole.took(step)) for step in STEPS}
        yield Sentence("chain.brief.chain", figures, "finding", "chain.question.chain")
        agreed: dict[str, Cell] = {
            "committed": Counted("chain.pairs", whole.took(Step.COMMITTED)),
            "across": Number(across.took(Step.COMMITTED)),
            "companies": Counted("chain.companies", whole.companies),
        }
        yield Sentence("chain.brief.agreed", agreed, "plain", "chain.question.agreed")
    for each in found.targets:
        yield _target_sentence(each)
    if not found.targets:
        yield Sentence("chain.targets.none", heading="chain.question.targets")
    yield from _cautions(found)
    yield from _steps_drawn(found)


def _cautions(found: Followed) -> Iterator[Sentence]:
    held = sum(each.held for each in found.events)
    unsaid = sum(each.unsaid for each in found.events)
    followed_up = sum(each.followed_up for each in found.events)
    if unsaid:
        yield Sentence("chain.caution.unsaid", {"meetings": Counted("chain.meetings", unsaid)}, "caution")
    if followed_up < held:
        figures: dict[str, Cell] = {
            "held": Number(held),
            "rated": Number(sum(each.rated for each in found.events)),
            "followed_up": Number(followed_up),
        }
        yield Sentence("chain.caution.followed_up", figures, "caution")
    if found.unentered:
        yield Sentence(
            "chain.caution.unentered", {"pairs": Counted("chain.pairs", len(found.unentered))}, "caution"
        )


def _steps_drawn(found: Followed) -> Iterator[Plots]:
    whole = found.chain.whole
    if not whole.pairs:
        return
    took = tuple(Bar(_step(step), whole.took(step), Number(whole.took(step))) for step in STEPS)
    rates = []
    for step in STEPS[1:]:
        share = whole.conversion(step)
        if share.value is not None and share.interval is not None:
            low, high = share.interval
            shown = Word("chain.of", {"count": Number(share.count), "of": Number(share.of)})
            rates.append(Bar(_step(step), share.value, shown, "accent", low, high))
    pictures = [Bars("chain.plot.took", "chain.axis.pairs", "chain.column.step", took)]
    if rates:
        pictures.append(
            Bars("chain.plot.rates", "chain.axis.rates.share", "chain.column.step", tuple(rates), most=1.0)
        )
    yield Plots(tuple(pictures))


def _chain(found: Followed) -> Iterator[Block]:
    tallies = found.chain
    if not tallies.whole.pairs:
        yield Sentence("chain.empty", tone="caution")
        return
    yield _by_step(tallies.whole)
    if tallies.whole.skips:
        yield Sentence("chain.skipped")
    yield _split("groups", ((_groups(pair), each) for pair, each in tallies.by_groups.items()), tallies.whole)
    if found.cluster.sub_clusters:
        labels = found.cluster.labels
        parts = sorted(tallies.by_sub_cluster.items(), key=lambda entry: (not entry[0], -entry[1].pairs))
        yield _split(
            "parts",
            (
                (
                    Linked(labels.get(part, part), sub_cluster_id=part)
                    if part
                    else Word("chain.no_sub_cluster"),
                    each,
                )
                for part, each in parts
            ),
        )
        yield Sentence("chain.parts_overlap")
    if len(found.events) > 1:
        names = {each.id: each.name for each in found.events}
        yield _split("events", ((names[event], each) for event, each in tallies.by_event.items()))


def _by_step(whole: Tally) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for step in STEPS:
        share = whole.conversion(step)
        rows.append(
            (
                _step(step),
                Number(whole.took(step)),
                Number(whole.reached(step)),
                Number(whole.furthest.get(step, 0)),
                NONE if share.value is None else Share(share.value),
                _range(share),
            )
        )
    columns = ("step", "took", "reached", "furthest", "rate", "interval")
    return Table("chain.table.steps", tuple(f"chain.column.{name}" for name in columns), tuple(rows))


def _split(kind: str, tallies: Iterable[tuple[Cell, Tally]], whole: Tally | None = None) -> Table:
    rows = [(label, *_counts(each)) for label, each in tallies]
    if whole is not None:
        rows.append((Word("chain.all"), *_counts(whole)))
    columns = (f"chain.column.{kind}", *(f"chain.step.{step}" for step in STEPS), "chain.column.companies")
    return Table(f"chain.table.{kind}", columns, tuple(rows))


def _counts(each: Tally) -> tuple[Cell, ...]:
    return (*(Number(each.took(step)) for step in STEPS), Number(each.companies))


def _targets(found: Followed) -> Iterator[Block]:
    if not found.targets:
        yield Sentence("chain.targets.none")
        return
    columns = ("target", "period", "goal", "so_far", "gone", "projected", "a_month", "course")
    yield Table(
        "chain.table.targets",
        tuple(f"chain.column.{name}" for name in columns),
        tuple(_target_row(each) for each in found.targets),
    )
    yield Sentence("chain.targets.how")


def _target_row(each: Standing) -> tuple[Cell, ...]:
    return (
        _aim(each),
        _period(each),
        Number(each.target.goal),
        Number(each.count),
        Share(each.time_gone),
        NONE if each.projected is None else Range(*each.projected, decimals=0),
        NONE if each.a_month is None else Number(each.a_month, 1 if each.a_month >= 0.1 else 2),
        Word(f"chain.course.{each.course}"),
    )


def _target_sentence(each: Standing) -> Sentence:
    figures: dict[str, Cell] = {
        "aim": _aim(each, inside=True),
        "goal": Number(each.target.goal),
        "count": Number(each.count),
        "gone": Share(each.time_gone),
        "course": Word(f"chain.course.{each.course}", inside=each.chance is None),
    }
    if each.chance is not None:
        key = "chain.target.chance"
        figures["chance"] = Share(each.chance)
    else:
        key = "chain.target.plain"
    return Sentence(key, figures, TONES.get(each.course, "plain"), "chain.question.target")


def _aim(each: Standing, *, inside: bool = False) -> Cell:
    scope = "across" if each.target.across_groups else "any"
    return Word(f"chain.measure.{each.target.measure}.{scope}", inside=inside)


def _period(each: Standing) -> Cell:
    return Word("chain.period", {"starts": Day(each.target.starts), "months": Number(each.target.months)})


def _agreed(found: Followed) -> Iterator[Block]:
    if found.commitments:
        yield Table(
            "chain.table.commitments",
            tuple(f"chain.column.{name}" for name in ("day", "actors", "across", "level", "title")),
            tuple(_commitment(found, each) for each in found.commitments[:LISTED]),
        )
    else:
        yield Sentence("chain.agreed.none")
    if found.companies:
        yield Table(
            "chain.table.companies",
            tuple(f"chain.column.{name}" for name in ("day", "company", "actors")),
            tuple(_company(found, each) for each in found.companies[:LISTED]),
        )
    if found.unentered:
        yield Table(
            "chain.table.unentered",
            ("chain.column.actors",),
            tuple((_pair(found, each.event_id, each.actors),) for each in found.unentered[:LISTED]),
        )
    more = max(len(each) for each in (found.commitments, found.companies, found.unentered)) - LISTED
    if more > 0:
        yield Sentence("chain.agreed.more", {"listed": Number(LISTED)})


def _commitment(found: Followed, each: Agreement) -> tuple[Cell, ...]:
    made = each.made
    level = made.level if isinstance(made, Committed) else ""
    title = made.title if isinstance(made, Committed) else ""
    one, other = (found.cluster.groups[actor] for actor in each.actors)
    return (
        made.on.isoformat(),
        _pair(found, each.event_id, each.actors),
        Word("chain.within" if one is other else "chain.across"),
        Word(f"commitment.{level}"),
        title or NONE,
    )


def _company(found: Followed, each: Agreement) -> tuple[Cell, ...]:
    made = each.made
    actor_id = "" if isinstance(made, Committed) else made.actor_id
    return (
        made.on.isoformat(),
        Linked(found.cluster.names.get(actor_id, actor_id), actor_id=actor_id),
        _pair(found, each.event_id, each.actors),
    )


def _pair(found: Followed, event_id: str, actors: tuple[str, str]) -> Cell:
    """Two actors and, where there are several events, the one at which they met."""
    names = found.cluster.names
    both = Listed(tuple(Linked(names.get(each, each), actor_id=each) for each in actors), " – ")
    if len(found.events) == 1:
        return both
    event = next(each.name for each in found.events if each.id == event_id)
    return Word("chain.pair_at", {"actors": both, "event": event})


def _groups(pair: tuple[ActorGroup, ActorGroup]) -> Cell:
    return Listed((group_word(pair[0]), group_word(pair[1], inside=True)), " – ")


def _meetings(found: Followed) -> Iterator[Block]:
    if not found.events:
        yield Sentence("chain.no_events", tone="caution")
        return
    columns = ("event", "day", "participants", "scheduled", "held", "no_shows", "unsaid", "spontaneous",
               "rated", "followed_up")  # fmt: skip
    yield Table(
        "chain.table.meetings",
        tuple(f"chain.column.{name}" for name in columns),
        tuple(_event_row(each) for each in found.events),
    )
    given = [sum(each.ratings[place] for each in found.events) for place in range(5)]
    if sum(given):
        bars = tuple(
            Bar(Word(f"chain.rating.{place + 1}"), count, Number(count), "accent" if place >= 3 else "quiet")
            for place, count in enumerate(given)
        )
        pictures = [Bars("chain.plot.ratings", "chain.axis.ratings", "chain.column.rating", bars)]
        if found.reasons:
            reasons = tuple(
                Bar(Word(f"chain.reason.{reason}"), count, Number(count), "warm")
                for reason, count in found.reasons.items()
            )
            pictures.append(Bars("chain.plot.reasons", "chain.axis.reasons", "chain.column.reason", reasons))
        yield Plots(tuple(pictures))


def _event_row(each: EventFigures) -> tuple[Cell, ...]:
    return (
        each.name,
        NONE if each.day is None else Day(each.day),
        Number(each.participants),
        Number(each.scheduled),
        Number(each.held),
        Number(each.no_shows),
        Number(each.unsaid),
        Number(each.spontaneous),
        Number(each.rated),
        Number(each.followed_up),
    )


def _hindsight(found: Followed) -> Iterator[Block]:
    past = found.hindsight
    few: dict[str, Cell] = {"pairs": Counted("chain.pairs", past.pairs), "fewest": Number(FEWEST_PAIRS)}
    if past.fifths:
        pictures = [_fifths_drawn("wished", [(each, each.wished) for each in past.fifths])]
        if past.rated >= FEWEST_RATED:
            pictures.append(_fifths_drawn("well_rated", [(each, each.well_rated) for each in past.fifths]))
        yield Plots(tuple(pictures))
        columns = ("fifth", "wished", "interval", "well_rated", "interval", "committed", "interval")
        yield Table(
            "chain.table.fifths",
            tuple(f"chain.column.{name}" for name in columns),
            tuple(
                (
                    Word(f"chain.fifth.{each.number}"),
                    *_told(each.wished),
                    *_told(each.well_rated),
                    *_told(each.committed),
                )
                for each in past.fifths
            ),
        )
    else:
        yield Sentence("chain.hindsight.few_pairs", few, "caution")
    yield _telling("wished", past.wished)
    if past.rating is not None:
        yield Sentence("chain.hindsight.rated", _estimate(past.rating) | {"rated": Number(past.rated)})
    else:
        yield Sentence(
            "chain.hindsight.rated_few",
            {"rated": Counted("chain.pairs", past.rated), "fewest": Number(FEWEST_RATED)},
            "caution",
        )
    yield _telling("committed", past.committed)


def _fifths_drawn(kind: str, fifths: Iterable[tuple[Fifth, Counts]]) -> Bars:
    bars = []
    for each, share in fifths:
        low, high = share.interval or (0.0, 0.0)
        shown = Word("chain.of", {"count": Number(share.count), "of": Number(share.of)})
        bars.append(Bar(Word(f"chain.fifth.{each.number}"), share.value or 0.0, shown, "accent", low, high))
    return Bars(f"chain.plot.{kind}", f"chain.axis.{kind}.share", "chain.column.fifth", tuple(bars))


def _telling(kind: str, telling: Telling) -> Sentence:
    figures: dict[str, Cell] = {"came": Number(telling.came), "did_not": Number(telling.did_not)}
    if telling.area is None:
        few = figures | {"fewest": Number(FEWEST_EITHER)}
        return Sentence(f"chain.hindsight.{kind}_few", few, "caution")
    area = telling.area
    verdict = "above" if area.low > 0.5 else "below" if area.high < 0.5 else "unclear"
    told = figures | _estimate(area) | {"verdict": Word(f"chain.verdict.{verdict}", inside=True)}
    return Sentence(f"chain.hindsight.{kind}", told)


def _estimate(each: Estimate) -> dict[str, Cell]:
    return {"value": Number(each.value, 2), "low": Number(each.low, 2), "high": Number(each.high, 2)}


def _told(share: Counts) -> tuple[Cell, Cell]:
    return (NONE if share.value is None else Share(share.value), _range(share))


def _range(share: Counts) -> Cell:
    return NONE if share.interval is None else Range(*share.interval, share=True)


def _step(step: Step) -> Cell:
    return Word(f"chain.step.{step}")
