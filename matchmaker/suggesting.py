"""Proposes partners from one build as its actors and their answers are now: pinned ones first, those kept apart left out."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.answers import Answer
from matchmaker.freshness import LOOKED_AT, Overlay, joined
from matchmaker.generation import CANDIDATES_KEPT, Generation
from matchmaker.matching.answered import AnsweredRows, answered, rows_of
from matchmaker.matching.exposure import Measures, Terms
from matchmaker.matching.kept_lists import KeptLists
from matchmaker.matching.matches import Match
from matchmaker.matching.proposing import FLOOR, Balanced, Proposing
from matchmaker.matching.ranking import SEEKERS_AT_ONCE, Ranked, Recommender, Wish, best_of
from matchmaker.proposals import Marked, ProposalTable, Sayings
from matchmaker.scored import Scored, Scores
from matchmaker.search import allowed
from matchmaker.told_matches import Told

SPARE_PARTNERS = 10
"""Partners asked for beyond those wanted, for the matches that no longer stand after a change."""


@dataclass(frozen=True, slots=True)
class Among:
    """Who could be proposed to whom among some actors of a build."""

    proposing: Proposing
    rows: NDArray[np.intp]
    scores: sparse.csr_array
    pinned: Sequence[tuple[int, int]]

    def balanced(self, *, balance: float, top: int) -> Balanced:
        """Their lists at one balance; raises ``ValueError`` for one outside 0 to 1."""
        return self.proposing.among(self.rows, self.scores, Terms(balance, top, floor=FLOOR), self.pinned)

    def curve(self, balances: Sequence[float], *, top: int) -> list[Measures]:
        """What the lists are like at each balance."""
        return [self.balanced(balance=balance, top=top).measures for balance in balances]


class Suggesting:
    """Proposes partners for the actors of one build; immutable, so that many threads may ask."""

    def __init__(self, made: Generation, built_row_of: Mapping[str, int]) -> None:
        """``built_row_of`` gives each actor's row in the build."""
        self._built = made.corpus
        self._built_row_of = built_row_of
        self._kept = made.suggestions
        self._together = made.evidence.together
        self._copies = made.copies
        self._recommender = Recommender(made.corpus, made.evidence, made.weights, made.copies)
        self._proposing = Proposing(made.corpus, made.candidates, made.evidence.together, made.copies)
        self._lists = KeptLists(
            made.corpus, made.candidates, made.evidence.together, made.copies, CANDIDATES_KEPT
        )
        self._foreseen = made.foreseen
        self._bar = lru_cache(maxsize=4)(self._lists.bar)
        self._told = Told()
        self._scored = Scored()
        self._rows_answered: AnsweredRows | None = None
        self._overlay: Overlay | None = None
        self._corpus = made.corpus
        self._row_of = built_row_of
        self._rows_now = np.arange(len(made.corpus.ids))
        self._answered = answered(())

    def under(self, overlay: Overlay) -> Suggesting:
        """The same with what changed after the build; this object stays as it is."""
        other = copy.copy(self)
        other._overlay = overlay
        other._corpus, other._row_of = overlay.corpus, overlay.row_of
        other._rows_now = np.array([overlay.row_of.get(each, -1) for each in self._built.ids], dtype=np.intp)
        return other

    def heeding(self, answers: Iterable[Answer]) -> Suggesting:
        """The same with what is said of matches now; this object stays as it is."""
        other = copy.copy(self)
        other._answered = answered(answers)
        rows = rows_of(other._answered, self._built_row_of)
        other._rows_answered = rows
        other._recommender = self._recommender.heeding(rows)
        other._proposing = self._proposing.heeding(rows)
        return other

    @property
    def _as_built(self) -> bool:
        """Whether nobody's answer changes what the build itself proposes."""
        said = self._answered
        return not (said.apart or said.never or said.pinned or said.acquainted)

    @property
    def never_together(self) -> frozenset[tuple[str, str]]:
        """Ids of actors that are not to be paired, both ways round."""
        return self._answered.never

    def partners(self, seeker_id: str, wish: Wish, fits: Callable[[str], bool] | None = None) -> list[Match]:
        """The best partners of one actor, best first, by what it says now, also where it is newer than the build.

        Of those alone whose id ``fits``, where that is given, among the ``LOOKED_AT`` best.
        """
        found = self._found(seeker_id, wish) if fits is None else self._fitting(seeker_id, wish, fits)
        return self._shown(seeker_id, found, wish, fits)

    def _found(self, seeker_id: str, wish: Wish) -> list[Match]:
        """What the build and the seeker's words of today say of partners, as built."""
        row = self._built_row_of.get(seeker_id)
        built = [] if row is None else next(self._recommender.matches([row], self._more(wish)))
        return self._joined(seeker_id, built, wish)

    def _fitting(self, seeker_id: str, wish: Wish, fits: Callable[[str], bool]) -> list[Match]:
        """As ``_found``, with those that do not fit left out before anything is explained."""
        row = self._built_row_of.get(seeker_id)
        built: list[Match] = []
        if row is not None:
            ranked, positions = self._ranked(row, wish, fits)
            built = self._recommender.told(ranked, positions[: self._more(wish).top])
        return self._joined(seeker_id, built, wish, fits)

    def _ranked(self, row: int, wish: Wish, fits: Callable[[str], bool]) -> tuple[Ranked, list[int]]:
        """The best of one seeker of the build, and the positions of those that fit."""
        (ranked,) = self._recommender.rank([row], replace(wish, top=max(LOOKED_AT, wish.top)))
        ids = self._built.ids
        return ranked, [place for place, each in enumerate(ranked.partners) if fits(ids[int(each)])]

    def count(self, seeker_id: str, wish: Wish, fits: Callable[[str], bool]) -> int:
        """How many partners there are to propose that fit, ``wish.top`` at most; nothing is explained."""
        row = self._built_row_of.get(seeker_id)
        found = 0 if row is None else len(self._ranked(row, wish, fits)[1])
        overlay = self._overlay
        if found < wish.top and overlay is not None and overlay.newcomers.concerns(seeker_id):
            found = max(found, len(self._fresh(overlay, seeker_id, wish, fits)))
        return min(found, wish.top)

    def _joined(
        self,
        seeker_id: str,
        built: list[Match],
        wish: Wish,
        fits: Callable[[str], bool] | None = None,
    ) -> list[Match]:
        """A build's matches with what the seeker says now, where that is something else than it said then.

        Without those that the wish leaves out as they are now.
        """
        overlay = self._overlay
        if overlay is None:
            return built
        if not overlay.newcomers.concerns(seeker_id):
            return overlay.newcomers.listed(seeker_id, built, wish)
        fresh = self._fresh(overlay, seeker_id, wish, fits)
        found = {each.partner_id for each in built}
        missing = self._rows_of(each.partner_id for each in fresh if each.partner_id not in found)
        known: Sequence[Match] = ()
        if seeker_id in self._built_row_of and len(missing):
            rows = [self._built_row_of[seeker_id]]
            # What is kept of matches told is of close ones: further afield, what is usual counts for less.
            (known,) = (
                self._recommender.explained(rows, [missing], wish)
                if wish.afield
                else self._told.matches(self._recommender, rows, [missing])
            )
        standing = {each.partner_id: each for each in overlay.saying.now([*built, *known])}
        for each in fresh:
            before = standing.get(each.partner_id)
            standing[each.partner_id] = replace(
                joined(before, each) if before else each, known=self._known(seeker_id, each.partner_id)
            )
        best = sorted(standing.values(), key=lambda each: (-round(each.score, 4), each.partner_id))
        return overlay.newcomers.listed(seeker_id, best, wish)

    def _fresh(
        self, overlay: Overlay, seeker_id: str, wish: Wish, fits: Callable[[str], bool] | None
    ) -> list[Match]:
        """What the seeker's words of today find; who is left out is so before the list is cut to its length."""

        def wanted(partner_id: str) -> bool:
            return (fits is None or fits(partner_id)) and not (
                wish.new and self._known(seeker_id, partner_id)
            )

        return overlay.newcomers.matches(seeker_id, wish, apart=self._answered.apart, fits=wanted)

    def _more(self, wish: Wish) -> Wish:
        """With some to spare for what no longer stands."""
        return wish if self._overlay is None else replace(wish, top=wish.top + SPARE_PARTNERS)

    def firsts(self, seeker_ids: Iterable[str], wish: Wish) -> dict[str, list[tuple[str, float]]]:
        """The best partners of actors of the build with their scores, best first; nothing is explained."""
        seekers = {self._built_row_of[each]: each for each in seeker_ids if each in self._built_row_of}
        ids = self._built.ids
        found = self._lists.firsts(list(seekers), wish, self._rows_answered)
        for ranked in self._recommender.rank([row for row in seekers if row not in found], wish):
            found[ranked.seeker] = ranked.partners, ranked.scores
        return {
            actor_id: [(ids[partner], float(score)) for partner, score in zip(*found[row], strict=True)]
            for row, actor_id in seekers.items()
        }

    def bar(self, length: int, share: float) -> float:
        """What partners have to score beyond a share of the seeker's ``length``-th, for lists to be so long on average."""
        return self._bar(length, share)

    @property
    def apart(self) -> frozenset[tuple[str, str]]:
        """Ids of pairs that answers keep apart: the second is not proposed to the first."""
        return self._answered.apart | self._answered.never

    def kept_apart(self, seeker_id: str, partner_id: str) -> bool:
        """Whether an answer keeps the partner from being proposed to the seeker."""
        pair = (seeker_id, partner_id)
        return pair in self._answered.apart or pair in self._answered.never

    def everybody(self, wish: Wish) -> Iterator[list[Match]]:
        """The best partners of every actor of the build that is still there, in the order of ids."""
        return self._matches(self._rows_asked(), wish)

    def balanced(self, wish: Wish, balance: float, seeker_id: str | None = None) -> Iterator[list[Match]]:
        """The same with exposure balanced over all, or of this one seeker what all of that leaves it.

        Raises ``ValueError`` for a balance outside 0 to 1.
        """
        if seeker_id is not None and seeker_id not in self._built_row_of:
            return iter([self._shown(seeker_id, [], wish)])
        lists = self._proposing.lists(wish, balance, self._pinned_rows(wish))
        asked = self._rows_asked() if seeker_id is None else [self._built_row_of[seeker_id]]
        matches = self._recommender.explained(asked, [lists.of(row).astype(np.intp) for row in asked])
        return (
            self._shown(self._built.ids[row], each, wish) for row, each in zip(asked, matches, strict=True)
        )

    def columns(self, wish: Wish, balance: float) -> Balanced:
        """The same as columns, with rows of the build; nothing is explained."""
        found = self._foreseen.at(wish, balance) if self._as_built else None
        if found is not None:
            return found
        return self._proposing.balanced(wish, balance, self._pinned_rows(wish))

    def table(
        self, balanced: Balanced, sayings: Sayings | None, sub_clusters: Mapping[str, str]
    ) -> ProposalTable:
        """What ``columns`` holds, with the actors as they are now, without the pairs that are kept apart now."""
        return ProposalTable(
            balanced,
            self._rows_now,
            self._corpus,
            self._row_of,
            self._explained,
            apart=self._answered.apart,
            sayings=sayings,
            sub_clusters=sub_clusters,
        )

    def aside(self, balanced: Balanced, sayings: Sayings, sub_clusters: Mapping[str, str]) -> ProposalTable:
        """The pairs that are in no list because somebody said so, in the order in which that was said."""
        rows, hidden = self._built_row_of, sayings.pairs(Marked.HIDDEN)
        pairs = [
            (rows[one], rows[other])
            for one, other in sayings.answers
            if (one, other) in hidden and one in rows and other in rows
        ]
        return ProposalTable(
            self._proposing.pairs(pairs, balanced.measures),
            self._rows_now,
            self._corpus,
            self._row_of,
            self._explained,
            sayings=sayings,
            sub_clusters=sub_clusters,
        )

    def among(self, actor_ids: Iterable[str], *, new: bool) -> Among:
        """Lists of these actors alone, of any group, with exposure balanced over them."""
        rows = self._rows_of(actor_ids)
        ids = [self._built.ids[row] for row in rows]
        place = {actor_id: number for number, actor_id in enumerate(ids)}
        scores = self.scores_among(ids, top=len(ids))
        gone = self._answered.apart
        known = self.known_among(ids) if new else frozenset()
        entries = [
            (place[one], place[other], score)
            for (a, b), score in scores.items()
            if frozenset((a, b)) not in known
            for one, other in ((a, b), (b, a))
            if (one, other) not in gone
        ]
        one, other, values = np.array(entries, dtype=np.float64).reshape(-1, 3).T
        shape = (len(ids), len(ids))
        matrix = sparse.csr_array(
            (values.astype(np.float32), (one.astype(int), other.astype(int))), shape=shape
        )
        pinned = self._pinned_rows(Wish(new=new))
        return Among(self._proposing, rows, matrix, pinned)

    def scores_among(self, actor_ids: Iterable[str], *, top: int) -> Scores:
        """Shared scores of the pairs of these actors that anything links, by their ids, the smaller first.

        Of each actor those with its ``top`` best partners among them, so that the number of pairs grows with that of actors;
        of actors of the build; pairs that are kept apart by an answer are left out.
        """
        rows = self._rows_of(actor_ids)
        return self._scored.among(self._recommender, rows, top, lambda: self._scores_among(rows, top))

    def _scores_among(self, rows: NDArray[np.intp], top: int) -> dict[tuple[str, str], float]:
        found: dict[tuple[str, str], float] = {}
        for start in range(0, len(rows), SEEKERS_AT_ONCE):
            block = rows[start : start + SEEKERS_AT_ONCE]
            scores = self._recommender.scores(block, Wish(across=False))[:, rows]
            for row, partners in enumerate(scores):
                for place in best_of(partners, top):
                    pair = self._built.ids[block[row]], self._built.ids[rows[place]]
                    found[min(pair), max(pair)] = float(partners[place])
        return found

    def known_among(self, actor_ids: Iterable[str]) -> frozenset[frozenset[str]]:
        """The pairs of these actors that worked together or are said to know each other."""
        rows = self._rows_of(actor_ids)
        ids = [self._built.ids[row] for row in rows]
        together = self._together[rows][:, rows].tocoo()
        worked = {
            frozenset((ids[one], ids[other]))
            for one, other, number in zip(together.row, together.col, together.data, strict=True)
            if number and one != other
        }
        there = set(ids)
        said = {frozenset(pair) for pair in self._answered.acquainted if there.issuperset(pair)}
        return frozenset(worked | said)

    def copies_among(self, actor_ids: Iterable[str]) -> frozenset[frozenset[str]]:
        """The pairs of these actors whose own words are nearly the same."""
        by_group: dict[int, list[str]] = {}
        for row in self._rows_of(actor_ids):
            by_group.setdefault(int(self._copies.groups[row]), []).append(self._built.ids[row])
        return frozenset(frozenset(pair) for same in by_group.values() for pair in combinations(same, 2))

    def between(self, pairs: Sequence[tuple[str, str]]) -> list[Match]:
        """The matches of pairs of actors, with reasons; those that are not of the build are left out."""
        partners: dict[int, list[int]] = {}
        for seeker, partner in pairs:
            if seeker in self._built_row_of and partner in self._built_row_of:
                partners.setdefault(self._built_row_of[seeker], []).append(self._built_row_of[partner])
        rows = [np.array(each, dtype=np.intp) for each in partners.values()]
        return [match for matches in self._explained(list(partners), rows) for match in matches]

    def _rows_of(self, actor_ids: Iterable[str]) -> NDArray[np.intp]:
        """Rows of the build of those that it has and that are still there, ascending."""
        rows = {
            self._built_row_of[each]
            for each in actor_ids
            if each in self._built_row_of and each in self._row_of
        }
        return np.array(sorted(rows), dtype=np.intp)

    def _explained(
        self, rows: Sequence[int], partners: Sequence[NDArray[np.intp]]
    ) -> Sequence[Sequence[Match]]:
        """The matches of some rows of the build, each with rows of its own, as they stand now."""
        pinned = self._answered.pinned
        return [
            [
                replace(
                    match,
                    pinned=match.partner_id in pinned.get(match.seeker_id, ()),
                    known=self._known(match.seeker_id, match.partner_id),
                )
                for match in self._standing(matches)
            ]
            for matches in self._told.matches(self._recommender, rows, partners)
        ]

    def _pinned_rows(self, wish: Wish) -> list[tuple[int, int]]:
        """Rows of the build of the pinned pairs that the wish allows."""
        rows = self._built_row_of
        return [
            (rows[seeker], rows[partner])
            for seeker in self._answered.pinned
            for partner in self._pinned(seeker, wish)
            if seeker in rows and partner in rows
        ]

    def curve(self, wish: Wish, balances: Sequence[float]) -> list[Measures]:
        """What the balanced lists are like at each balance."""
        found = self._foreseen.measured(wish, tuple(balances)) if self._as_built else None
        return self._proposing.curve(wish, balances) if found is None else found

    def exposure(self, top: int) -> dict[str, int]:
        """How often each actor is among the ``top`` partners kept with the build, answers heeded."""
        said = self._answered
        if said.apart or said.pinned:
            counted = Counter(partner for partners in self._kept_lists(top) for partner in partners)
        else:
            kept = self._kept.filter(pc.field("rank") <= top)["partner"].value_counts().to_pylist()
            counted = Counter({entry["values"]: entry["counts"] for entry in kept})
        return {actor_id: counted[actor_id] for actor_id in self._corpus.ids}

    def _kept_lists(self, top: int) -> Iterator[list[str]]:
        said = self._answered
        lists: dict[str, list[str]] = {seeker: [] for seeker in said.pinned}
        columns = (self._kept[name].to_pylist() for name in ("seeker", "partner"))
        for seeker, partner in zip(*columns, strict=True):
            partners = lists.setdefault(seeker, [])
            if (seeker, partner) not in said.apart:
                partners.append(partner)
        for seeker, partners in lists.items():
            pinned = self._pinned(seeker, Wish(top))
            yield [*pinned, *(partner for partner in partners if partner not in pinned)][:top]

    def _rows_asked(self) -> list[int]:
        return [int(row) for row in np.flatnonzero(self._rows_now >= 0)]

    def _matches(self, rows: Sequence[int], wish: Wish) -> Iterator[list[Match]]:
        for row, matches in zip(rows, self._recommender.matches(rows, self._more(wish)), strict=True):
            yield self._shown(self._built.ids[row], matches, wish)

    def _shown(
        self,
        seeker_id: str,
        matches: Sequence[Match],
        wish: Wish,
        fits: Callable[[str], bool] | None = None,
    ) -> list[Match]:
        """A build's matches of one seeker as they stand now, after those that a facilitator put first and that fit."""
        found = [each for each in self._standing(matches) if fits is None or fits(each.partner_id)]
        pinned = [each for each in self._pinned(seeker_id, wish) if fits is None or fits(each)]
        first = sorted(
            (self._pinned_match(seeker_id, partner_id, wish) for partner_id in pinned),
            key=lambda match: (-match.score, match.partner_id),
        )
        return [*first, *(match for match in found if match.partner_id not in pinned)][: wish.top]

    def _standing(self, matches: Sequence[Match]) -> list[Match]:
        return list(matches) if self._overlay is None else self._overlay.saying.now(matches)

    def _pinned(self, seeker_id: str, wish: Wish) -> tuple[str, ...]:
        """The partners pinned for a seeker that are there and that a wish for groups, a region or new ones allows.

        They may be of the seeker's own group, and nothing else need link the two: a facilitator knows better.
        """
        pinned = self._answered.pinned.get(seeker_id, ())
        if not pinned or seeker_id not in self._row_of:
            return ()
        fits = allowed(self._corpus, wish.groups, wish.region)
        return tuple(
            partner_id
            for partner_id in pinned
            if partner_id in self._row_of
            and fits[self._row_of[partner_id]]
            and not (wish.new and self._known(seeker_id, partner_id))
        )

    def _pinned_match(self, seeker_id: str, partner_id: str, wish: Wish) -> Match:
        """A pinned pair with the reasons that speak for it, if any."""
        rows, row = self._built_row_of, self._row_of[partner_id]
        if seeker_id in rows and partner_id in rows:
            partners = np.array([rows[partner_id]], dtype=np.intp)
            made = next(self._recommender.explained([rows[seeker_id]], [partners], wish))
            stands = self._standing(made)
            if stands:
                return replace(stands[0], pinned=True)
        return Match(
            seeker_id=seeker_id,
            partner_id=partner_id,
            partner_name=self._corpus.names[row],
            partner_group=self._corpus.group(row),
            known=self._known(seeker_id, partner_id),
            reasons=(),
            pinned=True,
        )

    def _known(self, seeker_id: str, partner_id: str) -> bool:
        if (seeker_id, partner_id) in self._answered.acquainted:
            return True
        rows = self._built_row_of
        both_built = seeker_id in rows and partner_id in rows
        return both_built and bool(self._together[rows[seeker_id], rows[partner_id]])
