"""Two actors that are one organisation: merged with all that is said of both, and made two again to the byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
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
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.errors import ActorNotFoundError, MergeChangedError, MergeNotFoundError
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.events.outcomes import Committed, NewCompany, Remark
from matchmaker.identifying import Identity, merged
from matchmaker.store import Store
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace

OLD = Actor(
    "gammel",
    "Græsprotein ApS",
    ActorGroup.COMPANY,
    "Vi presser græs.",
    (Offer("protein"), Offer("pulp")),
    (Request("tørring"),),
    Place("DK", "", "Viborg"),
    registration_number="DK 29189854",
    tags=("græs",),
)
NEW = replace(
    OLD,
    id="ny",
    name="Graesprotein A/S",
    description="",
    offers=(Offer("pulp"), Offer("saft")),
    place=Place("DK"),
    size="25",
)
OTHER = Actor("uni", "Aarhus Universitet", ActorGroup.KNOWLEDGE_INSTITUTION)
THIRD = Actor("gas", "Biogas", ActorGroup.SUPPLIER)

UNTOLD = {"audit", "merges", "aliases", "sqlite_sequence"}
"""Tables that tell of the merging itself."""


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what tells of the merging and the counter of an event's changes."""
    with store._reading() as connection:
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table'"
            ).fetchall()
            if name not in UNTOLD
        ]
        found = {}
        for name in names:
            rows = connection.execute(f'SELECT * FROM "{name}"')
            columns = [each[0] for each in rows.description]
            kept = [
                tuple(value for column, value in zip(columns, row, strict=True) if column != "revision")
                for row in rows.fetchall()
            ]
            found[name] = sorted(kept, key=repr)
        return found


def fill(workspace: Workspace) -> None:
    """Everything that can be said of an actor, of both."""
    store = workspace._store
    projects = [
        Collaboration(
            "p1",
            "Sammen",
            (Participation("gammel", "lead", 100.0), Participation("ny", "lead", 50.0), Participation("uni")),
        ),
        Collaboration("p2", "Ny alene", (Participation("ny"), Participation("uni")), signed=date(2024, 1, 1)),
    ]
    store.apply([OLD, NEW, OTHER, THIRD], projects, source="list.csv", who="tests")
    store.edit_actor("ny", {"website": "https://ny.example"}, who="tests")
    store.edit_actor("gammel", {"size": "30"}, who="tests")
    for seeker, partner in (("ny", "uni"), ("gammel", "uni"), ("uni", "ny"), ("gammel", "ny"), ("ny", "gas")):
        workspace.answer(seeker, partner, Judgement(AnswerKind.INTERESTED), who="tests")
    starts = datetime(2027, 3, 4, 9)
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1", actor_id="ny"), Table("2", actor_id="gammel"), Table("3")),
        event_id="spring",
        who="tests",
    )
    workspace.events.attend(
        "spring",
        [
            Attendee("ny", "ny", (Person('Bo "Ny" Bak', "bo@ny.example"),)),
            Attendee("p2", "uni"),
            Attendee("p3", "gammel"),
        ],
        who="tests",
    )
    workspace.events.prefer("spring", [Preference("ny", "p2", PreferenceKind.MEET, "ny", "ny")], who="tests")
    workspace.events.follow_up.say(
        "spring",
        [
            Remark("ny", "p2", Committed(Commitment.PROJECT, date(2027, 4, 1), "Fælles")),
            Remark("p2", "p3", NewCompany("ny", date(2027, 5, 1))),
        ],
        who="tests",
    )
    workspace.users.add(email="ida@ny.example", name="Ida", role=UserRole.FIRM, actor_id="ny", who="tests")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        fill(opened)
        yield opened


def test_all_that_is_said_of_both_is_said_of_the_one_that_stays(workspace: Workspace) -> None:
    made = workspace.identity.merge("gammel", "ny", who="ida")
    actor = workspace.actor("gammel")
    assert [each.text for each in actor.offers] == ["protein", "pulp", "saft"]
    assert actor.name == "Græsprotein ApS"
    assert (actor.size, actor.website) == ("30", "https://ny.example")
    projects = {each.id: each for each in workspace._store.collaborations()}
    assert projects["p1"].participations == (Participation("gammel", "lead", 150.0), Participation("uni"))
    assert projects["p2"].participations[0].actor_id == "gammel"
    pairs = {(each.seeker_id, each.partner_id) for each in workspace.answers()}
    assert pairs == {("gammel", "uni"), ("uni", "gammel"), ("gammel", "gas")}
    assert {each.actor_id for each in workspace.events.attendees("spring")} == {"gammel", "uni"}
    assert [each.actor_id for each in workspace.events.one("spring").event.tables] == ["gammel", "gammel", ""]
    assert made.moved["attendees"] == 1
    assert made.dropped == {"answers": 2}
    with pytest.raises(ActorNotFoundError):
        workspace.actor("ny")


