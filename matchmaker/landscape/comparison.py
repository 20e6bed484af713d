"""The cluster at two times side by side: who was at work, which sub-clusters were born or gone, what was gained and lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import COMMITMENTS, GROUPS, Corpus
from matchmaker.cuts import cut
from matchmaker.landscape.findings import Change, ChangeKind, Landscape, SubCluster
from matchmaker.landscape.incidence import incidence
from matchmaker.landscape.lineage import Past, changes, with_lasting_ids
from matchmaker.landscape.phase_rule import PHASES, Phase
from matchmaker.landscape.phases import phase_by_part
from matchmaker.landscape.portfolio import Crossing, portfolio
from matchmaker.landscape.specialisation.findings import Cell, Verdict
from matchmaker.landscape.specialisation.questions import By, Of, Question
from matchmaker.landscape.specialisation.study import specialise
from matchmaker.landscape.surveys import survey_after
from matchmaker.landscape.trends import Tendency, Trend, trends
from matchmaker.telling import told

STEADY = 0.05
"""A sub-cluster whose members change by no more than this share has neither grown nor shrunk."""
_STEPS = 14
_SURVEY_STEPS = 5


class Topic(StrEnum):
    """What a difference is about."""

    GROUP = "group"
    """Actors of an actor group."""
    REGION = "region"
    SUB_CLUSTER = "sub_cluster"
    """Members of a sub-cluster."""
    SPECIALISATION = "specialisation"
    """The location quotient of a region or actor group in a sub-cluster."""
    PHASE = "phase"
    TREND = "trend"
    COMMITMENT = "commitment"
    """Collaborations at a level, and those that join actor groups."""


class Turn(StrEnum):
    """What became of it."""

    SAME = "same"
    MORE = "more"
    FEWER = "fewer"
    BORN = "born"
    SPLIT = "split"
    MERGED = "merged"
    DIED = "died"
    GAINED = "gained"
    """A specialisation that was not sure before and is now."""
    LOST = "lost"
    ONWARD = "onward"
    """A later phase."""
    BACK = "back"
    """An earlier phase."""
    BEGAN_TO_RISE = "began_to_rise"
    BEGAN_TO_FALL = "began_to_fall"
    ENDED = "ended"
    """A trend that was beyond chance before and is not now."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing at both times."""

    topic: Topic
    turn: Turn
    id: str
    """Actor group, region, sub-cluster, commitment level, or the name of what rises and falls; ``""`` for the whole cluster's phase."""
    label: str
    """As it is called; of a sub-cluster, the later label."""
    kind: str
    """Of a specialisation ``region`` or ``group``, of a trend its kind, of a sub-cluster ``sub_cluster``, or ``within`` for a specialisation inside one."""
    place: str
    """Of a specialisation, whose it is."""
    before: float | None
    after: float | None
    """Actors, members, collaborations or the location quotient; ``None`` where there is none."""
    was: str
    now: str
    """Phase or tendency; ``""`` where there is none."""
    related: tuple[str, ...] = ()
    """Of a sub-cluster, what it went into or came out of, by id."""
    kept: float | None = None
    """Of an earlier sub-cluster, the share of its members that are still together."""


@dataclass(frozen=True, slots=True)
class Totals:
    """How much was known at one time."""

    name: str
    """The day, or the name of the build."""
    actors: int
    """Those that count: at work by the day, or all of a build."""
    collaborations: int
    sub_clusters: int
    """At the top."""
    specialisations: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two times and all that differs, by topic, then the greatest differences first."""

    before: Totals
    after: Totals
    differences: tuple[Difference, ...]
    at_work: bool
    """Actors are counted that had begun a collaboration; otherwise all that a build holds."""

    def of(self, topic: Topic) -> tuple[Difference, ...]:
        """The differences of one topic."""
        return tuple(each for each in self.differences if each.topic is topic)


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The cluster as it was known at one time."""

    name: str
    corpus: Corpus
    landscape: Landscape
    day: date | None
    """``None`` for a build: all that it holds counts."""

    @property
    def rows(self) -> NDArray[np.intp]:
        """The actors that count, ascending."""
        if self.day is None:
            return np.arange(len(self.corpus.ids))
        return np.flatnonzero(np.diff(self.corpus.takes_part.indptr) > 0)


