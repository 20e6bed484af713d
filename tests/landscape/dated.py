"""A dated history written by hand: actors of all groups, collaborations with level, call, field and end, sub-clusters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Commitment,
    Participation,
    Passage,
    PassageKind,
)
from matchmaker.corpus import Corpus, corpus
from matchmaker.landscape import Landscape, Member, SubCluster

GROUPS = tuple(ActorGroup)


@dataclass
class Chronicle:
    """Values to fill, then to make a corpus and a landscape of."""

    actors: list[Actor] = field(default_factory=list)
    collaborations: list[Collaboration] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    parts: dict[str, list[str]] = field(default_factory=dict)
    """Sub-cluster to its collaborations."""
    parents: dict[str, str] = field(default_factory=dict)

    def people(self, count: int, *, members: int | None = None, prefix: str = "a") -> list[str]:
        """Add actors that take turns in the groups; the first of them are members."""
        ids = [f"{prefix}{number:03}" for number in range(count)]
        self.actors += [
            Actor(each, each, GROUPS[number % len(GROUPS)], member=members is None or number < members)
            for number, each in enumerate(ids)
        ]
        return ids

    def meet(
        self,
        who: Sequence[str],
        when: int | date | None,
        *,
        level: Commitment = Commitment.PROJECT,
        until: date | None = None,
        call: str = "",
        fields: Sequence[str] = (),
        part: str = "",
        text: str = "",
    ) -> str:
        """Add a collaboration; a year is its first of March."""
        name = f"c{len(self.collaborations):04}"
        day = date(when, 3, 1) if isinstance(when, int) else when
        self.collaborations.append(
            Collaboration(
                name,
                text or name,
                tuple(Participation(each) for each in who),
                commitment=level,
                start=day,
                end=until,
                fields=tuple(fields),
                topic=call,
            )
        )
        if text:
            self.passages.append(Passage(name, tuple(who), PassageKind.PROJECT, text, "en", day))
        if part:
            self.parts.setdefault(part, []).append(name)
            if part in self.parents:
                self.parts.setdefault(self.parents[part], []).append(name)
        return name

    @property
    def corpus(self) -> Corpus:
        return corpus(self.actors, self.collaborations, self.passages)

    @property
    def landscape(self) -> Landscape:
        return Landscape(
            sub_clusters=tuple(self._sub_cluster(each) for each in sorted(self.parts)),
            spin_offs=(),
            points=(),
        )

    def _sub_cluster(self, part: str) -> SubCluster:
        held = set(self.parts[part])
        who = sorted(
            {one.actor_id for each in self.collaborations if each.id in held for one in each.participations}
        )
        return SubCluster(
            id=part,
            parent_id=self.parents.get(part),
            label=part,
            keywords=(),
            members=tuple(Member(each, 1.0) for each in who),
            composition={},
            growth={},
            collaborations={},
            collaboration_ids=tuple(sorted(held)),
        )


def climbing(
    *,
    years: Mapping[int, tuple[int, Commitment]] | None = None,
    fields: bool = True,
    order: Sequence[int] = (),
) -> Chronicle:
    """A sub-cluster ``rising`` that climbs the ladder beside an even one, ``even``.

    ``years`` gives the collaborations of each year and their level; ``order`` other years in their place.
    """
    plan = years or {
        2011: (2, Commitment.NON_COMMITTAL),
        2012: (3, Commitment.NON_COMMITTAL),
        2013: (4, Commitment.PROJECT),
        2014: (6, Commitment.PROJECT),
        2015: (8, Commitment.PROJECT),
        2016: (9, Commitment.COMMITTED),
        2017: (10, Commitment.COMMITTED),
        2018: (11, Commitment.COMMITTED),
    }
    told = Chronicle()
    inside, outside = told.people(40), told.people(40, prefix="b")
    places = dict(zip(plan, order or plan, strict=True))
    step = 0
    for year, (count, level) in plan.items():
        for _ in range(count):
            width = min(len(inside), 4 + step)
            who = [inside[(step * 3 + hop) % width] for hop in range(3)]
            path = ("/science/food", "/science/feed", "/science/heat")[step % 3]
            told.meet(who, places[year], level=level, fields=[path] if fields else [], part="rising")
            step += 1
    for year in range(2010, 2019):
        for number in range(10):
            start = (year - 2010) * 10 + number
            who = [outside[(start * 3 + hop) % 40] for hop in range(3)]
            told.meet(who, year, fields=["/science/steel"] if fields else [], part="even")
    return told