def test_undone_every_table_is_as_it_was_to_the_byte(workspace: Workspace) -> None:
    before, fingerprint = content(workspace._store), workspace._store.fingerprint()
    made = workspace.identity.merge("gammel", "ny", {"name": "away", "offers": "away"}, who="ida")
    assert content(workspace._store) != before
    undone = workspace.identity.undo(made.number, who="ida")
    assert undone.undone
    assert content(workspace._store) == before
    assert workspace._store.fingerprint() == fingerprint
    workspace._store.check()
    with pytest.raises(MergeNotFoundError):
        workspace.identity.undo(made.number, who="ida")


def test_either_of_the_two_can_be_the_one_that_stays(workspace: Workspace) -> None:
    before = content(workspace._store)
    made = workspace.identity.merge("ny", "gammel", who="ida")
    assert workspace.actor("ny").description == "Vi presser græs."
    workspace.identity.undo(made.number, who="ida")
    assert content(workspace._store) == before


def test_three_that_are_one_come_apart_in_the_order_in_which_they_came_together(workspace: Workspace) -> None:
    before = content(workspace._store)
    first = workspace.identity.merge("ny", "gas", who="ida")
    second = workspace.identity.merge("gammel", "ny", who="ida")
    assert workspace.identity.known_as("gas") == workspace.identity.known_as("ny") == "gammel"
    with pytest.raises(MergeChangedError, match="cannot be undone"):
        workspace.identity.undo(first.number, who="ida")
    workspace.identity.undo(second.number, who="ida")
    workspace.identity.undo(first.number, who="ida")
    assert content(workspace._store) == before


def test_what_changed_since_is_named_and_nothing_is_undone(workspace: Workspace) -> None:
    made = workspace.identity.merge("gammel", "ny", who="ida")
    workspace.edit_actor("gammel", {"size": "40"}, who="bo")
    now = content(workspace._store)
    with pytest.raises(MergeChangedError) as refused:
        workspace.identity.undo(made.number, who="ida")
    assert refused.value.changed == ("actors",)
    assert content(workspace._store) == now


def test_what_was_said_since_stays_with_the_one_that_stayed(workspace: Workspace) -> None:
    made = workspace.identity.merge("gammel", "ny", who="ida")
    workspace.answer("gas", "gammel", Judgement(AnswerKind.INTERESTED), who="tests")
    workspace.identity.undo(made.number, who="ida")
    assert ("gas", "gammel") in {(each.seeker_id, each.partner_id) for each in workspace.answers()}


def test_an_import_of_the_old_list_changes_the_one_that_stayed(workspace: Workspace) -> None:
    workspace.identity.merge("gammel", "ny", {"name": "keep"}, who="ida")
    store = workspace._store
    again = replace(NEW, tags=("græs", "protein"))
    changes = store.apply(
        [again], [Collaboration("p9", "Nyt", (Participation("ny"),))], source="old.csv", who="tests"
    )
    assert (changes.actors.new, changes.actors.changed) == ((), ("gammel",))
    actor = workspace.actor("gammel")
    assert actor.tags == ("græs", "protein")
    # What a person chose between the two is not chosen anew by a list.
    assert actor.name == "Græsprotein ApS"
    assert (
        next(each for each in store.collaborations() if each.id == "p9").participations[0].actor_id
        == "gammel"
    )


def test_the_same_collaborations_again_leave_what_the_two_got_together(workspace: Workspace) -> None:
    store = workspace._store
    projects = [*store.collaborations()]
    made = workspace.identity.merge("gammel", "ny", who="ida")
    changes = store.apply([], projects, source="list.csv", who="tests")
    assert not changes
    again = {each.id: each for each in store.collaborations()}
    assert again["p1"].participations == (Participation("gammel", "lead", 150.0), Participation("uni"))
    workspace.identity.undo(made.number, who="ida")
    assert [*store.collaborations()] == projects


def test_the_same_collaborations_again_change_nothing_in_whichever_order_three_became_one(
    workspace: Workspace,
) -> None:
    store = workspace._store
    parts = (Participation("uni", "", 0.1), Participation("ny", "", 0.2), Participation("gas", "", 0.3))
    project = Collaboration("p3", "Cent for cent", parts)
    store.apply([], [project], source="list.csv", who="tests")
    workspace.identity.merge("ny", "gas", who="ida")
    workspace.identity.merge("uni", "ny", who="ida")
    assert store.preview([], [project]).collaborations.unchanged == ("p3",)
    merged_one = next(each for each in store.collaborations() if each.id == "p3")
    assert merged_one.participations == (Participation("uni", "", 0.6),)


