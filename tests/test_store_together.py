"""Several changes of a store in one transaction: whole or not at all, unseen until the end, and nothing stays remembered of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import ActorNotFoundError, StoreError
from matchmaker.store import Store
from matchmaker.workspace import Workspace

INTERESTED, PINNED = Judgement(AnswerKind.INTERESTED), Judgement(AnswerKind.PINNED)


class Broken(Exception):  # noqa: N818 - ends a transaction on purpose
    """Raised in the middle."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store.sqlite") as opened:
        opened.apply([Actor(each, each, ActorGroup.COMPANY) for each in "abc"], [], source="t", who="t")
        yield opened


def test_several_changes_are_kept_together_and_read_on_the_way(store: Store, tmp_path: Path) -> None:
    with store.together():
        store.answers.give("a", "b", INTERESTED, who="t")
        store.edit_actor("a", {"name": "Anew"}, who="t")
        assert store.actor("a").name == "Anew"
        assert [each.partner_id for each in store.answers.all("a")] == ["b"]
    with Store.open(tmp_path / "store.sqlite") as again:
        assert again.actor("a").name == "Anew"
        assert len(again.answers.all()) == 1


def test_an_exception_leaves_nothing_of_them_and_nothing_that_was_read(store: Store, tmp_path: Path) -> None:
    store.answers.give("c", "b", PINNED, who="t")
    before, content, latest = store.answers.all(), store.fingerprint(), store.latest_change()

    def broken() -> None:
        with store.together():
            store.answers.give("a", "b", INTERESTED, who="t")
            store.edit_actor("a", {"name": "Anew"}, who="t")
            assert store.answers.all() != before
            assert store.fingerprint() != content
            raise Broken

    with pytest.raises(Broken):
        broken()
    assert (store.answers.all(), store.fingerprint(), store.latest_change()) == (before, content, latest)
    # The same number of changes again, but others: what was remembered under these numbers must not come back.
    store.answers.give("a", "c", INTERESTED, who="t")
    store.edit_actor("b", {"name": "Bnew"}, who="t")
    with Store.open(tmp_path / "store.sqlite") as again:
        assert (store.answers.all(), store.fingerprint()) == (again.answers.all(), again.fingerprint())


def test_a_change_that_cannot_be_leaves_those_before_it(store: Store) -> None:
    def broken() -> None:
        with store.together():
            store.answers.give("a", "c", INTERESTED, who="t")
            raise Broken

    with store.together():
        store.answers.give("a", "b", INTERESTED, who="t")
        with pytest.raises(ActorNotFoundError):
            store.answers.give("a", "nobody", INTERESTED, who="t")
        with pytest.raises(Broken):
            broken()
        store.answers.give("b", "c", INTERESTED, who="t")
    assert [(each.seeker_id, each.partner_id) for each in store.answers.all()] == [("a", "b"), ("b", "c")]


def test_others_read_what_was_before_and_write_after_the_end(store: Store) -> None:
    seen: list[int] = []
    begun, order = threading.Event(), list[str]()

    def other() -> None:
        seen.append(len(store.answers.all()))
        begun.set()
        store.answers.give("b", "c", INTERESTED, who="other")
        order.append("other")

    thread = threading.Thread(target=other)
    with store.together():
        store.answers.give("a", "b", INTERESTED, who="t")
        thread.start()
        assert begun.wait(30)
        store.answers.give("a", "c", INTERESTED, who="t")
        order.append("ours")
    thread.join(30)
    assert seen == [0]
    assert order == ["ours", "other"]
    assert [each.who for each in store.answers.all()] == ["t", "t", "other"]


def test_a_transaction_that_ended_early_keeps_nothing_of_what_follows(store: Store) -> None:
    """As a full disk may end it, in the middle of a change that a caller then leaves out."""

    def ended() -> None:
        with store.together():
            store.answers.give("a", "b", INTERESTED, who="t")
            store._connection.execute("ROLLBACK")
            store.answers.give("a", "c", INTERESTED, who="t")

    with pytest.raises(StoreError):
        ended()
    assert store.answers.all() == ()
    store.answers.give("a", "c", INTERESTED, who="t")
    assert len(store.answers.all()) == 1


def test_what_stays_in_memory_is_not_worked_out_of_changes_that_may_be_rolled_back(tmp_path: Path) -> None:
    with Workspace.open(tmp_path / "workspace", create=True) as workspace:
        with workspace.undoing.together():
            with pytest.raises(RuntimeError, match="ask it before"):
                workspace.published()
            with pytest.raises(RuntimeError, match="ask it before"):
                workspace.looked_through.incomplete()
        assert not workspace.looked_through.incomplete()
