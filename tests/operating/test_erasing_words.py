"""An erasure takes what names the erased, and leaves words, days and ids of others that only read the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Place
from matchmaker.errors import ImportNotFoundError
from matchmaker.events import Event, Session, Table
from matchmaker.profiles import ContactFields
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.operating.planted import holds

TOWN = Actor("town", "Skive Kommune", ActorGroup.PUBLIC_BODY, "Vi samler madaffald.", place=Place("DK"))
UNI = Actor("uni", "Aarhus Universitet", ActorGroup.KNOWLEDGE_INSTITUTION, place=Place("DK"))
FIRM = "firm"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(tmp_path / "workspace", create=True) as opened:
        opened._store.apply([TOWN, UNI], [], source="list.csv", who="tests")
        yield opened


def add(workspace: Workspace, *actors: Actor, source: str = "more.csv") -> None:
    workspace._store.apply(actors, [], source=source, who="tests")


def meet(workspace: Workspace, actor_id: str, *, event_id: str = "spring", **told: str) -> Event:
    starts = datetime(2026, 5, 12, 9)
    return workspace.events.create(
        told.get("name", "Spring"),
        place=told.get("place", ""),
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(
            Table("A", actor_id=actor_id),
            Table("B", actor_id="town"),
            Table(told.get("stand", actor_id)),
        ),
        event_id=event_id,
        who="tests",
    ).event


@pytest.mark.parametrize("actor_id", ["agro", "2026", "Morning", "1", "spring"])
def test_an_erased_actor_leaves_of_an_event_nothing_but_a_table_without_it(
    workspace: Workspace, actor_id: str
) -> None:
    add(workspace, Actor(actor_id, "Firma uden navn", ActorGroup.COMPANY))
    before = meet(workspace, actor_id, name="Agro Match", place="Agro Food Park")
    workspace.erase_actor(actor_id, who="tests")
    after = workspace.events.one("spring")
    free = (replace(before.tables[0], actor_id=""), *before.tables[1:])
    assert after.event == replace(before, tables=free)
    assert after.revision == 2, "whoever has the event open must not write the actor back"


def test_a_table_of_an_actor_whose_id_differs_in_capitals_stays_its_own(workspace: Workspace) -> None:
    add(workspace, *(Actor(each, f"Firma {each}", ActorGroup.COMPANY) for each in ("agro", "AGRO")))
    meet(workspace, "AGRO")
    workspace.erase_actor("agro", who="tests")
    assert [each.actor_id for each in workspace.events.one("spring").event.tables] == ["AGRO", "town", ""]


def test_the_trail_of_others_keeps_days_words_and_ids_that_read_as_the_id(workspace: Workspace) -> None:
    add(workspace, Actor("2026", "Firma uden navn", ActorGroup.COMPANY))
    event = meet(workspace, "2026", event_id="2026", name="2026")
    workspace.events.set_up(replace(event, place="Hal 2026"), who="tests")
    workspace.edit_actor("uni", {"size": "2026", "description": "Fra 2026 af."}, who="tests")
    workspace.erase_actor("2026", who="tests")
    workspace.finish_erasing(rebuild=False)
    trail = workspace.history(limit=100)
    of_event = [row for row in trail if row.subject_kind == "event" and row.subject_id == "2026"]
    assert [row.after for row in of_event] == [{"place": "Hal 2026"}, {"name": "2026"}]
    edited = next(row for row in trail if row.action == "edited")
    assert edited.after == {"size": "2026", "description": "Fra 2026 af."}
    (gone,) = [row for row in trail if row.action == "erased"]
    assert gone.subject_id.startswith("erased:")


def test_the_trail_and_jobs_are_without_the_id_wherever_it_stands_for_the_actor(workspace: Workspace) -> None:
    add(workspace, Actor("agro", "Firma uden navn", ActorGroup.COMPANY))
    both = Collaboration("c1", "Sammen", (Participation("agro", "lead", 1.0), Participation("uni")))
    workspace._store.apply([], [both], source="list.csv", who="tests")
    workspace._store.apply(
        [], [replace(both, title="Fælles", participations=both.participations[1:])], source="l", who="t"
    )
    workspace.identity.not_the_same("agro", "uni", who="tests")
    workspace.identity.not_the_same("agro", "town", who="tests")
    workspace.events.set_up(replace(meet(workspace, "agro", stand="C"), tables=(Table("1"),)), who="tests")
    with workspace._store._writing() as connection:
        connection.execute(
            "INSERT INTO jobs (id, kind, lane, arguments, state, answer, problem, who, asked) VALUES"
            " ('job-1', 'import', 'light', ?, 'failed', ?, ?, 'tests', '2027-01-01')",
            (
                json.dumps({"event": "agro", "mappings": {"actors": {"Navn": "name"}}}),
                json.dumps(
                    {"actors": {"new_ids": ["agro", "uni"]}, "kept_by_hand": ["agro: size", "uni: size"]}
                ),
                "There is no actor with the id or name 'agro'. Agro is a word.",
            ),
        )
    workspace.erase_actor("agro", who="tests")
    workspace.finish_erasing(rebuild=False)
    told = json.dumps([[row.subject_id, row.before, row.after] for row in workspace.history(limit=100)])
    assert '"agro"' not in told
    assert told.count('"erased:') >= 5
    job = workspace.jobs.page()[0]
    assert job.arguments["event"] == "agro", "the id of an event"
    token = job.answer["actors"]["new_ids"][0]
    assert token.startswith("erased:")
    assert job.answer == {
        "actors": {"new_ids": [token, "uni"]},
        "kept_by_hand": [f"{token}: size", "uni: size"],
    }
    assert job.problem == f"There is no actor with the id or name '{token}'. Agro is a word."


def test_imports_and_merges_of_others_can_be_undone_where_they_only_read_as_the_id(
    workspace: Workspace,
) -> None:
    add(workspace, Actor("agro", "Firma uden navn", ActorGroup.COMPANY))
    other = Actor("food", "Skive Fødevarer", ActorGroup.COMPANY, "Agro og mad.", tags=("agro",))
    add(workspace, other)
    add(workspace, replace(other, description="Agromad."), source="again.csv")
    add(workspace, Actor("mad", "Skive Mad", ActorGroup.COMPANY, "Agro."))
    merge = workspace.identity.merge("uni", "mad", who="tests")
    number = next(each.number for each in workspace.intake.made() if each.source == "again.csv")
    workspace.erase_actor("agro", who="tests")
    assert {each.number: each.can_be_undone for each in workspace.identity.merges()} == {merge.number: True}
    assert workspace.intake.undo(number, who="tests").restored == {"actor": 1}
    assert workspace.actor("food").description == "Agro og mad."


def person(workspace: Workspace, name: str) -> None:
    """Somebody who can sign in and is a contact person, known by this name."""
    email = "kontakt@ordning.example"
    workspace.users.add(
        name=name, email=email, role=UserRole.ANALYST, password="en sten i hver en sko", who="tests"
    )
    workspace.firms.kept.add_contact("uni", ContactFields(name, "", email, ""), who="tests")


def erase_person(workspace: Workspace) -> dict[str, int]:
    email = "kontakt@ordning.example"
    user = workspace.users.user(email)
    erased = workspace.erase_persons(workspace.find_person(email), users=[user.id], who="tests")
    workspace.finish_erasing(rebuild=False)
    return dict(erased.mentions)


COMMON = "Nye løsninger og ordninger er en oplevelse, og else er et ord. Hvor skal vi bo, og hvad per år?"


@pytest.mark.parametrize("name", ["Inge", "Else", "Bo", "Per", "Løs", "else"])
def test_a_first_name_takes_nothing_of_others_that_only_has_its_letters(
    workspace: Workspace, name: str
) -> None:
    person(workspace, name)
    workspace.edit_actor("town", {"description": COMMON}, who="tests")
    workspace.curating.note([("town", "uni")], COMMON, who="tests")
    other = Actor("food", "Skive Fødevarer", ActorGroup.COMPANY, COMMON)
    add(workspace, other)
    add(workspace, replace(other, description="Andet."), source="again.csv")
    add(workspace, Actor("mad", "Skive Mad", ActorGroup.COMPANY, COMMON))
    merge = workspace.identity.merge("food", "mad", who="tests")
    number = next(each.number for each in workspace.intake.made() if each.source == "again.csv")
    erase_person(workspace)
    edited = next(row for row in workspace.history(limit=100) if row.action == "edited")
    assert edited.after == {"description": COMMON}
    note = workspace.curating.note_of("town", "uni")
    assert note is not None
    assert note.words == COMMON
    workspace.identity.undo(merge.number, who="tests")
    assert workspace.intake.undo(number, who="tests").restored == {"actor": 1}
    assert workspace.actor("food").description == COMMON


def test_a_first_name_goes_where_it_is_written_as_a_name_and_the_words_around_it_stay(
    workspace: Workspace,
) -> None:
    person(workspace, "Inge")
    said = "Spørg Inge om Inges løsninger, eller INGE's. Inge-Lise ved det, og inge måske."
    workspace.edit_actor("town", {"description": said}, who="tests")
    workspace.edit_actor("town", {"description": ""}, who="tests")
    workspace.curating.note([("town", "uni")], said, who="tests")
    add(workspace, Actor("food", "Skive Fødevarer", ActorGroup.COMPANY, said))
    add(workspace, Actor("food", "Skive Fødevarer", ActorGroup.COMPANY), source="again.csv")
    number = next(each.number for each in workspace.intake.made() if each.source == "again.csv")
    told = erase_person(workspace)
    note = workspace.curating.note_of("town", "uni")
    assert note is not None
    token = note.words.split()[1]
    assert token.startswith("erased:")
    without = f"Spørg {token} om {token} løsninger, eller {token}. Inge-Lise ved det, og inge måske."
    assert note.words == without
    edited = [row for row in workspace.history(limit=100) if row.action == "edited"]
    assert [row.after for row in edited] == [{"description": ""}, {"description": without}]
    with pytest.raises(ImportNotFoundError):  # what named her cannot come back
        workspace.intake.undo(number, who="tests")
    assert told["pair_notes.words"] == 1, "a person has to judge what is left"


@pytest.mark.parametrize(
    "written",
    [
        "André  Hvidtfeldquist",
        "ANDRÉ HVIDTFELDQUIST",
        "Andre\nHvidtfeldquist",
        "Andre\u0301 Hvidtfeldquist",
        "andré\u00a0hvidtfeldquist",
        "André Hvidtfeldquists",
        "André Hvidtfeldquist’s",
        "KONTAKT@ordning.example",
        "<kontakt@ordning.example>",
    ],
)
def test_a_full_name_and_an_address_go_however_they_are_written(workspace: Workspace, written: str) -> None:
    person(workspace, "André Hvidtfeldquist")
    said = f"Ring til ({written}), om slam."
    workspace.edit_actor("town", {"description": said}, who="tests")
    workspace.curating.note([("town", "uni")], said, who="tests")
    add(workspace, Actor("food", "Skive Fødevarer", ActorGroup.COMPANY, said))
    merge = workspace.identity.merge("uni", "food", {"description": "keep"}, who="tests")
    workspace.edit_actor("town", {"description": ""}, who="tests")
    assert erase_person(workspace) == {}
    assert not workspace.identity.merges()[0].can_be_undone
    assert merge.number == workspace.identity.merges()[0].number
    assert holds(workspace.folder, ("hvidtfeldquist", "kontakt@ordning.example")) == {}
    note = workspace.curating.note_of("town", "uni")
    assert note is not None
    assert note.words.endswith(", om slam.")


def test_an_address_that_ends_in_the_erased_one_is_anothers(workspace: Workspace) -> None:
    person(workspace, "Kim Holm")
    said = "Skriv til salgs.kontakt@ordning.example eller salgskontakt@ordning.example."
    workspace.curating.note([("town", "uni")], said, who="tests")
    erase_person(workspace)
    note = workspace.curating.note_of("town", "uni")
    assert note is not None
    assert note.words == said


def test_the_trail_of_an_actor_with_the_name_of_an_erased_person_as_its_id_is_its_own(
    workspace: Workspace,
) -> None:
    add(workspace, Actor("inge", "Systue", ActorGroup.COMPANY))
    workspace.edit_actor("inge", {"size": "2"}, who="tests")
    person(workspace, "Inge")
    erase_person(workspace)
    edited = next(row for row in workspace.history(limit=100) if row.action == "edited")
    assert (edited.subject_id, edited.after) == ("inge", {"size": "2"})
