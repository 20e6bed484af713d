"""What is missing in each sub-cluster, beside its siblings and beside what its collaborations need, and who could fill it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import PassageKind, Quote
from matchmaker.corpus import KINDS, Corpus
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.caveats import Caveat, Unknown
from matchmaker.landscape.fillers import Filler, Outside, theme_centres
from matchmaker.landscape.findings import Landscape
from matchmaker.landscape.gap_signs import Sign, SignId
from matchmaker.landscape.incidence import Incidence, incidence
from matchmaker.landscape.kinds import Kinds
from matchmaker.landscape.requests import Market, Wanted, market, unanswered, wanted
from matchmaker.landscape.tallies import Siblings
from matchmaker.text import best_sentence

SEEKERS_SHOWN = 10


class GapKind(StrEnum):
    """What may be missing."""

    GROUP = "group"
    REGION = "region"
    THEME = "theme"
    """A link of the value chain as the collaborations show it: another specialisation that they draw on."""
    REQUEST = "request"
    """A link of the value chain as the actors say it: something that several members look for."""


class GapVerdict(StrEnum):
    """How much speaks for a gap."""

    MISSING = "missing"
    """Thin beside the siblings and needed by the collaborations; or drawn on, and mostly from outside; or three or more ask."""
    NEEDED = "needed"
    """Needed by the collaborations, or asked for by two, but not thinner than among the siblings."""
    THIN = "thin"
    """Thin beside the siblings, with no sign that the collaborations need more."""
    CANNOT_TELL = "cannot_tell"
    """Nobody of the group is inside, but so few are elsewhere that this may be chance."""


_ORDER = tuple(GapVerdict)
_KINDS = tuple(GapKind)


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is thin or needed in one sub-cluster."""

    sub_cluster_id: str
    kind: GapKind
    what: str
    """Actor group, region code or name, id of the other specialisation, or id of the actor whose request is quoted.

    Empty for a request of one that is not there any more; see ``Gaps.among``.
    """
    verdict: GapVerdict
    signs: tuple[Sign, ...]
    """What was compared, those that hold first; none for a request, which is counted and not tested."""
    request: Quote | None = None
    """For a request, the one nearest to the middle of all that ask for it."""
    seekers: tuple[str, ...] = ()
    """For a request, ids of the members that ask, by id; ``SEEKERS_SHOWN`` at most."""
    asked: int = 0
    """For a request, how many members ask."""
    requests: int = 0
    """For a request, how many requests ask for it."""
    unanswered: int = 0
    """Of those, for how many no offer inside is as near as an answer usually is."""
    fillers: tuple[Filler, ...] = ()
    """Who could fill it, best first; empty where nobody outside is of the kind or offers it."""


@dataclass(frozen=True, slots=True)
class Gaps:
    """The gaps of some sub-clusters."""

    gaps: tuple[Gap, ...]
    """By sub-cluster in the landscape's order, then verdict, kind and strength."""
    region_level: int
    """Characters of the NUTS codes compared: 2 the country, 3 to 5 NUTS levels 1 to 3; 0 where no region is known."""
    compared: int
    """How many groups and regions were looked at in all the sub-clusters asked about."""
    untold: int
    """Of those, how many are so rare that chance cannot be ruled out whatever the counts."""
    caveats: tuple[Caveat, ...] = ()

    def among(self, there: Container[str]) -> Gaps:
        """The same without ids and words of actors other than these, who are there now; what was counted stays."""
        return replace(self, gaps=tuple(_among(each, there) for each in self.gaps))


def _among(gap: Gap, there: Container[str]) -> Gap:
    asks = gap.kind is not GapKind.REQUEST or gap.what in there
    return replace(
        gap,
        what=gap.what if asks else "",
        request=gap.request if asks else None,
        seekers=tuple(each for each in gap.seekers if each in there),
        fillers=tuple(
            replace(each, alike=tuple(other for other in each.alike if other in there))
            for each in gap.fillers
            if each.actor_id in there
        ),
    )


