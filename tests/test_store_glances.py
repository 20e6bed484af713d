"""What is read in part is what the whole would have said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.store import Store

ACTORS = [
    Actor(id=f"a:{number}", name=f"Firm {number}", group=list(ActorGroup)[number % 6]) for number in range(7)
]
COLLABORATIONS = [
    Collaboration(
        id=f"c:{number}",
        title=f"Work {number}",
        signed=date(2020, 1, 1 + number),
        participations=tuple(
            Participation(f"a:{each}", "partner", 1000.0 * each) for each in range(number % 7, -1, -2)
        ),
    )
    for number in range(12)
]


def test_an_actors_collaborations_are_those_of_all_that_it_takes_part_in(tmp_path: Path) -> None:
    with Store.open(tmp_path / "m.sqlite") as store:
        store.apply(ACTORS, COLLABORATIONS, source="tests", who="tests")
        for actor in ACTORS:
            assert list(store.collaborations_of(actor.id)) == [
                each
                for each in store.collaborations()
                if any(part.actor_id == actor.id for part in each.participations)
            ]
        assert any(True for _ in store.collaborations_of("a:2"))
        assert list(store.collaborations_of("nobody")) == []


def test_names_and_groups_are_those_of_the_actors_that_are_asked_for(tmp_path: Path) -> None:
    with Store.open(tmp_path / "m.sqlite") as store:
        store.apply(ACTORS, [], source="tests", who="tests")
        everybody = {each.id: (each.name, each.group) for each in store.actors()}
        assert store.names_and_groups(everybody) == everybody
        assert list(store.names_and_groups(["nobody", *reversed(list(everybody)[:2])])) == list(everybody)[:2]
        assert store.names_and_groups([]) == {}
