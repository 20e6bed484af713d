"""Which specialisation could become a cluster of its own: what stands there today, what speaks against, what may come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import COMMITMENTS, Corpus
from matchmaker.landscape.activity import Activity, activity, series_of
from matchmaker.landscape.documents import Documents
from matchmaker.landscape.doubts import doubts
from matchmaker.landscape.findings import Outlook, SpinOff
from matchmaker.landscape.funder_forms import has_field
from matchmaker.landscape.maturity import is_mature
from matchmaker.landscape.needs import needs
from matchmaker.landscape.outlook import shipped
from matchmaker.landscape.own_past import outlooks_here
from matchmaker.landscape.panels import of_collaborations
from matchmaker.landscape.specialisation import location_quotient, location_quotient_interval
from matchmaker.landscape.sub_clusters import Group

LONGEST_WINDOW = 3
"""Years that count as recent at most, and as many before them as earlier."""
DAMPING = 4.0
"""Collaborations that grow as the whole landscape does, added to each specialisation's own."""
FEWEST_COLLABORATIONS = 3
"""A specialisation with fewer dated collaborations in both windows together is not judged."""
SHOWN = 5
"""Regions and other sub-clusters named with a candidate."""
FEWEST_IN_REGION = 3
"""Members in a region below which it is not called specialised."""


def spin_offs(
    corpus: Corpus,
    documents: Documents,
    ties: sparse.csr_array,
    groups: Sequence[Group],
    labels: Sequence[str],
    *,
    outlooks: bool = True,
) -> list[SpinOff]:
    """Specialisations of mature sub-clusters that grow at least as fast as the whole landscape.

    Those that may only be the form of a call come last; within both, by falling score, then id. Years are counted back from the
    newest in the data. Empty without dates in two years at least.
    """
    recent, earlier = windows(documents.years)
    if not earlier:
        return []
    inner = [number for number, group in enumerate(groups) if group.parent is not None]
    look = _Look(corpus, documents, ties, groups, labels, recent, earlier, inner)
    found = [each for number in inner if (each := look.candidate(number)) is not None]
    if outlooks:
        found = _with_outlooks(activity(corpus, documents), documents, groups, inner, found)
    return sorted(found, key=lambda each: (bool(each.doubts), -each.score, each.sub_cluster_id))


MEASURES = ("critical_mass", "coherence", "distinctness", "growth", "group_spread")


@dataclass(frozen=True, eq=False)
class _Look:
    """All that the measures are taken from."""

    corpus: Corpus
    documents: Documents
    ties: sparse.csr_array
    groups: Sequence[Group]
    labels: Sequence[str]
    recent: range
    earlier: range
    inner: Sequence[int]

    @cached_property
    def calls(self) -> list[str]:
        """The recurring call behind every collaboration of the corpus."""
        return [series_of(topic) for topic in self.corpus.topics]

    @cached_property
    def fields(self) -> NDArray[np.bool_]:
        """Shape (c,): whether each collaboration has a field."""
        return has_field(self.corpus)

    @cached_property
    def places(self) -> NDArray[np.str_]:
        """Shape (n,): NUTS 2 region of each actor, its country where none is known, or nothing."""
        return np.array(
            [
                region[:4] or country
                for region, country in zip(self.corpus.regions, self.corpus.countries, strict=True)
            ],
            dtype=np.str_,
        )

    @cached_property
    def placed(self) -> NDArray[np.bool_]:
        """Shape (n,): whether the actor has a place, and a text or a collaboration."""
        held = np.diff(self.corpus.holds.indptr) + np.diff(self.corpus.takes_part.indptr)
        return np.asarray((held > 0) & (self.places != ""))

    @property
    def usual(self) -> float:
        """Members of the median specialisation."""
        return (
            float(np.median([len(self.groups[number].members) for number in self.inner]))
            if self.inner
            else 0.0
        )

    def candidate(self, number: int) -> SpinOff | None:
        """One specialisation, or ``None`` where its sub-cluster is not mature or it does not grow."""
        group = self.groups[number]
        parent = self.groups[group.parent or 0]
        years = self.documents.years
        if not is_mature(len(parent.members), years[parent.documents]):
            return None
        expected = _recent_share(years, self.recent, self.earlier)
        growth = _growth(years[group.documents], self.recent, self.earlier, expected)
        if growth is None or growth["growth"] < 0.5:
            return None
        measured = (
            growth
            | _mass(len(group.members), self.usual)
            | _bonds(self.ties, group.documents, parent.documents)
            | _spread(self.corpus.groups[group.members], len(np.unique(self.corpus.groups)))
            | _acceleration(years[group.documents], years, self.recent)
            | _commitment(self.corpus, self._columns(group))
        )
        return self._with_surroundings(
            _candidate(group, parent, self.labels[number], measured), group, parent
        )

    def _columns(self, group: Group) -> NDArray[np.int64]:
        """The group's collaborations, as columns of the corpus in order of their days."""
        columns = self.documents.columns[group.documents]
        columns = columns[columns >= 0]
        return columns[np.lexsort((columns, self.corpus.collaboration_dates[columns]))]

    def _with_surroundings(self, found: SpinOff, group: Group, parent: Group) -> SpinOff:
        columns = self._columns(group)
        return replace(
            found,
            needs=needs(self.corpus, group.members, parent.members, columns, self.usual, found.distinctness),
            doubts=doubts(columns, self.calls, self.corpus.titles, self.fields),
            regions=_regions(self.places, self.placed, group.members),
            tied_to=_tied_to(self.ties, group, self.groups),
        )


