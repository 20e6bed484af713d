"""A cluster whose groups are known because they were planted: texts, vectors and collaborations from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Passage, PassageKind
from matchmaker.corpus import Corpus, corpus

GROUPS = tuple(ActorGroup)
THEMES = (
    ("biogas", "digester", "slurry", "methane"),
    ("seaweed", "kelp", "harvest", "alginate"),
    ("timber", "sawmill", "veneer", "pulp"),
    ("insects", "larvae", "protein", "rearing"),
    ("whey", "cheese", "lactose", "creamery"),
    ("potatoes", "starch", "tubers", "peeling"),
    ("compost", "humus", "worms", "garden"),
    ("drones", "sensors", "cameras", "images"),
)
DIMENSIONS = 48


@dataclass
class Plantation:
    """Values to fill and then to make a corpus of; ``vectors`` has one row per passage."""

    seed: int = 0
    spread: float = 0.6
    """Length of the noise beside a theme's direction of length 1."""
    actors: list[Actor] = field(default_factory=list)
    collaborations: list[Collaboration] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    rows: list[NDArray[np.float64]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = np.random.default_rng(self.seed)
        self.directions = np.linalg.qr(self.random.normal(size=(DIMENSIONS, DIMENSIONS)))[0]

    def vector(self, *directions: int) -> NDArray[np.float64]:
        """A unit vector near the mean of some directions."""
        noise = self.random.normal(size=DIMENSIONS) * self.spread / np.sqrt(DIMENSIONS)
        row = self.directions[list(directions)].mean(axis=0) + noise
        return np.asarray(row / np.linalg.norm(row))

    def actor(
        self,
        actor_id: str,
        *directions: int,
        text: str = "",
        name: str = "",
        group: ActorGroup = ActorGroup.COMPANY,
        language: str = "en",
    ) -> Actor:
        """Add an actor, with a profile of its own where there are directions."""
        actor = Actor(actor_id, name or actor_id, group)
        self.actors.append(actor)
        if directions:
            passage = Passage(actor_id, (actor_id,), PassageKind.DESCRIPTION, text or actor_id, language)
            self.passages.append(passage)
            self.rows.append(self.vector(*directions))
        return actor

    def collaboration(
        self, number: int, members: Sequence[str], *directions: int, year: int | None = None, text: str = ""
    ) -> None:
        """Add a collaboration, with a text where there are directions."""
        each = Collaboration(
            f"c{number:04}",
            text or f"c{number}",
            tuple(Participation(actor_id) for actor_id in members),
            start=None if year is None else date(year, 3, 1),
        )
        self.collaborations.append(each)
        if directions:
            passage = Passage(
                each.id, tuple(members), PassageKind.PROJECT, text or each.title, "en", each.known_from
            )
            self.passages.append(passage)
            self.rows.append(self.vector(*directions))

    @property
    def vectors(self) -> NDArray[np.float32]:
        return np.array(self.rows, dtype=np.float32).reshape(-1, DIMENSIONS)

    @property
    def corpus(self) -> Corpus:
        return corpus(self.actors, self.collaborations, self.passages)


def themed(count: int, themes: int, *, prefix: str = "a", seed: int = 0, years: bool = True) -> Plantation:
    """Actors that take turns in the themes, each theme with collaborations between its own."""
    planted = Plantation(seed)
    for number in range(count):
        theme = number % themes
        words = planted.random.permutation(THEMES[theme])[:3]
        text = f"The {words[0]} and the {words[1]} are good. They have the {words[2]} on the farm."
        planted.actor(
            f"{prefix}{number:04}",
            theme,
            text=text,
            name=f"Nordlys{number} {'Lactosa' if theme == 4 else 'Firm'}",
            group=GROUPS[number % len(GROUPS)],
        )
    for number in range(count // 2):
        theme = number % themes
        members = planted.random.choice(range(theme, count, themes), 3, replace=False)
        planted.collaboration(
            number,
            [f"{prefix}{member:04}" for member in members],
            year=2012 + number % 9 if years else None,
        )
    return planted