def known_on(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    first: date,
    second: date,
    now: Landscape,
    *,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Known, Known]:
    """The cluster as it was known at the end of two days, the later going on from the earlier.

    ``vectors`` as for ``survey``. Sub-clusters have the ids of ``now``, a landscape of the whole, where they are matched by
    their members. ``progress`` is told how many of how many steps are done. Raises ``ValueError`` where the first day is not
    before the second or nothing dated was known on it.
    """
    if first >= second:
        raise ValueError(
            told(
                "{first} is not before {second}: turn them round.",
                first=first.isoformat(),
                second=second.isoformat(),
            )
        )

    def done_from(before: int) -> Callable[[int, int], None] | None:
        return None if progress is None else lambda done, _: progress(before + done, _STEPS)

    early = cut(corpus, first)
    if not early.corpus.collaboration_ids:
        raise ValueError(
            told("No dated collaboration was known on {first}. Ask for a later day.", first=first.isoformat())
        )
    # Only the sub-clusters are compared: no map is drawn and no candidate weighed.
    then = survey_after(
        None, early.corpus, vectors[early.passages], mapped=False, candidates=False, progress=done_from(0)
    )
    late = cut(corpus, second)
    past = Past(then.landscape, then.trace)
    later = survey_after(
        past, late.corpus, vectors[late.passages], mapped=False, candidates=False,
        progress=done_from(_SURVEY_STEPS),
    )  # fmt: skip
    ids = with_lasting_ids(later.landscape.sub_clusters, now.sub_clusters)
    return (
        Known(first.isoformat(), early.corpus, _renamed(then.landscape, ids), first),
        Known(second.isoformat(), late.corpus, _renamed(later.landscape, ids), second),
    )


def _renamed(landscape: Landscape, ids: Mapping[str, str]) -> Landscape:
    """The sub-clusters alone, under other ids."""
    return Landscape(
        tuple(
            replace(
                each,
                id=ids.get(each.id, each.id),
                parent_id=None if each.parent_id is None else ids.get(each.parent_id, each.parent_id),
            )
            for each in landscape.sub_clusters
        ),
        (),
        (),
    )


def compare(before: Known, after: Known, *, progress: Callable[[int, int], None] | None = None) -> Comparison:
    """All that differs between two times; sub-clusters are the same where they have the same id."""
    found: list[Difference] = []
    topics: tuple[Callable[[Known, Known], Iterable[Difference]], ...] = (
        _groups, _regions, _sub_clusters, _specialisations, _phases, _trends, _commitments,
    )  # fmt: skip
    for place, topic in enumerate(topics):
        found += topic(before, after)
        if progress is not None:
            progress(min(2 * _SURVEY_STEPS + place, _STEPS), _STEPS)
    if progress is not None:
        progress(_STEPS, _STEPS)
    return Comparison(_totals(before), _totals(after), tuple(found), before.day is not None)


def _totals(known: Known) -> Totals:
    tops = sum(each.parent_id is None for each in known.landscape.sub_clusters)
    return Totals(
        known.name,
        len(known.rows),
        len(known.corpus.collaboration_ids),
        tops,
        len(known.landscape.sub_clusters) - tops,
    )


def _counts(
    topic: Topic, before: Mapping[str, int], after: Mapping[str, int], kind: str = ""
) -> list[Difference]:
    """What was counted at both times, most first."""
    return [
        Difference(
            topic, _turn(before.get(name, 0), after.get(name, 0)), name, name, kind, "",
            before.get(name, 0), after.get(name, 0), "", "",
        )
        for name in sorted({*before, *after}, key=lambda name: (-after.get(name, 0), -before.get(name, 0), name))
    ]  # fmt: skip