def _with_outlooks(
    acted: Activity,
    documents: Documents,
    groups: Sequence[Group],
    inner: Sequence[int],
    found: Sequence[SpinOff],
) -> list[SpinOff]:
    """The same with their outlooks; every specialisation is in the panel, so that later ones are told apart as on past days."""
    if not found:
        return []
    held = [documents.columns[groups[number].documents] for number in inner]
    parents = np.array([groups[number].parent for number in inner], dtype=np.int64)
    day = acted.span[1]
    panel = of_collaborations(acted, day, [columns[columns >= 0] for columns in held], parents)
    given = outlooks_here(acted, panel, day, shipped())
    of: dict[str, Outlook] = {groups[number].id: each for number, each in zip(inner, given, strict=True)}
    return [replace(each, outlook=of[each.sub_cluster_id]) for each in found]


def _candidate(group: Group, parent: Group, label: str, measured: dict[str, float]) -> SpinOff:
    five = [round(float(np.clip(measured[name], 0, 1)), 4) for name in MEASURES]
    return SpinOff(
        sub_cluster_id=group.id,
        parent_id=parent.id,
        label=label,
        score=round(float(np.prod(five) ** (1 / len(five))), 4),
        critical_mass=five[0],
        coherence=five[1],
        distinctness=five[2],
        growth=five[3],
        group_spread=five[4],
        figures={name: round(value, 4) for name, value in measured.items() if name not in MEASURES},
    )


