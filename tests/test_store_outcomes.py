"""Whatever is said and taken back in whatever order, what stands is what a plain list of words would say."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Commitment
from matchmaker.errors import OutcomeNotFoundError
from matchmaker.events import Attendance, Attendee, Committed, Event, Rating, Remark
from matchmaker.events.outcomes import standing
from matchmaker.store import Store

NOW = datetime(2027, 3, 4, 12, tzinfo=UTC)
ACTORS = [Actor(f"a{number}", f"Actor {number}", ActorGroup.COMPANY) for number in range(3)]
PAIRS = (("p0", "p1"), ("p0", "p2"), ("p1", "p2"))
NAMES = {each.id: each.name for each in ACTORS}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db", clock=lambda: NOW) as opened:
        opened.apply(ACTORS, [], source="list.csv", who="Ane")
        opened.events.create(Event("e", "Event", "", "Europe/Copenhagen"), who="Ane")
        opened.events.attend("e", [Attendee(f"p{n}", f"a{n}") for n in range(3)], who="Ane")
        yield opened


def drawn(draw: random.Random) -> Remark:
    a, b = draw.choice(PAIRS)
    kind = draw.randrange(3)
    if kind == 0:
        return Remark(a, b, Attendance(draw.choice(((), (a,), (a, b)))))
    if kind == 1:
        return Remark(a, b, Rating(draw.randint(1, 3)), draw.choice((a, b)))
    return Remark(a, b, Committed(draw.choice(list(Commitment)), date(2027, 5, draw.randint(1, 3))))


@pytest.mark.parametrize("seed", range(5))
def test_what_stands_is_what_a_list_of_words_says(store: Store, seed: int) -> None:
    draw = random.Random(seed)
    words: list[Remark] = []
    for _ in range(30):
        if draw.random() < 0.6:
            remark = drawn(draw)
            if _last(words, remark) != remark:
                words.append(remark)
            store.outcomes.say("e", [remark], names=NAMES, who="Bo")
        else:
            pair = draw.choice(PAIRS)
            of_pair = [each for each in words if (each.a, each.b) == pair]
            if of_pair:
                assert store.outcomes.take_back("e", *pair, names=NAMES, who="Bo").remark == of_pair[-1]
                _forget(words, of_pair[-1])
            else:
                with pytest.raises(OutcomeNotFoundError):
                    store.outcomes.take_back("e", *pair, names=NAMES, who="Bo")
        said = store.outcomes.said("e")
        assert [each.remark for each in said] == words
        agreed = {
            each.actors: each.remark.said
            for each in standing(said).values()
            if isinstance(each.remark.said, Committed)
        }
        kept = {
            tuple(part.actor_id for part in each.participations): (each.commitment, each.signed)
            for each in store.collaborations()
        }
        assert kept == {actors: (made.level, made.on) for actors, made in agreed.items()}
    store.check()


def _last(words: list[Remark], like: Remark) -> Remark | None:
    same = [
        each
        for each in words
        if (each.a, each.b, each.topic, each.by) == (like.a, like.b, like.topic, like.by)
    ]
    return same[-1] if same else None


def _forget(words: list[Remark], word: Remark) -> None:
    place = max(place for place, each in enumerate(words) if each == word)
    del words[place]


def test_a_store_written_before_there_were_outcomes_gets_them(tmp_path: Path) -> None:
    path = tmp_path / "workspace.db"
    with Store.open(path) as made:
        made.apply(ACTORS, [], source="", who="Ane")
    from matchmaker.store.connections import connect

    connection = connect(path, read_only=False)
    with connection:
        connection.execute("DROP TABLE outcomes")
        connection.execute("DROP TABLE targets")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0008_outcomes'")
    connection.close()
    with Store.open(path) as again:
        assert again.outcomes.targets() == ()
        assert again.outcomes.all_said() == {}
