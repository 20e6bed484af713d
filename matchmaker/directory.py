"""The directory of actors: one by id, number or name, or all that filters let through, page by page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from matchmaker.actors import Actor, ActorGroup
from matchmaker.alphabet import name_key
from matchmaker.corpus import GROUPS, Corpus
from matchmaker.errors import ActorNotFoundError
from matchmaker.search import Search, in_region

T = TypeVar("T")

ActorOrder = Literal["name", "group", "country", "region"]
NAMES_SUGGESTED = 5
LEAST_NAME_LIKENESS = 60


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list in its order; ``next`` is what to pass as ``after`` for more, if there is more."""

    items: tuple[T, ...]
    next: str | None


class Directory:
    """Actors by id and by name; immutable, so that many threads may read."""

    def __init__(self, corpus: Corpus, row_of: Mapping[str, int], search: Search) -> None:
        """``row_of`` gives each actor's row in the columns; ``search`` finds the names that share words."""
        self.corpus = corpus
        self._row_of = row_of
        self._search = search
        keys = list(zip(map(name_key, corpus.names), corpus.ids, strict=True))
        self._by_name = sorted(range(len(keys)), key=keys.__getitem__)
        self._place_in_names = {corpus.ids[row]: place for place, row in enumerate(self._by_name)}

    def row(self, actor_id: str) -> int:
        """The row of an actor; raises ``ActorNotFoundError`` with the closest names."""
        if actor_id not in self._row_of:
            raise ActorNotFoundError(actor_id, suggestions=self._close_names(actor_id))
        return self._row_of[actor_id]

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id; raises ``ActorNotFoundError``."""
        return self.corpus.actor(self.row(actor_id))

    def find(self, text: str) -> Actor:
        """The actor with this id, registration number or name, in that order.

        Raises ``ActorNotFoundError`` with the closest names when there is none or when several share the name.
        """
        wanted = text.strip()
        if wanted in self._row_of:
            return self.actor(wanted)
        folded = wanted.casefold()
        for column in (self.corpus.registration_numbers, self.corpus.names):
            rows = [row for row, value in enumerate(column) if folded and value.casefold() == folded]
            if len(rows) == 1:
                return self.corpus.actor(rows[0])
            if rows:
                raise ActorNotFoundError(wanted, suggestions=[self._named(row) for row in rows])
        raise ActorNotFoundError(wanted, suggestions=self._close_names(wanted))

    def page(
        self,
        *,
        group: ActorGroup | None,
        country: str,
        region: str,
        member: bool | None,
        text: str,
        among: Collection[str] | None,
        after: str,
        limit: int,
        order: ActorOrder = "name",
        falling: bool = False,
    ) -> Page[Actor]:
        """Actors by name, then id; ``after`` is the id of the last one seen, ``among`` holds ids where not all count.

        In another ``order`` those that are alike are by name. Raises ``ActorNotFoundError`` for an unknown ``after``.
        """
        allowed = self._filtered(group, country, region, member, text)
        if among is not None:
            allowed &= _such([actor_id in among for actor_id in self.corpus.ids])
        ordered, start = self._ordered(order, falling=falling), 0
        if after:
            row = self.row(after)
            plain = order == "name" and not falling
            start = (self._place_in_names[after] if plain else ordered.index(row)) + 1
        rows: list[int] = []
        for row in ordered[start:]:
            if allowed[row]:
                rows.append(row)
            if len(rows) > limit:
                break
        items = tuple(self.corpus.actor(row) for row in rows[:limit])
        return Page(items, items[-1].id if len(rows) > limit else None)

    def _ordered(self, order: ActorOrder, *, falling: bool) -> list[int]:
        """All rows in an order, ties by name and id."""
        if order == "name":
            return self._by_name[::-1] if falling else self._by_name
        corpus = self.corpus
        keys: Sequence[Any] = {
            "group": corpus.groups,
            "country": corpus.countries,
            "region": corpus.regions,
        }[order]  # type: ignore[assignment]
        return sorted(self._by_name, key=keys.__getitem__, reverse=falling)

    def _filtered(
        self, group: ActorGroup | None, country: str, region: str, member: bool | None, text: str
    ) -> NDArray[np.bool_]:
        corpus = self.corpus
        allowed = np.ones(len(corpus.ids), dtype=np.bool_)
        if group is not None:
            allowed &= corpus.groups == GROUPS.index(group)
        if country:
            wanted = country.casefold()
            allowed &= _such([each.casefold() == wanted for each in corpus.countries])
        if region:
            allowed &= in_region(corpus, region)
        if member is not None:
            allowed &= corpus.members == member
        if text:
            folded = text.casefold()
            allowed &= _such(
                [
                    folded in name.casefold() or folded == actor_id.casefold()
                    for name, actor_id in zip(corpus.names, corpus.ids, strict=True)
                ]
            )
        return allowed

    def _close_names(self, text: str) -> Sequence[str]:
        """Names that share words with a text, then names that are spelled like it."""
        names = self.corpus.names
        spelled = process.extract(
            text,
            names,
            scorer=fuzz.ratio,
            processor=str.casefold,
            limit=NAMES_SUGGESTED,
            score_cutoff=LEAST_NAME_LIKENESS,
        )
        rows = dict.fromkeys(
            [*self._search.named(text, top=NAMES_SUGGESTED), *(row for _, _, row in spelled)]
        )
        best = sorted(rows, key=lambda row: -fuzz.token_set_ratio(text.casefold(), names[row].casefold()))
        return [self._named(row) for row in best[:NAMES_SUGGESTED]]

    def _named(self, row: int) -> str:
        return f"{self.corpus.names[row]} ({self.corpus.ids[row]})"


def _such(values: list[bool]) -> NDArray[np.bool_]:
    # NumPy would take an empty list for numbers.
    return np.array(values, dtype=np.bool_)
