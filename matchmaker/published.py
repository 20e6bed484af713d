"""One published generation as a reader sees it: actors, suggestions, search, sub-clusters, spin-offs, the map."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, PassageKind
from matchmaker.analysis import Analysis
from matchmaker.answers import Answer
from matchmaker.corpus import GROUPS, KINDS
from matchmaker.directions import Direction
from matchmaker.directory import ActorOrder, Directory, Page
from matchmaker.errors import SubClusterNotFoundError
from matchmaker.fitting import Fitting
from matchmaker.frames import frames, network
from matchmaker.freshness import Overlay
from matchmaker.generation import Generation
from matchmaker.kept_figures import KeptFigures
from matchmaker.landscape.bridges import Bridge, bridges
from matchmaker.landscape.findings import Change, Landscape, MapPoint, SpinOff, SubCluster
from matchmaker.landscape.names import under_names
from matchmaker.language import Glossary
from matchmaker.matching.exposure import Measures
from matchmaker.matching.matches import Match
from matchmaker.matching.proposing import Balanced
from matchmaker.matching.ranking import Wish
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team
from matchmaker.naming import GivenName
from matchmaker.past_collaborations import PastCollaboration, past_collaborations
from matchmaker.proposals import ProposalTable, Sayings
from matchmaker.questions import Questions
from matchmaker.search import Hit, Search
from matchmaker.suggesting import Among, Suggesting


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds."""

    actors: int
    passages: int
    collaborations: int
    sub_clusters: int
    """At the top, as reports count them."""
    specialisations: int
    """Inside sub-clusters."""
    spin_offs: int
    by_group: dict[ActorGroup, int]
    """Actors by group; groups without actors are left out."""