def windows(years: NDArray[np.int64]) -> tuple[range, range]:
    """The recent years and as many before them; both empty where the collaborations are of a single year.

    The last and the first year are those that, with all beyond them, hold a fiftieth of the dated collaborations: a
    single date far off moves neither.
    """
    dated = np.sort(years[years > 0])
    if not len(dated):
        return range(0), range(0)
    beyond = len(dated) // 50
    oldest, newest = int(dated[beyond]), int(dated[len(dated) - 1 - beyond])
    width = min(LONGEST_WINDOW, (newest - oldest + 1) // 2)
    return range(newest - width + 1, newest + 1), range(newest - 2 * width + 1, newest - width + 1)


def _within(years: NDArray[np.int64], window: range) -> int:
    return int(np.count_nonzero((years >= window.start) & (years < window.stop)))


def _recent_share(years: NDArray[np.int64], recent: range, earlier: range) -> float:
    new, old = _within(years, recent), _within(years, earlier)
    return (new + 1) / (new + old + 2)


def _growth(
    years: NDArray[np.int64], recent: range, earlier: range, expected: float
) -> dict[str, float] | None:
    """Odds of a collaboration being recent, here against everywhere: 0.5 is as the whole, 0.75 three times the odds."""
    new, old = _within(years, recent), _within(years, earlier)
    if new + old < FEWEST_COLLABORATIONS:
        return None
    share = (new + DAMPING * expected) / (new + old + DAMPING)
    here, everywhere = share * (1 - expected), expected * (1 - share)
    return {
        "growth": here / (here + everywhere),
        "recent_collaborations": float(new),
        "earlier_collaborations": float(old),
        "first_recent_year": float(recent.start),
        "last_recent_year": float(recent.stop - 1),
        "recent_share": new / (new + old),
        "recent_share_of_all": expected,
    }


def _mass(members: int, usual: float) -> dict[str, float]:
    """Members against the usual specialisation: 0.5 for the median, 0.75 for three times as many."""
    return {
        "critical_mass": members / (members + usual),
        "members": float(members),
        "members_of_the_median_specialisation": usual,
    }


def _bonds(ties: sparse.csr_array, inside: NDArray[np.int64], around: NDArray[np.int64]) -> dict[str, float]:
    """Coherence: the share of its ties that stay inside. Distinctness: how far ties to the rest of the parent fall
    short of what an even spread over the parent would give.
    """
    totals = np.asarray(ties.sum(axis=1))
    mine = sparse.csr_array(ties[inside])
    own = float(mine[:, inside].sum())
    within_parent = float(mine[:, around].sum())
    everything = float(totals[inside].sum())
    rest_of_parent = 1 - everything / max(float(totals[around].sum()), 1e-12)
    to_rest = 1 - own / within_parent if within_parent > 0 else 0.0
    return {
        "coherence": own / everything if everything > 0 else 0.0,
        "distinctness": 1 - min(1.0, to_rest / rest_of_parent) if rest_of_parent > 1e-9 else 0.0,
        "documents": float(len(inside)),
        "ties_inside": own,
        "ties_to_the_rest_of_the_parent": within_parent - own,
        "ties_elsewhere": everything - within_parent,
        "expected_share_to_the_rest": rest_of_parent,
    }


def _spread(members: NDArray[np.int8], kinds: int) -> dict[str, float]:
    """Evenness of the members over the actor groups there are: 1 when all groups have as many."""
    counts = np.unique(members, return_counts=True)[1]
    shares = counts / counts.sum()
    entropy = float(-(shares * np.log(shares)).sum())
    return {
        "group_spread": entropy / np.log(kinds) if kinds > 1 else 0.0,
        "groups": float(len(counts)),
        "groups_of_all": float(kinds),
        "largest_group_share": float(shares.max()),
    }


def _acceleration(years: NDArray[np.int64], all_years: NDArray[np.int64], recent: range) -> dict[str, float]:
    """Collaborations of the newest year over those of the year before it, here and everywhere; nothing without both."""
    newest = recent.stop - 1
    here = [int(np.count_nonzero(years == year)) for year in (newest - 1, newest)]
    everywhere = [int(np.count_nonzero(all_years == year)) for year in (newest - 1, newest)]
    if not all(everywhere):
        return {}
    return {
        "newest_year_over_the_one_before": (here[1] + 1) / (here[0] + 1),
        "newest_year_over_the_one_before_of_all": everywhere[1] / everywhere[0],
    }


def _commitment(corpus: Corpus, columns: NDArray[np.int64]) -> dict[str, float]:
    committed = len(COMMITMENTS) - 1
    if not len(columns):
        return {}
    return {
        "committed_share": float(np.mean(corpus.commitments[columns] == committed)),
        "committed_share_of_all": float(np.mean(corpus.commitments == committed)),
    }


def _regions(
    places: NDArray[np.str_], placed: NDArray[np.bool_], members: NDArray[np.int64]
) -> tuple[tuple[str, float], ...]:
    """Places whose location quotient is above 1 with its whole interval, and have a few members; surest first."""
    names, totals = np.unique(places[placed], return_counts=True)
    inside = np.zeros(len(names), dtype=np.float64)
    np.add.at(inside, np.searchsorted(names, places[members[placed[members]]]), 1)
    if not inside.sum():
        return ()
    table = np.stack([inside, totals - inside], axis=1)
    lower, quotient = location_quotient_interval(table)[0][:, 0], location_quotient(table)[:, 0]
    special = np.flatnonzero((np.nan_to_num(lower) > 1) & (inside >= FEWEST_IN_REGION))
    surest = special[np.argsort(-lower[special], kind="stable")][:SHOWN]
    return tuple((str(names[row]), round(float(quotient[row]), 2)) for row in surest.tolist())


def _tied_to(ties: sparse.csr_array, group: Group, groups: Sequence[Group]) -> tuple[tuple[str, float], ...]:
    """Shares of its outward ties by where they lead: siblings, other sub-clusters."""
    parent = group.parent
    given = np.asarray(sparse.csr_array(ties[group.documents]).sum(axis=0)).ravel()
    given[group.documents] = 0
    total = float(given.sum())
    if total <= 0:
        return ()
    ends = [
        each
        for number, each in enumerate(groups)
        if each is not group and number != parent and each.parent in (None, parent)
    ]
    shares = [(each.id, round(float(given[each.documents].sum()) / total, 4)) for each in ends]
    return tuple(
        sorted((each for each in shares if each[1] > 0), key=lambda each: (-each[1], each[0]))[:SHOWN]
    )