def _turn(before: int, after: int) -> Turn:
    return Turn.SAME if before == after else Turn.MORE if after > before else Turn.FEWER


def _groups(before: Known, after: Known) -> list[Difference]:
    def counted(known: Known) -> dict[str, int]:
        return Counter(GROUPS[each].value for each in known.corpus.groups[known.rows].tolist())

    return _counts(Topic.GROUP, counted(before), counted(after))


def _regions(before: Known, after: Known) -> list[Difference]:
    def counted(known: Known) -> dict[str, int]:
        corpus = known.corpus
        names = (corpus.regions[row].strip() or corpus.countries[row].strip() for row in known.rows.tolist())
        return Counter(name for name in names if name)

    return _counts(Topic.REGION, counted(before), counted(after))


def _sub_clusters(before: Known, after: Known) -> list[Difference]:
    """What became of each, those at the top first, the greatest change first."""
    old = {each.id: each for each in before.landscape.sub_clusters}
    new = {each.id: each for each in after.landscape.sub_clusters}
    said = [
        _lineage(each, old, new)
        for each in changes(after.landscape.sub_clusters, before.landscape.sub_clusters)
    ]
    return sorted(
        said,
        key=lambda each: (each.kind, -abs((each.after or 0) - (each.before or 0)), each.id),
    )


_TURNS = {
    ChangeKind.BORN: Turn.BORN,
    ChangeKind.SPLIT: Turn.SPLIT,
    ChangeKind.MERGED: Turn.MERGED,
    ChangeKind.DIED: Turn.DIED,
}


def _lineage(change: Change, old: Mapping[str, SubCluster], new: Mapping[str, SubCluster]) -> Difference:
    was, now = old.get(change.id), new.get(change.id)
    before = None if was is None else len(was.members)
    after = None if now is None else len(now.members)
    turn = _TURNS.get(change.kind) or _grown(before or 0, after or 0)
    top = change.parent_id is None if now is not None else change.parent_id_before is None
    return Difference(
        topic=Topic.SUB_CLUSTER,
        turn=turn,
        id=change.id,
        label=change.label or change.label_before,
        # Sorted by this: a specialisation comes after what it is part of.
        kind="sub_cluster" if top else "within",
        place="",
        before=before,
        after=after,
        was="",
        now="",
        related=change.of if change.kind is ChangeKind.BORN else tuple(
            each for each in change.into if each != change.id
        ),
        kept=None if change.kind is ChangeKind.BORN else change.kept,
    )  # fmt: skip


def _grown(before: int, after: int) -> Turn:
    if abs(after - before) <= STEADY * before:
        return Turn.SAME
    return Turn.MORE if after > before else Turn.FEWER


def _specialisations(before: Known, after: Known) -> list[Difference]:
    """Sure at one time and not at the other, of sub-clusters that are there at both."""
    found: list[Difference] = []
    for by in (By.GROUP, By.REGION):
        for of in (Of.SUB_CLUSTERS, Of.SPECIALISATIONS):
            then, now = _cells(before, by, of), _cells(after, by, of)
            there = {column for _, column in then} & {column for _, column in now}
            found += _moved(then, now, there, by)
    return sorted(
        found,
        key=lambda each: (each.turn, -max(each.before or 0.0, each.after or 0.0), each.place, each.id),
    )


def _cells(known: Known, by: By, of: Of) -> dict[tuple[str, str], Cell]:
    found = specialise(known.corpus, known.landscape, Question(by, of))
    return {(cell.row_id, cell.column_id): cell for cell in found.cells}