def test_a_list_with_both_rows_speaks_under_the_id_that_stayed(workspace: Workspace) -> None:
    workspace.identity.merge("gammel", "ny", who="ida")
    store = workspace._store
    changes = store.preview([replace(NEW, tags=("other",)), OLD], [])
    assert changes.actors.new == ()
    assert changes.actors.unchanged == ("gammel",)


def test_nobody_is_merged_with_themselves_or_with_nobody(workspace: Workspace) -> None:
    before = content(workspace._store)
    with pytest.raises(ValueError, match="itself"):
        workspace.identity.merge("ny", "ny", who="ida")
    with pytest.raises(ActorNotFoundError):
        workspace.identity.merge("ny", "nobody", who="ida")
    with pytest.raises(ValueError, match="no field"):
        workspace.identity.merge("ny", "gammel", {"id": "away"}, who="ida")
    with pytest.raises(ValueError, match="keep or away"):
        workspace.identity.merge("ny", "gammel", {"name": "both"}, who="ida")
    assert content(workspace._store) == before


def test_pairs_that_were_told_apart_are_not_suspected_again(workspace: Workspace) -> None:
    identity: Identity = workspace.identity
    assert [each.suspicion.pair for each in identity.duplicates()] == [("gammel", "ny")]
    identity.not_the_same("ny", "gammel", who="ida")
    identity.not_the_same("gammel", "ny", who="bo")
    assert identity.duplicates() == []
    assert [(each.a, each.b, each.who) for each in identity.apart()] == [("gammel", "ny", "ida")]
    assert identity.maybe_the_same("ny", "gammel", who="ida")
    assert len(identity.duplicates()) == 1


def test_the_trail_says_who_merged_whom_and_who_undid_it(workspace: Workspace) -> None:
    made = workspace.identity.merge("gammel", "ny", who="ida")
    workspace.identity.undo(made.number, who="bo")
    told = [(each.action, each.who) for each in workspace.history(subject="ny")]
    assert told[:2] == [("unmerged", "bo"), ("merged", "ida")]


words = st.lists(st.sampled_from(["a", "b", "ø", "Å b", "x;y"]), max_size=3).map(tuple)
profiles = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["A", "Bø", "C"]),
        "description": st.text(max_size=10).filter(lambda text: "\0" not in text),
        "offers": words.map(lambda texts: tuple(map(Offer, texts))),
        "requests": words.map(lambda texts: tuple(map(Request, texts))),
        "tags": words,
        "member": st.booleans(),
        "place": st.builds(Place, city=st.sampled_from(["", "Viborg"])),
    }
)
parts = st.lists(
    st.tuples(st.sampled_from(["x", "y", "z"]), st.sampled_from(["", "lead"]), st.sampled_from([None, 5.0])),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    a=profiles,
    b=profiles,
    projects=st.lists(parts, max_size=3),
    answers=st.sets(st.sampled_from([(a, b) for a in "xyz" for b in "xyz" if a != b])),
    edits=st.sets(st.sampled_from(["x", "y"])),
    swap=st.booleans(),
    picked=st.dictionaries(
        st.sampled_from(["name", "description", "offers"]), st.sampled_from(["keep", "away"])
    ),
)
def test_whatever_is_said_of_two_merging_and_undoing_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory,
    a: dict[str, object],
    b: dict[str, object],
    projects: list[list[tuple[str, str, float | None]]],
    answers: set[tuple[str, str]],
    edits: set[str],
    swap: bool,
    picked: dict[str, str],
) -> None:
    with Workspace.open(tmp_path_factory.mktemp("merge") / "w", create=True) as workspace:
        store = workspace._store
        actors = [
            Actor(id="x", group=ActorGroup.COMPANY, **a),  # type: ignore[arg-type]
            Actor(id="y", group=ActorGroup.SUPPLIER, **b),  # type: ignore[arg-type]
            Actor("z", "Z", ActorGroup.OTHER),
        ]
        made = [
            Collaboration(str(number), "P", tuple(Participation(*part) for part in each))
            for number, each in enumerate(projects)
        ]
        store.apply(actors, made, source="f", who="t")
        for pair in sorted(answers):
            workspace.answer(*pair, Judgement(AnswerKind.INTERESTED), who="t")
        for each in sorted(edits):
            store.edit_actor(each, {"size": "7"}, who="t")
        before, fingerprint = content(store), store.fingerprint()
        keep, away = ("y", "x") if swap else ("x", "y")
        differing = workspace.identity.between("x", "y").differing
        picked = {name: side for name, side in picked.items() if name in differing}
        wanted = merged(store.actor(keep), store.actor(away), picked)
        done = workspace.identity.merge(keep, away, picked, who="t")
        assert store.actor(keep) == wanted
        assert all(away != part.actor_id for each in store.collaborations() for part in each.participations)
        workspace.identity.undo(done.number, who="t")
        assert content(store) == before
        assert store.fingerprint() == fingerprint
