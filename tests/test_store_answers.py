"""The store keeps what each side says of a pair, with who said it and when, and forgets it with either actor."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import LONGEST_WORDS, Answer, AnswerKind, DeclineReason, Judgement, mutual
from matchmaker.errors import ActorNotFoundError, AnswerNotFoundError
from matchmaker.store import Store
from matchmaker.store.connections import connect

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTORS = [Actor(f"a{number}", f"Actor {number}", ActorGroup.COMPANY) for number in range(4)]
INTERESTED, KNOWN, PINNED, HIDDEN, NEVER = (
    Judgement(kind)
    for kind in (
        AnswerKind.INTERESTED,
        AnswerKind.KNOWN,
        AnswerKind.PINNED,
        AnswerKind.HIDDEN,
        AnswerKind.NEVER,
    )
)
TOO_FAR = Judgement(AnswerKind.DECLINED, DeclineReason.TOO_FAR, "Four hours by road", on_behalf=True)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db", clock=lambda: NOW) as opened:
        opened.apply(ACTORS, [], source="list.csv", who="Ane")
        yield opened


def give(store: Store, seeker: str, partner: str, said: Judgement) -> None:
    store.answers.give(seeker, partner, said, who="Bo")


def kept(store: Store) -> list[tuple[str, str, str]]:
    return [(each.seeker_id, each.partner_id, each.said.kind.value) for each in store.answers.all()]


def delete(store: Store, actor_id: str) -> None:
    connection = connect(store.path, read_only=False)
    with connection:
        connection.execute("DELETE FROM actors WHERE id = ?", (actor_id,))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def test_an_answer_comes_back_as_it_was_given_with_who_and_when(store: Store) -> None:
    given = store.answers.give("a0", "a1", TOO_FAR, who="Bo")
    assert store.answers.all() == (given,)
    assert (given.said, given.who, given.at) == (TOO_FAR, "Bo", "2026-03-01T12:00:00.000+00:00")
    with Store.open(store.path) as again:
        assert again.answers.all() == (given,)


def test_a_later_answer_of_the_same_side_replaces_the_former(store: Store) -> None:
    give(store, "a0", "a1", INTERESTED)
    give(store, "a0", "a1", TOO_FAR)
    assert kept(store) == [("a0", "a1", "declined")]
    latest = store.audit(subject="a0")[0]
    assert (latest.action, latest.who, latest.subject_kind) == ("answered", "Bo", "answer")
    assert latest.before["answer"] == "interested"
    assert latest.after["answer"] == "declined"
    assert latest.after["reason"] == "too_far"


def test_firm_and_facilitator_and_the_other_firm_each_have_their_own(store: Store) -> None:
    give(store, "a0", "a1", TOO_FAR)
    give(store, "a0", "a1", PINNED)
    give(store, "a1", "a0", INTERESTED)
    assert kept(store) == [("a0", "a1", "declined"), ("a0", "a1", "pinned"), ("a1", "a0", "interested")]


def test_answers_are_listed_for_one_actor_on_either_side(store: Store) -> None:
    give(store, "a0", "a1", INTERESTED)
    give(store, "a2", "a0", KNOWN)
    give(store, "a2", "a3", KNOWN)
    assert [each.partner_id for each in store.answers.all("a0")] == ["a1", "a0"]
    assert store.answers.all("nobody") == ()


def test_the_same_answer_again_changes_nothing(store: Store) -> None:
    first = store.answers.give("a0", "a1", INTERESTED, who="Bo")
    latest = store.latest_change()
    assert store.answers.give("a0", "a1", INTERESTED, who="Carl") == first
    assert store.latest_change() == latest


def test_the_latest_answer_is_taken_back_first_and_the_trail_tells_of_it(store: Store) -> None:
    give(store, "a0", "a1", INTERESTED)
    give(store, "a0", "a1", PINNED)
    assert store.answers.take_back("a0", "a1", who="Bo").said == PINNED
    assert kept(store) == [("a0", "a1", "interested")]
    assert store.answers.take_back("a0", "a1", who="Bo").said == INTERESTED
    assert kept(store) == []
    assert [row.action for row in store.audit(subject="a0")][:2] == ["withdrawn", "withdrawn"]
    with pytest.raises(AnswerNotFoundError, match="no answer about 'a1' as a partner for 'a0'"):
        store.answers.take_back("a0", "a1", who="Bo")


def test_the_other_firms_answer_is_not_taken_back(store: Store) -> None:
    give(store, "a1", "a0", INTERESTED)
    with pytest.raises(AnswerNotFoundError):
        store.answers.take_back("a0", "a1", who="Bo")
    assert kept(store) == [("a1", "a0", "interested")]


def test_never_holds_either_way_round_so_it_is_replaced_and_taken_back_from_either(store: Store) -> None:
    give(store, "a0", "a1", HIDDEN)
    give(store, "a1", "a0", NEVER)
    assert kept(store) == [("a1", "a0", "never")]
    give(store, "a0", "a1", PINNED)
    assert kept(store) == [("a0", "a1", "pinned")]
    give(store, "a1", "a0", NEVER)
    assert store.answers.take_back("a0", "a1", who="Bo").said == NEVER
    assert kept(store) == []
    give(store, "a0", "a1", PINNED)
    give(store, "a1", "a0", HIDDEN)
    assert kept(store) == [("a0", "a1", "pinned"), ("a1", "a0", "hidden")]


def test_an_answer_does_not_change_the_content_that_names_a_build(store: Store) -> None:
    before = store.mark_content()
    give(store, "a0", "a1", TOO_FAR)
    assert store.fingerprint() == before
    assert store.actors_changed(after=store.change_of(before))[1] == {}


def test_answers_survive_an_import_that_changes_their_actors(store: Store) -> None:
    give(store, "a0", "a1", TOO_FAR)
    store.apply([Actor("a0", "Renamed", ActorGroup.OTHER)], [], source="list.csv", who="Ane")
    assert kept(store) == [("a0", "a1", "declined")]


@pytest.mark.parametrize("erased", ["a0", "a1"])
def test_an_erased_actors_answers_go_with_it_and_none_of_their_words_stay_in_the_file(
    store: Store, erased: str
) -> None:
    give(store, "a0", "a1", Judgement(AnswerKind.DECLINED, words="Unmistakable owl"))
    give(store, "a0", "a1", Judgement(AnswerKind.DECLINED, words="Unmistakable elk"))
    give(store, "a2", "a3", INTERESTED)
    delete(store, erased)
    assert kept(store) == [("a2", "a3", "interested")]
    store.check()
    files = [path for path in store.path.parent.iterdir() if path.name.startswith(store.path.name)]
    assert not any(b"Unmistakable" in path.read_bytes() for path in files)


def test_what_another_process_gives_replaces_takes_back_or_erases_is_seen_by_whoever_read_before(
    store: Store,
) -> None:
    with Store.open(store.path) as other:
        assert kept(other) == []
        for change in (
            lambda: give(store, "a0", "a1", INTERESTED),
            lambda: give(store, "a2", "a1", KNOWN),
            lambda: give(store, "a0", "a1", TOO_FAR),
            lambda: store.answers.take_back("a2", "a1", who="Bo"),
            lambda: give(store, "a3", "a1", KNOWN),
            lambda: delete(store, "a3"),
        ):
            before = kept(other)
            change()
            assert kept(other) == kept(store) != before


def test_an_answer_about_nobody_or_oneself_is_refused_and_nothing_is_written(store: Store) -> None:
    before = store.counts()
    for pair in (("a0", "x"), ("x", "a0")):
        with pytest.raises(ActorNotFoundError, match="'x'"):
            store.answers.give(*pair, INTERESTED, who="Bo")
        with pytest.raises(ActorNotFoundError, match="'x'"):
            store.answers.take_back(*pair, who="Bo")
    with pytest.raises(ValueError, match="its own partner"):
        store.answers.give("a0", "a0", INTERESTED, who="Bo")
    assert store.counts() == before


@pytest.mark.parametrize(
    ("kind", "said", "message"),
    [
        (AnswerKind.INTERESTED, {"reason": DeclineReason.OTHER}, "goes with 'declined'"),
        (AnswerKind.NEVER, {"on_behalf": True}, "facilitator's own judgement"),
        (AnswerKind.DECLINED, {"words": "x" * (LONGEST_WORDS + 1)}, "500 are kept at most"),
        (AnswerKind.DECLINED, {"words": "a\0b"}, "control character"),
        (AnswerKind.DECLINED, {"words": "a\nb"}, "line break"),
        (AnswerKind.DECLINED, {"words": "a\ud800"}, "half a character"),
    ],
)
def test_what_cannot_be_said_is_refused(kind: AnswerKind, said: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Judgement(kind, **said)


def test_a_store_from_before_answers_is_brought_up_to_date(store: Store) -> None:
    store.close()
    connection = connect(store.path, read_only=False)
    with connection:
        connection.execute("DROP TABLE answers")
        connection.execute(
            "DELETE FROM _sqlite_migrations WHERE name IN ('0003_answers', '0017_told_interest')"
        )
    connection.close()
    with Store.open(store.path) as again:
        assert again.answers.all() == ()
        give(again, "a0", "a1", INTERESTED)
        assert kept(again) == [("a0", "a1", "interested")]


def test_interest_is_mutual_once_both_said_so_and_no_longer_when_one_takes_it_back(store: Store) -> None:
    give(store, "a1", "a0", INTERESTED)
    assert store.answers.mutual() == ()
    assert not store.answers.is_mutual("a0", "a1")
    give(store, "a0", "a1", INTERESTED)
    (found,) = store.answers.mutual()
    assert found.actor_ids == ("a0", "a1")
    assert (found.partner_of("a0"), found.partner_of("a1")) == ("a1", "a0")
    assert found.since == NOW.isoformat(timespec="milliseconds")
    assert store.answers.mutual("a1") == (found,)
    assert store.answers.mutual("a2") == ()
    assert store.answers.is_mutual("a1", "a0")
    store.answers.take_back("a1", "a0", who="Bo")
    assert store.answers.mutual() == ()


@pytest.mark.parametrize("said", [KNOWN, TOO_FAR])
def test_interest_of_one_side_with_another_answer_of_the_other_is_not_mutual(
    store: Store, said: Judgement
) -> None:
    give(store, "a0", "a1", INTERESTED)
    give(store, "a1", "a0", said)
    assert store.answers.mutual() == ()


@pytest.mark.parametrize(("seeker", "partner"), [("a0", "a1"), ("a1", "a0")])
def test_a_facilitator_who_says_never_ends_mutual_interest(store: Store, seeker: str, partner: str) -> None:
    give(store, "a0", "a1", INTERESTED)
    give(store, "a1", "a0", INTERESTED)
    give(store, seeker, partner, NEVER)
    assert store.answers.mutual() == ()
    assert not store.answers.is_mutual("a0", "a1")


def test_mutual_interest_is_told_the_latest_first() -> None:
    said = [
        Answer(*pair, INTERESTED, "Bo", f"2026-03-0{day}", day)
        for day, pair in enumerate(
            [("a", "b"), ("c", "a"), ("b", "a"), ("a", "c"), ("d", "c"), ("c", "e")], start=1
        )
    ]
    assert [(each.actor_ids, each.since) for each in mutual(said)] == [
        (("a", "c"), "2026-03-04"),
        (("a", "b"), "2026-03-03"),
    ]
