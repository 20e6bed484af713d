"""The store tells which actors changed since it held a given content, also after a store from before could not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.store import Store
from matchmaker.store.connections import connect

ONE, TWO = Actor("a1", "One", ActorGroup.COMPANY), Actor("a2", "Two", ActorGroup.OTHER)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db") as opened:
        opened.apply([ONE, TWO], [], source="list.csv", who="Ane")
        yield opened


def delete(store: Store, actor_id: str) -> None:
    connection = connect(store.path, read_only=False)
    with connection:
        connection.execute("DELETE FROM actors WHERE id = ?", (actor_id,))
    connection.close()


def test_an_empty_store_has_no_change(tmp_path: Path) -> None:
    with Store.open(tmp_path / "empty.db") as store:
        assert store.latest_change() == 0
        assert store.actors_changed(after=0) == (0, {})


def test_a_content_is_known_by_the_change_after_which_it_was_noted(store: Store) -> None:
    fingerprint = store.mark_content()
    assert fingerprint == store.fingerprint()
    assert store.change_of(fingerprint) == store.latest_change() == 2
    store.edit_actor("a1", {"name": "Uno"}, who="Ane")
    assert store.change_of(fingerprint) == 2
    assert store.change_of(store.fingerprint()) == 0


def test_the_actors_changed_after_a_mark_come_with_the_latest_first(store: Store) -> None:
    start = store.latest_change()
    three = Actor("a3", "Three", ActorGroup.OTHER)
    store.apply([three], [Collaboration("c1", "C", (Participation("a1"),))], source="", who="Ane")
    store.edit_actor("a1", {"name": "Uno"}, who="Ane")
    store.edit_actor("a1", {"name": "Un"}, who="Ane")
    latest, changed = store.actors_changed(after=start)
    assert latest == store.latest_change()
    assert list(changed.items()) == [("a1", replace(ONE, name="Un")), ("a3", three)]
    assert store.actors_changed(after=latest) == (latest, {})


def test_an_actor_deleted_by_any_means_is_known_to_be_gone_and_none_of_its_words_are_kept(
    store: Store,
) -> None:
    start = store.latest_change()
    delete(store, "a2")
    assert store.actors_changed(after=start) == (start + 1, {"a2": None})
    row = store.audit(subject="a2")[0]
    assert (row.action, row.before, row.after) == ("erased", {}, {})
    assert row.at.endswith("+00:00")


def test_reading_marks_writes_nothing(store: Store) -> None:
    before = store.counts(), store.fingerprint()
    store.latest_change(), store.change_of("unknown"), store.actors_changed(after=0)
    assert (store.counts(), store.fingerprint()) == before


def test_a_store_from_before_marks_is_brought_up_to_date(store: Store) -> None:
    store.close()
    connection = connect(store.path, read_only=False)
    with connection:
        connection.execute("DROP TABLE contents")
        connection.execute("DROP TRIGGER actors_erased")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0002_marks'")
    connection.close()
    with Store.open(store.path) as again:
        assert again.change_of(again.mark_content()) == 2
        delete(again, "a2")
        assert again.actors_changed(after=2)[1] == {"a2": None}