def gaps(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    landscape: Landscape,
    *,
    sub_cluster_id: str = "",
    limit: int = 5,
    top: int = 5,
) -> Gaps:
    """What is missing in one sub-cluster, or in each of those at the top.

    ``vectors``, shape (p, d): the passages' unit rows. At most ``limit`` gaps of each kind for each sub-cluster and ``top``
    fillers for each gap. A specialisation is compared with its siblings under the same parent. Raises
    ``SubClusterNotFoundError``, and ``ValueError`` for vectors that do not fit and for limits below 1.
    """
    if limit < 1 or top < 1:
        raise ValueError(f"At least one gap and one filler must be asked for, not {limit} and {top}.")
    places = incidence(corpus, landscape)
    if sub_cluster_id and sub_cluster_id not in places.ids:
        raise SubClusterNotFoundError(sub_cluster_id)
    caveats = _caveats(corpus, places)
    if not len(places.ids):
        return Gaps((), 0, 0, 0, caveats)
    chosen = [places.ids.index(sub_cluster_id)] if sub_cluster_id else places.tops.tolist()
    centres = theme_centres(corpus, vectors, places)
    trade = market(corpus, vectors)
    siblings = Siblings(corpus, places, np.append(places.siblings(chosen[0]), chosen[0]))
    found, few = list[Gap](), list[Caveat]()
    for place in chosen:
        each = landscape.sub_clusters[place]
        about = " ".join([each.label, *each.keywords])
        outside = Outside(corpus, vectors, places, place, centres=centres, about=about)
        some = _compared_gaps(siblings, place, outside, each.id, limit, top)
        some += _request_gaps(corpus, vectors, trade, outside, each.id, limit, top)
        some.sort(key=lambda gap: (_ORDER.index(gap.verdict), _KINDS.index(gap.kind)))
        found += some
        few += siblings.caveats(place)
    compared, untold = siblings.counts(chosen)
    return Gaps(tuple(found), siblings.level, compared, untold, (*caveats, *few))


def _compared_gaps(
    siblings: Siblings, place: int, outside: Outside, name: str, limit: int, top: int
) -> list[Gap]:
    """Gaps of groups, regions and themes with their fillers, by verdict, then strength."""
    row = siblings.row(place)
    found: list[tuple[int, float, GapKind, int, Kinds, tuple[Sign, ...]]] = []
    for kind, kinds, tallies in (
        (GapKind.GROUP, siblings.groups, siblings.group_tallies),
        (GapKind.REGION, siblings.regions, siblings.region_tallies),
        (GapKind.THEME, siblings.themes, siblings.theme_tallies),
    ):
        for column in range(len(kinds.names) if kinds else 0):
            if kind is GapKind.THEME and siblings.kin(place, column):
                continue
            signs = sorted((each.sign(row, column) for each in tallies), key=lambda sign: not sign.holds)
            verdict = _verdict(kind, signs)
            if verdict is not None and kinds:
                found.append((_ORDER.index(verdict), -_strength(signs), kind, column, kinds, tuple(signs)))
    found.sort(key=lambda each: each[:4])
    places_of: dict[GapKind, list[int]] = {kind: [] for kind in GapKind}
    for place_in, each in enumerate(found):
        places_of[each[2]].append(place_in)
    shown = [found[each] for each in sorted(each for some in places_of.values() for each in some[:limit])]
    return [
        Gap(
            sub_cluster_id=name,
            kind=kind,
            what=kinds.names[column],
            verdict=_ORDER[order],
            signs=signs,
            fillers=outside.fillers(np.flatnonzero(kinds.of[:, [column]].toarray().ravel()), top=top),
        )
        for order, _, kind, column, kinds, signs in shown
    ]


