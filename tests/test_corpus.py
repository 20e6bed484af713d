"""Values laid out as columns and back, on disk and off it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Offer,
    Participation,
    Passage,
    PassageKind,
    Place,
    Request,
)
from matchmaker.corpus import (
    actor_from_json,
    actor_json,
    corpus,
    day_number,
    day_of,
    load_corpus,
    save_corpus,
)

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
actors = st.builds(
    Actor,
    id=text,
    name=text,
    group=st.sampled_from(ActorGroup),
    description=text,
    offers=st.lists(st.builds(Offer, text)).map(tuple),
    requests=st.lists(st.builds(Request, text)).map(tuple),
    place=st.builds(
        Place, text, text, text, st.none() | st.floats(-90, 90), st.none() | st.floats(-180, 180)
    ),
    tags=st.lists(text).map(tuple),
    member=st.booleans(),
)


def sample():
    members = [Actor("b", "Beta", ActorGroup.COMPANY), Actor("a", "Ålfa", ActorGroup.PUBLIC_BODY)]
    project = Collaboration(
        "p",
        "P",
        (
            Participation("a", "lead", 100.5),
            Participation("a", "", 50),
            Participation("b"),
            Participation("gone", "", 7.0),
        ),
        start=date(2020, 2, 3),
    )
    free = Collaboration("q", "Q", (Participation("b", "", 0.0),))
    passage = Passage("p", ("a", "b", "gone"), PassageKind.PROJECT, "Grønt protein", "da", date(2020, 2, 3))
    return corpus(members, [project, free], [passage])


@given(actors)
def test_an_actor_survives_json(actor: Actor) -> None:
    assert actor_from_json(actor_json(actor)) == actor


@given(st.none() | st.dates())
def test_a_date_survives_as_a_number(day: date | None) -> None:
    assert day_of(day_number(day)) == day


def test_actors_are_in_order_of_ids_and_unknown_participants_are_left_out() -> None:
    columns = sample()
    assert columns.ids == ["a", "b"]
    assert columns.takes_part.toarray().tolist() == [[1, 0], [1, 1]]
    assert columns.holds.toarray().tolist() == [[1], [1]]
    assert columns.actor(0).name == "Ålfa"


def test_funding_is_summed_over_roles_and_nothing_is_not_unknown() -> None:
    funding = sample().funding
    assert (funding.shape, funding.dtype) == ((2, 2), np.float64)
    assert funding.toarray().tolist() == [[150.5, 0], [0, 0]]
    entries = funding.tocoo()
    assert list(zip(entries.row, entries.col, strict=True)) == [(0, 0), (1, 1)]


def test_two_actors_with_one_id_are_refused() -> None:
    with pytest.raises(ValueError, match="same id"):
        corpus([Actor("a", "A", ActorGroup.OTHER), Actor("a", "B", ActorGroup.OTHER)], [], [])


def test_an_empty_workspace_is_a_corpus_too(tmp_path: Path) -> None:
    save_corpus(corpus([], [], []), tmp_path)
    assert load_corpus(tmp_path).ids == []


def test_saving_and_loading_is_identity_and_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        save_corpus(sample(), tmp_path / name)
    again, columns = load_corpus(tmp_path / "one"), sample()
    assert again.names == columns.names
    assert again.profiles == columns.profiles
    assert np.array_equal(again.dates, columns.dates)
    assert (again.holds != columns.holds).nnz == 0
    assert (again.funding != columns.funding).nnz == 0
    assert again.funding.nnz == 2
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_last_days_and_fields_are_kept(tmp_path: Path) -> None:
    who = (Participation("a"), Participation("b"))
    data = corpus(
        [Actor("a", "A", ActorGroup.COMPANY), Actor("b", "B", ActorGroup.COMPANY)],
        [
            Collaboration("p", "P", who, start=date(2020, 2, 3), end=date(2021, 5, 6), fields=("/a/b",)),
            Collaboration("q", "Q", who),
        ],
        [],
    )
    save_corpus(data, tmp_path)
    again = load_corpus(tmp_path)
    assert [day_of(int(each)) for each in again.collaboration_ends] == [date(2021, 5, 6), None]
    assert again.fields == [["/a/b"], []]
