"""One published generation as a reader sees it: actors, suggestions, search, sub-clusters, spin-offs, the map."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matchmaker.actors import Actor, ActorGroup, Commitment, Passage
from matchmaker.answers import Answer
from matchmaker.corpus import COMMITMENTS, GROUPS, Corpus, day_of
from matchmaker.directions import Direction, read_direction
from matchmaker.errors import ActorNotFoundError, SubClusterNotFoundError
from matchmaker.freshness import Overlay
from matchmaker.generation import Generation
from matchmaker.landscape.findings import Landscape, MapPoint, SpinOff, SubCluster
from matchmaker.language import Glossary, detect
from matchmaker.matching.exposure import Measures
from matchmaker.matching.idea_parts import statements
from matchmaker.matching.ideas import Ideas, idea_passages
from matchmaker.matching.matches import Match
from matchmaker.matching.proposing import Balanced
from matchmaker.matching.ranking import Wish
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team, Teams
from matchmaker.paragraphs import Paragraphs, is_paragraph
from matchmaker.proposals import ProposalTable
from matchmaker.search import Hit, Search, allowed, in_region
from matchmaker.suggesting import Suggesting

T = TypeVar("T")

QUERIES_KEPT = 256
NAMES_SUGGESTED = 5
LEAST_NAME_LIKENESS = 60


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list in its order; ``next`` is what to pass as ``after`` for more, if there is more."""

    items: tuple[T, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds."""

    actors: int
    passages: int
    collaborations: int
    sub_clusters: int
    spin_offs: int
    by_group: dict[ActorGroup, int]
    """Actors by group; groups without actors are left out."""


@dataclass(frozen=True, slots=True)
class PastCollaboration:
    """A collaboration of one actor, with the others who took part."""

    id: str
    title: str
    date: date | None
    commitment: Commitment
    partners: tuple[tuple[str, str], ...]
    """Id and name of each other participant, by name."""


class Published:
    """A generation to read from, with or without what changed after it; immutable, so that many threads may read."""

    def __init__(
        self,
        name: str,
        made: Generation,
        encode_query: Callable[[str], NDArray[np.float32]],
        glossary: Glossary | None = None,
    ) -> None:
        self.generation = name
        self.edition = name
        """Names everything that is shown: the generation, and what lies over it."""
        self.overlay: Overlay | None = None
        """What changed after the generation; ``None`` where nothing did."""
        self._built = made.corpus
        self._built_row_of = made.corpus.row_of
        self._suggesting = Suggesting(made, self._built_row_of)
        self.answers: tuple[Answer, ...] = ()
        """What is said of matches, heeded wherever partners are proposed."""
        self._heeded = ""
        # One of each for every edition of the generation, made when first asked.
        self._ideas = lru_cache(maxsize=1)(lambda: _ideas(made, glossary))
        self._teams = lru_cache(maxsize=1)(lambda: Teams(self._ideas()))
        self._paragraphs = lru_cache(maxsize=1)(lambda: Paragraphs(self._ideas(), made.copies))
        self._centre = made.centre
        self._encode_query = lru_cache(maxsize=QUERIES_KEPT)(encode_query)
        self._show(
            made.corpus,
            self._built_row_of,
            Search(made.corpus, made.vectors, made.passage_words, made.identity_words, glossary, made.copies),
        )
        self._survey(made.landscape)

    def _show(self, corpus: Corpus, row_of: dict[str, int], search: Search) -> None:
        self._corpus = corpus
        self._row_of = row_of
        self._search = search
        keys = list(zip(map(str.casefold, corpus.names), corpus.ids, strict=True))
        self._by_name = sorted(range(len(keys)), key=keys.__getitem__)
        self._place_in_names = {corpus.ids[row]: place for place, row in enumerate(self._by_name)}

    def _survey(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._sub_clusters = {each.id: each for each in landscape.sub_clusters}
        self._sub_clusters_of: dict[str, list[SubCluster]] = {}
        for sub_cluster in landscape.sub_clusters:
            for member in sub_cluster.members:
                self._sub_clusters_of.setdefault(member.actor_id, []).append(sub_cluster)

    def under(self, overlay: Overlay) -> Published:
        """The same generation with what changed after it; this object stays as it is."""
        shown = copy.copy(self)
        shown.edition = f"{self.generation}+{overlay.digest}"
        shown.overlay = overlay
        shown._suggesting = self._suggesting.under(overlay)
        shown._show(overlay.corpus, overlay.row_of, overlay.search)
        if overlay.landscape is not self._landscape:
            shown._survey(overlay.landscape)
        return shown

    def heeding(self, answers: tuple[Answer, ...]) -> Published:
        """The same with what is said of matches now; this object stays as it is."""
        shown = copy.copy(self)
        shown.answers = answers
        numbers = ",".join(str(each.change) for each in answers)
        digest = hashlib.sha256(numbers.encode("ascii")).hexdigest()[:16]
        shown._heeded = f"+{digest}" if answers else ""
        shown._suggesting = self._suggesting.heeding(answers)
        return shown

    def counts(self) -> Counts:
        """How many actors, passages, collaborations, sub-clusters and spin-off candidates were built."""
        corpus = self._built
        by_group = np.bincount(corpus.groups, minlength=len(GROUPS))
        return Counts(
            actors=len(corpus.ids),
            passages=len(corpus.texts),
            collaborations=len(corpus.collaboration_ids),
            sub_clusters=len(self._landscape.sub_clusters),
            spin_offs=len(self._landscape.spin_offs),
            by_group={group: int(count) for group, count in zip(GROUPS, by_group, strict=True) if count},
        )

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id; raises ``ActorNotFoundError``."""
        return self._corpus.actor(self._row(actor_id))

    def actor_names(self) -> dict[str, str]:
        """Every actor's name by id."""
        return dict(zip(self._corpus.ids, self._corpus.names, strict=True))

    def actor_groups(self) -> dict[str, ActorGroup]:
        """Every actor's group by id."""
        return {actor_id: self._corpus.group(row) for row, actor_id in enumerate(self._corpus.ids)}

    def find_actor(self, text: str) -> Actor:
        """The actor with this id, registration number or name, in that order.

        Raises ``ActorNotFoundError`` with the closest names when there is none or when several share the name.
        """
        wanted = text.strip()
        if wanted in self._row_of:
            return self.actor(wanted)
        folded = wanted.casefold()
        for column in (self._corpus.registration_numbers, self._corpus.names):
            rows = [row for row, value in enumerate(column) if folded and value.casefold() == folded]
            if len(rows) == 1:
                return self._corpus.actor(rows[0])
            if rows:
                raise ActorNotFoundError(
                    wanted,
                    suggestions=[f"{self._corpus.names[row]} ({self._corpus.ids[row]})" for row in rows],
                )
        raise ActorNotFoundError(wanted, suggestions=self._close_names(wanted))

    def actors(
        self,
        *,
        group: ActorGroup | None = None,
        country: str = "",
        region: str = "",
        sub_cluster: str = "",
        member: bool | None = None,
        text: str = "",
        after: str = "",
        limit: int = 50,
    ) -> Page[Actor]:
        """Actors by name, then id; ``after`` is the id of the last one seen.

        Raises ``ActorNotFoundError`` for an unknown ``after`` and ``SubClusterNotFoundError``.
        """
        allowed = self._filtered(group, country, region, sub_cluster, member, text)
        start = 0
        if after:
            self._row(after)
            start = self._place_in_names[after] + 1
        rows: list[int] = []
        for row in self._by_name[start:]:
            if allowed[row]:
                rows.append(row)
            if len(rows) > limit:
                break
        items = tuple(self._corpus.actor(row) for row in rows[:limit])
        return Page(items, items[-1].id if len(rows) > limit else None)

    def suggestions(
        self,
        actor_id: str,
        *,
        top: int = 10,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        new: bool = False,
        across: bool = True,
        afield: float = 0.0,
    ) -> list[Match]:
        """The best partners for one actor, the pinned first; no others for one that is newer than the build.

        ``afield`` says how far afield to look, from 0 (close) to 1 (bold). Raises ``ActorNotFoundError``.
        """
        self._row(actor_id)
        return self._suggesting.partners(
            actor_id, Wish(top, tuple(sorted(groups)), region, new, across, afield)
        )

    def all_suggestions(
        self,
        *,
        top: int = 10,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        new: bool = False,
        across: bool = True,
        afield: float = 0.0,
    ) -> Iterator[list[Match]]:
        """The best partners of every actor of the build that is still there, in the order of ids."""
        return self._suggesting.everybody(Wish(top, tuple(sorted(groups)), region, new, across, afield))

    def proposals(
        self,
        *,
        balance: float,
        top: int = 10,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        new: bool = False,
    ) -> Iterator[list[Match]]:
        """Partners for every actor of the build at once, of other groups, with exposure balanced over all.

        ``balance`` goes from 0 (best for each) to 1 (fair for all); raises ``ValueError`` for another.
        """
        return self._suggesting.balanced(Wish(top, tuple(sorted(groups)), region, new), balance)

    def balanced(self, *, balance: float, top: int = 10, new: bool = False) -> Balanced:
        """Everybody's lists as columns, for ``proposal_table``; the same for one ``lists_edition``.

        Takes a second or two for 25,000 actors; raises ``ValueError`` for a balance outside 0 to 1.
        """
        return self._suggesting.columns(Wish(top, new=new), balance)

    @property
    def proposals_edition(self) -> str:
        """Names everything that is proposed: the edition, and the answers."""
        return self.edition + self._heeded

    @property
    def lists_edition(self) -> str:
        """Names what ``balanced`` and ``balance_curve`` follow from: the build and the answers.

        Profiles that change after a build do not move them.
        """
        return self.generation + self._heeded

    def proposal_table(self, balanced: Balanced) -> ProposalTable:
        """The proposals of ``balanced``, asked of the same ``lists_edition``, with the actors as they are now."""
        return self._suggesting.table(balanced)

    def team(self, idea: str, wish: TeamWish) -> Team:
        """A small set of actors of the build that covers an idea, told in a paragraph of Danish or English.

        Raises ``ImpossibleTeamError`` for an idea without text and a wish that cannot be, with all that stands against it.
        """
        texts = statements(idea)
        encoded = self._encoded(texts) if texts else np.zeros((0, 0), dtype=np.float32)
        gone = self._built_row_of.keys() - self._row_of.keys() if self.overlay else frozenset()
        teams = self._teams().heeding(self._suggesting.never_together)
        team = teams.team(texts, encoded, wish, gone=gone)
        return team if self.overlay is None else self.overlay.saying.team_now(team)

    def _encoded(self, texts: Sequence[Passage]) -> NDArray[np.float32]:
        encoded = np.array([self._encode_query(each.text) for each in texts], dtype=np.float32)
        return self._centre.centred(encoded, [each.language for each in texts])

    def balance_curve(self, balances: Sequence[float], *, top: int = 10, new: bool = False) -> list[Measures]:
        """How exposure, mutual matches and envy change from the best for each to fair for all."""
        return self._suggesting.curve(Wish(top, new=new), balances)

    def exposure(self, *, top: int = 10) -> dict[str, int]:
        """How often each actor is among the ``top`` partners (20 at most) proposed to actors of other groups."""
        return self._suggesting.exposure(top)

    def search(
        self,
        text: str,
        *,
        top: int = 20,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        direction: Direction | None = None,
    ) -> list[Hit]:
        """Actors that answer a sentence in Danish or English, best first; an empty text has no answer.

        ``direction`` says whether the text looks for something, offers it or names a topic; without it the text is
        read (``read_direction``). A paragraph is answered as an idea is, unless profiles changed since the build: what
        is new in them is searched sentence by sentence.
        """
        if not text.strip() or not self._corpus.ids:
            return []
        if self.overlay is None and is_paragraph(text) and (texts := idea_passages(text)):
            return self._paragraphs().search(
                texts,
                self._encoded(texts),
                top=top,
                allowed=allowed(self._corpus, groups, region),
                direction=direction or read_direction(text),
            )
        vector = self._centre.centred(self._encode_query(text)[None, :], [detect(text)])[0]
        return self._search.search(text, vector, top=top, groups=groups, region=region, direction=direction)

    def sub_clusters(self) -> tuple[SubCluster, ...]:
        """All sub-clusters, parents before their specialisations."""
        return self._landscape.sub_clusters

    def sub_cluster(self, sub_cluster_id: str) -> SubCluster:
        """One sub-cluster; raises ``SubClusterNotFoundError``."""
        if sub_cluster_id not in self._sub_clusters:
            raise SubClusterNotFoundError(sub_cluster_id)
        return self._sub_clusters[sub_cluster_id]

    def sub_clusters_of(self, actor_id: str) -> tuple[SubCluster, ...]:
        """The sub-clusters an actor is a member of; raises ``ActorNotFoundError``."""
        self._row(actor_id)
        return tuple(self._sub_clusters_of.get(actor_id, ()))

    def spin_offs(self) -> tuple[SpinOff, ...]:
        """Spin-off candidates, best first."""
        return self._landscape.spin_offs

    def points(self) -> tuple[MapPoint, ...]:
        """Where each actor is on the map."""
        return self._landscape.points

    def notes(self) -> tuple[str, ...]:
        """What the landscape could not find and why."""
        return self._landscape.notes

    def collaborations_of(self, actor_id: str) -> tuple[PastCollaboration, ...]:
        """An actor's collaborations, newest first; raises ``ActorNotFoundError``."""
        corpus, row = self._corpus, self._row(actor_id)
        columns = corpus.takes_part[[row], :].indices
        newest = columns[np.lexsort((columns, -corpus.collaboration_dates[columns].astype(np.int64)))]
        members = corpus.takes_part[:, newest].tocsc()
        return tuple(
            self._past(
                int(column), members.indices[members.indptr[place] : members.indptr[place + 1]].tolist(), row
            )
            for place, column in enumerate(newest)
        )

    def _past(self, column: int, rows: Sequence[int], seen_from: int) -> PastCollaboration:
        corpus = self._corpus
        partners = sorted((corpus.names[row], corpus.ids[row]) for row in rows if row != seen_from)
        return PastCollaboration(
            id=corpus.collaboration_ids[column],
            title=corpus.titles[column],
            date=day_of(int(corpus.collaboration_dates[column])),
            commitment=COMMITMENTS[int(corpus.commitments[column])],
            partners=tuple((actor_id, name) for name, actor_id in partners),
        )

    def _row(self, actor_id: str) -> int:
        if actor_id not in self._row_of:
            raise ActorNotFoundError(actor_id, suggestions=self._close_names(actor_id))
        return self._row_of[actor_id]

    def _close_names(self, text: str) -> Sequence[str]:
        """Names that share words with a text, then names that are spelled like it."""
        spelled = process.extract(
            text,
            self._corpus.names,
            scorer=fuzz.ratio,
            processor=str.casefold,
            limit=NAMES_SUGGESTED,
            score_cutoff=LEAST_NAME_LIKENESS,
        )
        rows = dict.fromkeys(
            [*self._search.named(text, top=NAMES_SUGGESTED), *(row for _, _, row in spelled)]
        )
        best = sorted(
            rows, key=lambda row: -fuzz.token_set_ratio(text.casefold(), self._corpus.names[row].casefold())
        )
        return [f"{self._corpus.names[row]} ({self._corpus.ids[row]})" for row in best[:NAMES_SUGGESTED]]

    def _filtered(
        self,
        group: ActorGroup | None,
        country: str,
        region: str,
        sub_cluster: str,
        member: bool | None,
        text: str,
    ) -> NDArray[np.bool_]:
        corpus = self._corpus
        allowed = np.ones(len(corpus.ids), dtype=np.bool_)
        if group is not None:
            allowed &= corpus.groups == GROUPS.index(group)
        if country:
            allowed &= np.array([each.casefold() == country.casefold() for each in corpus.countries])
        if region:
            allowed &= in_region(corpus, region)
        if member is not None:
            allowed &= corpus.members == member
        if text:
            folded = text.casefold()
            allowed &= np.array(
                [
                    folded in name.casefold() or folded == actor_id.casefold()
                    for name, actor_id in zip(corpus.names, corpus.ids, strict=True)
                ]
            )
        if sub_cluster:
            inside = {each.actor_id for each in self.sub_cluster(sub_cluster).members}
            allowed &= np.array([actor_id in inside for actor_id in corpus.ids])
        return allowed


def _ideas(made: Generation, glossary: Glossary | None) -> Ideas:
    return Ideas(
        made.corpus,
        made.evidence.units,
        made.evidence.unit_vectors,
        made.passage_words,
        crowd=made.crowd,
        glossary=glossary,
    )