def _verdict(kind: GapKind, signs: Sequence[Sign]) -> GapVerdict | None:
    by_id = {each.id: each for each in signs}
    holds = {each.id for each in signs if each.holds}
    if kind is GapKind.THEME:
        if SignId.DRAWN_ON not in holds:
            return None
        brought = by_id[SignId.BROUGHT_IN]
        return GapVerdict.MISSING if brought.count * 2 > brought.of else GapVerdict.NEEDED
    needed = SignId.BROUGHT_IN in holds
    if SignId.FEWER_MEMBERS in holds:
        return GapVerdict.MISSING if needed or SignId.FEWER_COLLABORATIONS in holds else GapVerdict.THIN
    if needed:
        return GapVerdict.NEEDED
    if SignId.FEWER_COLLABORATIONS in holds:
        return GapVerdict.THIN
    members = by_id[SignId.FEWER_MEMBERS]
    if kind is GapKind.GROUP and members.of and not members.count and members.elsewhere and members.q is None:
        return GapVerdict.CANNOT_TELL
    return None


def _strength(signs: Sequence[Sign]) -> float:
    """How far the nearer end of the clearest sign's interval is from no difference."""
    return max((max(np.log(each.low), -np.log(each.high)) for each in signs if each.holds), default=0.0)


def _request_gaps(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    trade: Market,
    outside: Outside,
    name: str,
    limit: int,
    top: int,
) -> list[Gap]:
    if trade.usual is None:
        return []
    left = unanswered(trade, vectors, outside.inside)
    return [
        _request_gap(corpus, vectors, trade, outside, name, each, top)
        for each in wanted(trade, vectors, outside.inside, left)[:limit]
    ]


def _request_gap(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    trade: Market,
    outside: Outside,
    name: str,
    asked: Wanted,
    top: int,
) -> Gap:
    passage = int(trade.requests[asked.requests[0]])
    text = corpus.texts[passage]
    quote = Quote(
        best_sentence(text, ""),
        KINDS[int(corpus.kinds[passage])],
        corpus.sources[passage],
        corpus.languages[passage],
    )
    near = vectors[trade.offers] @ asked.centre >= (trade.usual or 0.0)
    others = ~np.isin(trade.holders, asked.seekers)
    ids = [corpus.ids[row] for row in asked.seekers.tolist()]
    return Gap(
        sub_cluster_id=name,
        kind=GapKind.REQUEST,
        what=corpus.ids[int(trade.seekers[asked.requests[0]])],
        verdict=GapVerdict.MISSING if len(ids) >= 3 else GapVerdict.NEEDED,
        signs=(),
        request=quote,
        seekers=tuple(ids[:SEEKERS_SHOWN]),
        asked=len(ids),
        requests=len(asked.requests),
        unanswered=asked.unanswered,
        fillers=outside.answering(asked.centre, text, trade.offers[near & others], top=top),
    )


def _caveats(corpus: Corpus, places: Incidence) -> tuple[Caveat, ...]:
    if not corpus.ids:
        return (Caveat(Unknown.NO_ACTORS),)
    if not len(places.ids):
        return (Caveat(Unknown.NO_SUB_CLUSTERS),)
    found = []
    if len(places.tops) == 1:
        found.append(Caveat(Unknown.ONE_SUB_CLUSTER))
    if not (np.asarray(corpus.takes_part.sum(axis=0)) > 1).any():
        found.append(Caveat(Unknown.NO_COLLABORATIONS))
    if len(np.unique(corpus.groups)) == 1:
        found.append(Caveat(Unknown.ONE_GROUP))
    known = {region or country for region, country in zip(corpus.regions, corpus.countries, strict=True)} - {
        ""
    }
    if len(known) < 2:
        found.append(Caveat(Unknown.ONE_REGION if known else Unknown.NO_REGIONS))
    if not corpus.texts:
        found.append(Caveat(Unknown.NO_TEXT))
    if not (corpus.kinds == KINDS.index(PassageKind.REQUEST)).any():
        found.append(Caveat(Unknown.NO_REQUESTS))
    if not corpus.members.any():
        found.append(Caveat(Unknown.NO_MEMBERS))
    return tuple(found)
