"""A store with two actors and a clock that tests move on, and the room that signs people in over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.signing_in import SigningIn
from matchmaker.store import Store


class Clock:
    """A time that stands still until a test moves it on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db", clock=clock) as opened:
        actors = [Actor(name, f"Actor {name}", ActorGroup.COMPANY) for name in ("hejre", "moelle")]
        opened.apply(actors, [], source="list.csv", who="Ane")
        yield opened


@pytest.fixture
def signing_in(store: Store) -> SigningIn:
    return SigningIn(store)
