from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Commitment,
    Offer,
    Participation,
    Place,
    Request,
)
from matchmaker.errors import ActorNotFoundError, ImportRejectedError, StoreError
from matchmaker.store import Difference, KeptField, Store
from matchmaker.store.connections import connect

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

FIRM = Actor(
    "a1",
    "Ærø Halm & Søn",
    ActorGroup.COMPANY,
    description="Vi presser halm.",
    offers=(Offer("halm"), Offer("spåner")),
    requests=(Request("ca. 5 t/år gylle"),),
    place=Place("DK", "DK041", "Viborg", 56.45, -9.4),
    size="25",
    registration_number="DK-12345678",
    website="https://halm.example",
    tags=("bio", "æøå"),
    member=False,
)
LAB = Actor("a2", "Lab", ActorGroup.KNOWLEDGE_INSTITUTION)
PROJECT = Collaboration(
    "c1",
    "STRAW",
    (Participation("a2", "coordinator"), Participation("a1"), Participation("a1", "thirdParty")),
    text='First line.\nSecond; with "quotes".',
    commitment=Commitment.COMMITTED,
    signed=date(2020, 2, 29),
    start=date(2020, 3, 1),
    fields=("/a/b", "/a/c"),
    topic="T-1",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db", clock=lambda: NOON) as opened:
        yield opened


def put(store: Store, *actors: Actor, collaborations: tuple[Collaboration, ...] = ()) -> None:
    store.apply(actors, collaborations, source="list.csv", who="Ane")


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
ids = texts.filter(bool)
degrees = st.none() | st.floats(-180, 180)
days = st.none() | st.dates()
actors = st.builds(
    Actor,
    id=ids,
    name=texts,
    group=st.sampled_from(ActorGroup),
    description=texts,
    offers=st.lists(st.builds(Offer, texts), max_size=3).map(tuple),
    requests=st.lists(st.builds(Request, texts), max_size=3).map(tuple),
    place=st.builds(Place, texts, texts, texts, degrees, degrees),
    size=texts,
    registration_number=texts,
    website=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    member=st.booleans(),
)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples of a property: each example adds to it."""
    with Store.open(tmp_path_factory.mktemp("store") / "workspace.db") as opened:
        yield opened


class TestRoundTrip:
    @given(actor=actors)
    @settings(max_examples=60, deadline=None)
    def test_an_actor_comes_back_equal(self, kept: Store, actor: Actor) -> None:
        put(kept, actor)
        assert kept.actor(actor.id) == actor
        assert not kept.preview([actor], [])

    @given(
        collaboration=st.builds(
            Collaboration,
            id=ids,
            title=texts,
            participations=st.lists(
                st.builds(
                    Participation,
                    st.sampled_from(["a1", "a2"]),
                    texts,
                    st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.integers(0, 2**53),
                ),
                max_size=4,
            ).map(tuple),
            text=texts,
            commitment=st.sampled_from(Commitment),
            signed=days,
            start=days,
            end=days,
            fields=st.lists(texts, max_size=3).map(tuple),
            topic=texts,
        )
    )
    @settings(max_examples=60, deadline=None)
    def test_a_collaboration_comes_back_equal(self, kept: Store, collaboration: Collaboration) -> None:
        put(kept, FIRM, LAB, collaborations=(collaboration,))
        assert {each.id: each for each in kept.collaborations()}[collaboration.id] == collaboration

    def test_everything_is_there_after_reopening_in_order_of_ids(self, tmp_path: Path) -> None:
        second = replace(PROJECT, id="c0", participations=())
        with Store.open(tmp_path / "workspace.db") as store:
            put(store, LAB, FIRM, collaborations=(PROJECT, second))
        with Store.open(tmp_path / "workspace.db", read_only=True) as store:
            assert list(store.actors()) == [FIRM, LAB]
            assert list(store.collaborations()) == [second, PROJECT]

    @pytest.mark.parametrize(
        ("actor", "words"),
        [
            (replace(LAB, name="a\0b"), "'a2': name holds a NUL"),
            (replace(LAB, tags=("ok", "a\0b")), "tags holds a NUL"),
            (replace(LAB, description="\ud800"), "description holds half a character"),
            (replace(LAB, offers=(Offer("\udfff"),)), "offers holds half a character"),
            (replace(LAB, place=Place(latitude=float("nan"))), "latitude is not a finite number"),
            (replace(LAB, name=None), "name is missing"),
            (replace(LAB, size=25), "size is not text"),
            (replace(LAB, id=""), "has no id"),
        ],
    )
    def test_what_would_not_come_back_is_refused_by_name(
        self, store: Store, actor: Actor, words: str
    ) -> None:
        with pytest.raises(ValueError, match=words):
            put(store, FIRM, actor)
        assert store.counts()["actors"] == 0


class TestApply:
    def test_tells_new_changed_and_unchanged_and_preview_tells_the_same_without_writing(
        self, store: Store
    ) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        before = store.fingerprint(), store.counts()
        incoming = [replace(FIRM, size="30"), LAB, Actor("a3", "New", ActorGroup.OTHER)]
        projects = [replace(PROJECT, participations=(Participation("a3"),)), replace(PROJECT, id="c2")]

        foreseen = store.preview(incoming, projects)

        assert (store.fingerprint(), store.counts()) == before
        assert foreseen.actors == Difference(new=("a3",), changed=("a1",), unchanged=("a2",))
        assert foreseen.collaborations == Difference(new=("c2",), changed=("c1",))
        assert store.apply(incoming, projects, source="b.csv", who="Bo") == foreseen
        assert list(store.collaborations()) == projects

    def test_the_same_import_again_changes_nothing(self, store: Store) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        before = store.fingerprint(), store.counts()
        changes = store.apply(iter([FIRM, LAB]), iter([PROJECT]), source="again.csv", who="Bo")
        assert not changes
        assert changes.actors.unchanged == ("a1", "a2")
        assert (store.fingerprint(), store.counts()) == before

    def test_an_actor_missing_from_a_later_import_is_left_alone(self, store: Store) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        put(store, LAB)
        assert store.actor("a1") == FIRM
        assert store.counts()["collaborations"] == 1

    def test_more_values_than_a_chunk_arrive_whole(self, store: Store) -> None:
        many = [Actor(f"m{number:04}", "M", ActorGroup.COMPANY) for number in range(2_500)]
        pairs = [
            Collaboration(f"p{number:04}", "P", (Participation(f"m{number:04}"), Participation("m2499")))
            for number in range(2_500)
        ]
        changes = store.apply(iter(many), iter(pairs), source="many.csv", who="Bo")
        assert len(changes.actors.new) == len(changes.collaborations.new) == 2_500
        assert list(store.actors()) == many
        assert list(store.collaborations()) == pairs

    @pytest.mark.parametrize("method", ["apply", "preview"])
    def test_participations_of_unknown_actors_are_all_named_and_nothing_is_written(
        self, store: Store, method: str
    ) -> None:
        strangers = replace(PROJECT, participations=(Participation("a1"), Participation("x1")))
        other = replace(PROJECT, id="c2", participations=(Participation("x2"),))
        options = {"source": "f", "who": "w"} if method == "apply" else {}
        with pytest.raises(
            ImportRejectedError, match=r"'x1'.*collaboration c1.*'x2'.*nothing was changed"
        ) as caught:
            getattr(store, method)([FIRM], [strangers, other], **options)
        assert [each.value for each in caught.value.rejections] == ["x1", "x2"]
        assert set(store.counts().values()) == {0}

    def test_an_id_that_comes_twice_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="'a1' is in this import twice"):
            put(store, FIRM, LAB, FIRM)
        assert store.counts()["actors"] == 0

    def test_an_error_in_the_source_leaves_nothing_behind(self, store: Store) -> None:
        def failing() -> Iterator[Actor]:
            yield FIRM
            raise RuntimeError("the file ended")

        with pytest.raises(RuntimeError, match="the file ended"):
            store.apply(failing(), [], source="f", who="w")
        put(store, LAB)
        assert list(store.actors()) == [LAB]


class TestEdits:
    def test_a_persons_edit_survives_an_import_and_is_reported(self, store: Store) -> None:
        put(store, FIRM, LAB)
        edited = store.edit_actor("a1", {"city": "Randers", "offers": ["træflis"], "member": True}, who="Ane")
        assert edited == store.actor("a1")
        assert (edited.place.city, edited.offers, edited.member) == ("Randers", (Offer("træflis"),), True)

        changes = store.apply([replace(FIRM, size="30"), LAB], [], source="b.csv", who="Bo")

        assert store.actor("a1") == replace(edited, size="30")
        assert set(changes.kept) == {KeptField("a1", field) for field in ("city", "offers", "member")}
        assert changes.actors.changed == ("a1",)

    def test_an_import_that_agrees_with_the_person_keeps_nothing_back(self, store: Store) -> None:
        put(store, FIRM)
        store.edit_actor("a1", {"size": "30"}, who="Ane")
        assert store.apply([replace(FIRM, size="30")], [], source="b.csv", who="Bo").kept == ()

    def test_a_value_that_is_already_there_is_neither_an_edit_nor_audited(self, store: Store) -> None:
        put(store, FIRM)
        store.edit_actor("a1", {"size": FIRM.size, "place": FIRM.place}, who="Ane")
        assert store.counts()["edits"] == 0
        assert store.apply([replace(FIRM, size="30")], [], source="b.csv", who="Bo").kept == ()
        assert [row.action for row in store.audit()] == ["changed", "added"]

    @pytest.mark.parametrize(
        ("changes", "error", "words"),
        [
            ({"id": "b"}, ValueError, "no field 'id'"),
            ({"colour": "red"}, ValueError, "no field 'colour'.*website"),
            ({"group": "club"}, ValueError, "club"),
            ({"member": 1}, TypeError, "member must be bool, not int"),
            ({"name": None}, TypeError, "name must be str, not NoneType"),
            ({"offers": "straw"}, TypeError, "offers must be list or tuple"),
            ({"tags": [1]}, TypeError, "tags must be str, not int"),
            ({"latitude": "56"}, TypeError, "latitude must be"),
            ({"longitude": float("inf")}, ValueError, "longitude is not a finite number"),
            ({"name": "a\0"}, ValueError, "name holds a NUL"),
        ],
    )
    def test_what_cannot_be_a_fields_value_is_refused(
        self, store: Store, changes: dict[str, object], error: type[Exception], words: str
    ) -> None:
        put(store, FIRM)
        with pytest.raises(error, match=words):
            store.edit_actor("a1", changes, who="Ane")
        assert store.actor("a1") == FIRM

    def test_an_unknown_actor_is_named(self, store: Store) -> None:
        with pytest.raises(ActorNotFoundError, match="'nobody'"):
            store.edit_actor("nobody", {"size": "1"}, who="Ane")
        with pytest.raises(ActorNotFoundError, match="'nobody'"):
            store.actor("nobody")
        assert store.find_actor("nobody") is None


class TestAudit:
    def test_every_change_has_its_row_with_who_when_whence_and_what(self, store: Store) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        store.edit_actor("a1", {"size": "30"}, who="Bo")
        store.apply([replace(LAB, tags=("x",))], [], source="b.csv", who="Ane")

        rows = store.audit()

        assert [(row.action, row.subject_kind, row.subject_id) for row in rows] == [
            ("changed", "actor", "a2"),
            ("edited", "actor", "a1"),
            ("added", "collaboration", "c1"),
            ("added", "actor", "a2"),
            ("added", "actor", "a1"),
        ]
        assert {row.at for row in rows} == {"2026-03-01T12:00:00.000+00:00"}
        assert (rows[0].who, rows[0].source, rows[0].before, rows[0].after) == (
            "Ane", "b.csv", {"tags": []}, {"tags": ["x"]},
        )  # fmt: skip
        assert (rows[1].who, rows[1].before, rows[1].after) == ("Bo", {"size": "25"}, {"size": "30"})
        assert [row.subject_id for row in store.audit(subject="a1")] == ["a1", "a1"]
        assert len(store.audit(limit=2)) == 2

    def test_a_changed_funding_is_a_change_of_its_collaboration(self, store: Store) -> None:
        funded = replace(PROJECT, participations=(Participation("a2", "coordinator", 1250.5),))
        put(
            store,
            FIRM,
            LAB,
            collaborations=(replace(funded, participations=(Participation("a2", "coordinator"),)),),
        )
        put(store, collaborations=(funded,))
        row = store.audit(subject="c1")[0]
        assert row.before == {"participations": [["a2", "coordinator"]]}
        assert row.after == {"participations": [["a2", "coordinator", 1250.5]]}
        assert next(store.collaborations()) == funded

    @pytest.mark.parametrize("amount", [float("nan"), float("inf")])
    def test_a_funding_that_is_no_number_is_refused(self, store: Store, amount: float) -> None:
        endless = replace(PROJECT, title="NaN", participations=(Participation("a2", "Infinity", amount),))
        with pytest.raises(
            ValueError, match="'c1': participations hold a funding that is not a finite number"
        ):
            put(store, FIRM, LAB, collaborations=(endless,))
        assert store.counts()["actors"] == 0

    def test_changed_participations_are_told_with_their_collaboration(self, store: Store) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        put(store, collaborations=(replace(PROJECT, participations=(Participation("a2"),)),))
        row = store.audit(subject="c1", limit=1)[0]
        assert row.before == {"participations": [["a2", "coordinator"], ["a1", ""], ["a1", "thirdParty"]]}
        assert row.after == {"participations": [["a2", ""]]}

    def test_long_texts_of_an_import_stand_by_hash_and_those_of_a_person_in_full(self, store: Store) -> None:
        put(store, replace(FIRM, description="a" * 2_000))
        put(store, replace(FIRM, description="b" * 3_000))
        store.edit_actor("a1", {"description": "c" * 4_000}, who="Ane")
        edit, change, _ = store.audit()
        assert edit.before == {"description": "b" * 3_000}
        assert edit.after == {"description": "c" * 4_000}
        assert change.before["description"].keys() == {"sha256", "characters"}  # type: ignore[attr-defined]


class TestFingerprint:
    def test_every_content_change_changes_it_and_changing_back_restores_it(self, store: Store) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        seen = {store.fingerprint()}
        first = store.fingerprint()
        for changed in (replace(FIRM, description="Ny."), replace(FIRM, place=Place("DK"))):
            put(store, changed)
            seen.add(store.fingerprint())
        for project in (
            replace(PROJECT, text=""),
            replace(PROJECT, participations=PROJECT.participations[::-1]),
        ):
            put(store, collaborations=(project,))
            seen.add(store.fingerprint())
        store.edit_actor("a2", {"size": "3"}, who="Ane")
        seen.add(store.fingerprint())
        assert len(seen) == 6

        store.edit_actor("a2", {"size": ""}, who="Ane")
        put(store, FIRM, collaborations=(PROJECT,))
        assert store.fingerprint() == first

    def test_order_of_arrival_and_vectors_do_not_change_it(self, tmp_path: Path) -> None:
        found = []
        for order in ([FIRM, LAB], [LAB, FIRM]):
            with Store.open(tmp_path / f"{order[0].id}.db") as store:
                put(store, *order)
                found.append(store.fingerprint())
                store.save_vectors("e", ["k"], np.ones((1, 2), np.float16))
                found.append(store.fingerprint())
        assert len(set(found)) == 1


class TestVectors:
    def test_come_back_by_encoder_and_key(self, store: Store) -> None:
        one, two = np.eye(3, dtype=np.float16)[:2]
        store.save_vectors("small", ["k1", "k2"], np.stack([one, two]))
        store.save_vectors("other", ["k1"], np.stack([two]))
        found = store.load_vectors("small", ["k2", "k1", "k3"])
        assert found.keys() == {"k1", "k2"}
        assert found["k1"].dtype == np.float16
        np.testing.assert_array_equal(found["k1"], one)
        np.testing.assert_array_equal(store.load_vectors("other", ["k1"])["k1"], two)
        assert store.load_vectors("unknown", ["k1"]) == {}
        assert store.load_vectors("small", []) == {}

    def test_saving_again_replaces(self, store: Store) -> None:
        store.save_vectors("small", ["k"], np.zeros((1, 3), np.float16))
        store.save_vectors("small", ["k"], np.ones((1, 3), np.float16))
        np.testing.assert_array_equal(store.load_vectors("small", ["k"])["k"], np.ones(3))
        assert store.counts()["vectors"] == 1

    @pytest.mark.parametrize("shape", [(2, 3), (3,), (1, 1, 3)])
    def test_a_row_too_many_or_too_few_is_refused(self, store: Store, shape: tuple[int, ...]) -> None:
        with pytest.raises(ValueError, match="1 keys need as many rows"):
            store.save_vectors("small", ["k"], np.zeros(shape, np.float16))

    def test_large_sets_load_in_chunks(self, store: Store) -> None:
        keys = [f"{number:064x}" for number in range(12_000)]
        rows = np.random.default_rng(0).standard_normal((12_000, 16)).astype(np.float16)
        store.save_vectors("small", keys, rows)
        found = store.load_vectors("small", keys[::-1])
        np.testing.assert_array_equal(np.stack([found[key] for key in keys]), rows)


class TestBackup:
    def test_a_backup_is_a_whole_store_of_its_own(self, store: Store, tmp_path: Path) -> None:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        store.backup(tmp_path / "copy.db")
        put(store, replace(FIRM, size="30"))
        with Store.open(tmp_path / "copy.db") as copy:
            copy.check()
            assert list(copy.actors()) == [FIRM, LAB]
            put(copy, replace(FIRM, size="31"))
        assert store.actor("a1").size == "30"

    def test_a_file_that_exists_is_never_overwritten(self, store: Store, tmp_path: Path) -> None:
        (tmp_path / "copy.db").write_text("mine")
        with pytest.raises(StoreError, match="exists already"):
            store.backup(tmp_path / "copy.db")
        assert (tmp_path / "copy.db").read_text() == "mine"


def test_what_an_import_replaced_is_gone_from_the_disk(tmp_path: Path) -> None:
    canary = "kanariefugl"
    with Store.open(tmp_path / "workspace.db") as store:
        put(store, replace(FIRM, description=f"{canary} " * 500), LAB)
        put(store, replace(FIRM, description="Ny tekst."))
        # Until then the import can be taken back.
        assert store.imports.forget() == 3
    assert [path.name for path in tmp_path.iterdir() if canary.encode() in path.read_bytes()] == []


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "workspace.db")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="is closed"):
        store.counts()
    with pytest.raises(StoreError, match="is closed"):
        put(store, FIRM)


def test_a_store_opened_for_reading_refuses_to_write(tmp_path: Path) -> None:
    with Store.open(tmp_path / "workspace.db") as store:
        put(store, FIRM)
    with Store.open(tmp_path / "workspace.db", read_only=True) as store:
        assert store.actor("a1") == FIRM
        assert store.preview([LAB], []).actors.new == ("a2",)
        with pytest.raises(StoreError, match="open for reading only"):
            put(store, LAB)


def test_a_store_from_before_funding_is_brought_up_to_date_and_the_same_import_changes_nothing(
    tmp_path: Path,
) -> None:
    path = tmp_path / "workspace.db"
    with Store.open(path) as store:
        put(store, FIRM, LAB, collaborations=(PROJECT,))
        before = store.fingerprint(), store.latest_change()
    connection = connect(path, read_only=False)
    with connection:
        connection.execute("ALTER TABLE participations DROP COLUMN funding")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name = '0004_funding'")
    connection.close()
    with Store.open(path) as again:
        assert list(again.collaborations()) == [PROJECT]
        assert not again.preview([FIRM, LAB], [PROJECT])
        assert (again.fingerprint(), again.latest_change()) == before
        funded = replace(PROJECT, participations=(Participation("a1", "", 5.0),))
        put(again, collaborations=(funded,))
        assert list(again.collaborations()) == [funded]
        again.check()