def _moved(
    then: Mapping[tuple[str, str], Cell], now: Mapping[tuple[str, str], Cell], there: set[str], by: By
) -> Iterator[Difference]:
    for key in sorted({*then, *now}):
        if key[1] not in there:
            continue
        old, new = then.get(key), now.get(key)
        had = old is not None and old.verdict is Verdict.ABOVE
        has = new is not None and new.verdict is Verdict.ABOVE
        if had != has:
            named = new or old
            yield Difference(
                topic=Topic.SPECIALISATION,
                turn=Turn.GAINED if has else Turn.LOST,
                id=key[1],
                label=named.label if named else "",
                kind=by.value,
                place=key[0],
                before=None if old is None else old.quotient,
                after=None if new is None else new.quotient,
                was="" if old is None else old.verdict.value,
                now="" if new is None else new.verdict.value,
            )


def _phases(before: Known, after: Known) -> list[Difference]:
    """The phase of the whole and of every sub-cluster that is there at both times; moves first."""
    then, now = (phase_by_part(known.corpus, known.landscape, today=known.day) for known in (before, after))
    labels = {"": ""} | {each.id: each.label for each in after.landscape.sub_clusters}
    found = [_phase(each, labels[each], then[each], phase) for each, phase in now.items() if each in then]
    return sorted(found, key=lambda each: (bool(each.id), each.turn is Turn.SAME, each.turn.value))


def _phase(sub_cluster_id: str, label: str, then: Phase, now: Phase) -> Difference:
    step = PHASES.index(now) - PHASES.index(then)
    return Difference(
        topic=Topic.PHASE,
        turn=Turn.SAME if not step else Turn.ONWARD if step > 0 else Turn.BACK,
        id=sub_cluster_id,
        label=label,
        kind="",
        place="",
        before=float(PHASES.index(then)),
        after=float(PHASES.index(now)),
        was=then.value,
        now=now.value,
    )


_BEYOND_CHANCE = (Tendency.RISING, Tendency.FALLING)


def _trends(before: Known, after: Known) -> list[Difference]:
    """What rises or falls beyond chance in the whole cluster at either time."""

    def beyond(known: Known) -> dict[tuple[str, str], Trend]:
        found = trends(known.corpus, known.landscape, today=known.day)
        return {(each.kind.value, each.name): each for each in found.items if each.tendency in _BEYOND_CHANCE}

    then, now = beyond(before), beyond(after)
    labels = {each.id: each.label for known in (before, after) for each in known.landscape.sub_clusters}
    found = []
    for kind, name in sorted({*then, *now}):
        old, new = then.get((kind, name)), now.get((kind, name))
        found.append(
            Difference(
                topic=Topic.TREND,
                turn=_tended(old, new),
                id=name,
                label=labels.get(name, name),
                kind=kind,
                place="",
                before=None if old is None else old.rate,
                after=None if new is None else new.rate,
                was="" if old is None else old.tendency.value,
                now="" if new is None else new.tendency.value,
            )
        )
    return sorted(found, key=lambda each: (each.turn is Turn.SAME, each.turn.value, each.kind, each.id))


def _tended(old: Trend | None, new: Trend | None) -> Turn:
    if new is None:
        return Turn.ENDED
    if old is not None and old.tendency is new.tendency:
        return Turn.SAME
    return Turn.BEGAN_TO_RISE if new.tendency is Tendency.RISING else Turn.BEGAN_TO_FALL


def _commitments(before: Known, after: Known) -> list[Difference]:
    """Collaborations by level, then those that join actor groups or sub-clusters."""

    def levels(known: Known) -> dict[str, int]:
        return Counter(COMMITMENTS[each].value for each in known.corpus.commitments.tolist())

    def crossing(known: Known) -> dict[str, int]:
        found: Crossing = portfolio(known.corpus, incidence(known.corpus, known.landscape)).whole
        return {
            name: getattr(found, name)
            for name in ("across_groups", "committed_across_groups", "across_sub_clusters")
        }

    return [
        *_counts(Topic.COMMITMENT, levels(before), levels(after), "level"),
        *_counts(Topic.COMMITMENT, crossing(before), crossing(after), "crossing"),
    ]