class Published:
    """A generation to read from, with or without what changed after it; what it shows is immutable, so that many threads may read."""

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
        self.until = 0
        """The last change in the store that this was compared with; it grows for as long as nothing newer is to be shown."""
        self.overlay: Overlay | None = None
        """What changed after the generation; ``None`` where nothing did."""
        self.answers: tuple[Answer, ...] = ()
        """What is said of matches, heeded wherever partners are proposed."""
        self.names: tuple[GivenName, ...] = ()
        """What analysts call sub-clusters, shown in place of the labels that were found."""
        self._heeded = ""
        self._shown_with: str | None = None
        self._built = made.corpus
        self._vectors = made.vectors
        row_of = made.corpus.row_of
        search = Search(
            made.corpus, made.vectors, made.passage_words, made.identity_words, glossary, made.copies
        )
        self._directory = Directory(made.corpus, row_of, search)
        self._suggesting = Suggesting(made, row_of)
        self._questions = Questions(made, search, encode_query, glossary)
        self._found = made.landscape
        self._survey(made.landscape)
        self.analysis = Analysis(
            made.corpus, made.vectors, made.landscape, KeptFigures(made.foreseen.figures)
        )
        """What an analyst asks of the build; profiles that change after it do not move these figures."""
        self._analysed = self.analysis

    def _survey(self, landscape: Landscape) -> None:
        self._landscape = landscape
        self._sub_clusters = {each.id: each for each in landscape.sub_clusters}
        self._sub_clusters_of: dict[str, list[SubCluster]] = {}
        for sub_cluster in landscape.sub_clusters:
            for member in sub_cluster.members:
                self._sub_clusters_of.setdefault(member.actor_id, []).append(sub_cluster)
        self._foremost = {actor_id: found[0].id for actor_id, found in self._sub_clusters_of.items()}

    def under(self, overlay: Overlay) -> Published:
        """The same generation with what changed after it; this object stays as it is."""
        shown = copy.copy(self)
        shown.edition = f"{self.generation}+{overlay.digest}"
        shown.overlay = overlay
        shown._shown_with = None
        shown._directory = Directory(overlay.corpus, overlay.row_of, overlay.search)
        shown._suggesting = self._suggesting.under(overlay)
        shown._questions = self._questions.under(overlay)
        if overlay.landscape is not self._landscape:
            shown._survey(overlay.landscape)
        return shown

    def naming(self, names: tuple[GivenName, ...]) -> Published:
        """The same with sub-clusters under these names, in place of those shown; this object stays as it is."""
        shown = copy.copy(self)
        shown.names = names
        shown._shown_with = None
        told = ",".join(str(each.change) for each in names)
        called = f"~{hashlib.sha256(told.encode('ascii')).hexdigest()[:16]}" if names else ""
        shown.edition = self.edition.partition("~")[0] + called
        bare = self._found if self.overlay is None else self.overlay.landscape
        shown._survey(under_names(bare, names))
        # Once named, what was worked out under the found labels is left.
        shown.analysis = self._analysed.under(under_names(self._found, names)) if names else self._analysed
        return shown

    def heeding(self, answers: tuple[Answer, ...]) -> Published:
        """The same with what is said of matches now; this object stays as it is."""
        shown = copy.copy(self)
        shown.answers = answers
        # An answer keeps its number where its actor becomes one with another, or whoever gave it is erased.
        told = repr(
            [(each.seeker_id, each.partner_id, each.said.side, each.change, each.who) for each in answers]
        ).encode("utf-8", "surrogatepass")
        shown._heeded = f"+{hashlib.sha256(told).hexdigest()[:16]}" if answers else ""
        shown._suggesting = self._suggesting.heeding(answers)
        return shown

    @property
    def landscape_edition(self) -> str:
        """Names what the landscape is shown with: the build, the names of sub-clusters, and the names and groups of its actors.

        It stays where something else of a profile changes, and where an actor is new.
        """
        if self._shown_with is None:
            self._shown_with = f"{self.generation}~{self.edition.partition('~')[2]}{self._renamed()}"
        return self._shown_with

    def _renamed(self) -> str:
        """What stands for the actors of the build that are gone or are called or grouped otherwise; empty for none."""
        overlay, built = self.overlay, self._built
        if overlay is None:
            return ""
        differing = []
        for row, actor_id in enumerate(built.ids):
            place = overlay.row_of.get(actor_id)
            now = None if place is None else (overlay.corpus.names[place], int(overlay.corpus.groups[place]))
            if now != (built.names[row], int(built.groups[row])):
                differing.append((actor_id, now))
        told = repr(differing).encode("utf-8", "surrogatepass")
        return f"+{hashlib.sha256(told).hexdigest()[:16]}" if differing else ""

    def counts(self) -> Counts:
        """How many actors, passages, collaborations, sub-clusters and spin-off candidates were built."""
        corpus = self._built
        by_group = np.bincount(corpus.groups, minlength=len(GROUPS))
        found = self._landscape.sub_clusters
        tops = sum(each.parent_id is None for each in found)
        return Counts(
            actors=len(corpus.ids),
            passages=len(corpus.texts),
            collaborations=len(corpus.collaboration_ids),
            sub_clusters=tops,
            specialisations=len(found) - tops,
            spin_offs=len(self._landscape.spin_offs),
            by_group={group: int(count) for group, count in zip(GROUPS, by_group, strict=True) if count},
        )

    def silent(self) -> int:
        """How many of the actors that were built say nothing of themselves: no description, offer or request."""
        corpus = self._built
        own = (corpus.kinds != KINDS.index(PassageKind.PROJECT)).astype(np.float32)
        return int((corpus.holds @ own == 0).sum())

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id; raises ``ActorNotFoundError``."""
        return self._directory.actor(actor_id)

    def actor_names(self) -> dict[str, str]:
        """Every actor's name by id."""
        corpus = self._directory.corpus
        return dict(zip(corpus.ids, corpus.names, strict=True))

    def actor_groups(self) -> dict[str, ActorGroup]:
        """Every actor's group by id."""
        corpus = self._directory.corpus
        return {actor_id: corpus.group(row) for row, actor_id in enumerate(corpus.ids)}

    def find_actor(self, text: str) -> Actor:
        """The actor with this id, registration number or name, in that order.

        Raises ``ActorNotFoundError`` with the closest names when there is none or when several share the name.
        """
        return self._directory.find(text)

    def actors(
        self,
        *,
        group: ActorGroup | None = None,
        country: str = "",
        region: str = "",
        sub_cluster: str = "",
        member: bool | None = None,
        text: str = "",
        among: Collection[str] | None = None,
        after: str = "",
        limit: int = 50,
        order: ActorOrder = "name",
        falling: bool = False,
    ) -> Page[Actor]:
        """Actors by name, then id, or in another order and by name; ``after`` is the id of the last one seen.

        ``among`` holds ids where not all count.

        Raises ``ActorNotFoundError`` for an unknown ``after`` and ``SubClusterNotFoundError``.
        """
        members = self.sub_cluster(sub_cluster).members if sub_cluster else None
        if members is not None:
            inside = {each.actor_id for each in members}
            among = inside if among is None else inside & set(among)
        return self._directory.page(
            group=group,
            country=country,
            region=region,
            member=member,
            text=text,
            among=among,
            after=after,
            limit=limit,
            order=order,
            falling=falling,
        )

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
        fits: Callable[[str], bool] | None = None,
    ) -> list[Match]:
        """The best partners for one actor, the pinned first, by what it says now, also where it is newer than the build.

        ``afield`` says how far afield to look, from 0 (close) to 1 (bold). ``fits`` takes the id of an actor and says whether
        it is wanted; it is asked of the 500 best. Raises ``ActorNotFoundError``.
        """
        self._directory.row(actor_id)
        return self._suggesting.partners(
            actor_id, Wish(top, tuple(sorted(groups)), region, new, across, afield), fits
        )

    def suggestions_waiting(self, actor_id: str, fits: Callable[[str], bool], *, top: int = 10) -> int:
        """How many of an actor's suggestions fit, ``top`` at most; cheaper than to ask for them. Raises ``ActorNotFoundError``."""
        self._directory.row(actor_id)
        return self._suggesting.count(actor_id, Wish(top), fits)

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

    def fitting(self, asked: Mapping[str, NDArray[np.float32]] | None = None) -> Fitting:
        """Who is among the fitting, by what they say now: for saved searches.

        ``asked`` has the vectors of sentences, shape (d,) each, that need not be encoded again.
        """
        return self._questions.fitting(asked or {})

    def firsts(
        self,
        actor_ids: Iterable[str],
        *,
        top: int,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        new: bool = False,
        across: bool = True,
    ) -> dict[str, list[tuple[str, float]]]:
        """As ``suggestions`` for several actors of the build: ids and scores alone, without pins."""
        return self._suggesting.firsts(actor_ids, Wish(top, tuple(sorted(groups)), region, new, across))

    def bar(self, length: int, share: float) -> float:
        """What partners have to score beyond ``share`` of a seeker's ``length``-th, for lists to be so long on average.

        Of the whole build and of partners who have not worked together; minus infinity where lists are shorter.
        """
        return self._suggesting.bar(length, share)

    def kept_apart(self, seeker_id: str, partner_id: str) -> bool:
        """Whether an answer keeps the partner from being proposed to the seeker."""
        return self._suggesting.kept_apart(seeker_id, partner_id)

    def apart(self) -> frozenset[tuple[str, str]]:
        """Ids of the pairs of which ``kept_apart`` says so."""
        return self._suggesting.apart

    def proposals(
        self,
        *,
        balance: float,
        top: int = 10,
        groups: Collection[ActorGroup] = (),
        region: str = "",
        new: bool = False,
        actor_id: str | None = None,
    ) -> Iterator[list[Match]]:
        """Partners for every actor of the build at once, of other groups, with exposure balanced over all.

        With ``actor_id`` that actor's list alone, as it is among everybody's. ``balance`` goes from 0 (best for each) to 1
        (fair for all); raises ``ValueError`` for another and ``ActorNotFoundError``.
        """
        if actor_id is not None:
            self.actor(actor_id)
        return self._suggesting.balanced(Wish(top, tuple(sorted(groups)), region, new), balance, actor_id)

    def balanced(self, *, balance: float, top: int = 10, new: bool = False) -> Balanced:
        """Everybody's lists as columns, for ``proposal_table``; the same for one ``lists_edition``.

        Takes five seconds for 25,000 actors; raises ``ValueError`` for a balance outside 0 to 1.
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

    def proposal_table(self, balanced: Balanced, sayings: Sayings | None = None) -> ProposalTable:
        """The proposals of ``balanced``, asked of the same generation, with the actors and what is kept apart as they are now."""
        return self._suggesting.table(balanced, sayings, self._foremost)

    def aside_table(self, balanced: Balanced, sayings: Sayings) -> ProposalTable:
        """The pairs that are in no list because somebody said so; ``balanced`` gives the measures alone."""
        return self._suggesting.aside(balanced, sayings, self._foremost)

    def among(self, actor_ids: Iterable[str], *, new: bool = False) -> Among:
        """Who could be proposed to whom among these actors, of any group; with ``new``, of those who do not know each other."""
        return self._suggesting.among(actor_ids, new=new)

    def team(self, idea: str, wish: TeamWish) -> Team:
        """A small set of actors of the build that covers an idea, told in a paragraph of Danish or English.

        Raises ``ImpossibleTeamError`` for an idea without text and a wish that cannot be, with all that stands against it.
        """
        return self._questions.team(idea, wish, apart=self._suggesting.never_together)

    def scores_among(self, actor_ids: Iterable[str], *, top: int = 100) -> Mapping[tuple[str, str], float]:
        """Shared scores of the pairs of these actors that anything links, by their ids, the smaller first.

        Of each actor those with its ``top`` best partners among them, of any group; those kept apart by an answer and actors newer than the build are left out.
        The same object may be handed to others: it is not to be changed.
        """
        return self._suggesting.scores_among(actor_ids, top=top)

    def known_among(self, actor_ids: Iterable[str]) -> frozenset[frozenset[str]]:
        """The pairs of these actors that worked together or are said to know each other."""
        return self._suggesting.known_among(actor_ids)

    def copies_among(self, actor_ids: Iterable[str]) -> frozenset[frozenset[str]]:
        """The pairs of these actors whose own words are nearly the same, perhaps one organisation registered twice."""
        return self._suggesting.copies_among(actor_ids)

    def between(self, pairs: Sequence[tuple[str, str]]) -> list[Match]:
        """The matches of pairs of actors, with reasons; pairs with an actor newer than the build are left out."""
        return self._suggesting.between(pairs)

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
        return self._questions.search(text, top=top, groups=groups, region=region, direction=direction)

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
        self._directory.row(actor_id)
        return tuple(self._sub_clusters_of.get(actor_id, ()))

    def bridges(self) -> tuple[Bridge, ...]:
        """Actors that are members of more than one sub-cluster, the most evenly divided first."""
        return bridges(self._landscape)

    def changes(self) -> tuple[Change, ...]:
        """What became of the sub-clusters of the build before, and where new ones come from."""
        return self._landscape.changes

    def trustworthiness(self) -> float | None:
        """Whether actors near each other on the map are near in what they say, 1 at best; ``None`` where unknown."""
        return self._landscape.trustworthiness

    def map_shift(self) -> float | None:
        """Median way on the map of the actors known before, as a share of its width; ``None`` for a first build."""
        return self._landscape.map_shift

    def spin_offs(self) -> tuple[SpinOff, ...]:
        """Spin-off candidates, best first."""
        return self._landscape.spin_offs

    def points(self) -> tuple[MapPoint, ...]:
        """Where each actor is on the map."""
        return self._landscape.points

    def frames(self, *, with_backtest: bool = False) -> dict[str, pa.Table]:
        """Every figure of the landscape as Arrow tables by name, as it was built, without ids and words of actors that are gone.

        With ``with_backtest`` also what earlier spin-off candidates came to, which takes longer than all the rest.
        """
        return frames(
            self._built, self._landscape, self.analysis, self.actor_names(), with_backtest=with_backtest
        )

    def network(self) -> dict[str, pa.Table]:
        """Actors and the ties between them as Arrow tables: what of ``frames`` makes a network."""
        return network(self._built, self._landscape, self.actor_names())

    def notes(self) -> tuple[str, ...]:
        """What the landscape could not find and why."""
        return self._landscape.notes

    def collaborations_of(self, actor_id: str) -> tuple[PastCollaboration, ...]:
        """An actor's collaborations, newest first; raises ``ActorNotFoundError``."""
        return past_collaborations(self._directory.corpus, self._directory.row(actor_id))
