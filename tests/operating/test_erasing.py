"""Whoever is erased is gone from every file, stays gone after a restore, and takes nobody else along."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.errors import ActorNotFoundError, StoreBusyError
from matchmaker.store import Store
from matchmaker.store.connections import connect
from matchmaker.store.redacting import OF_NO_ACTOR
from matchmaker.users import UserRole
from matchmaker.workspace import DATABASE, Workspace
from tests.operating.planted import (
    ACTOR,
    CANARIES,
    EMAIL,
    PERSON_CANARIES,
    USER_CANARIES,
    USER_EMAIL,
    holds,
)


def tables(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = connect(folder / DATABASE, read_only=True)
    try:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr) for name in names}
    finally:
        connection.close()


def test_the_planted_words_can_be_seen_before(planted: Path) -> None:
    words = (*CANARIES, *PERSON_CANARIES, *USER_CANARIES)
    found = holds(planted, words)
    assert set().union(*found.values()) == set(words)
    assert sum("builds/" in name for name in found) >= 4, "both builds hold them"


def test_of_an_erased_actor_no_byte_is_left_in_any_file(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        erased = workspace.erase_actor(ACTOR, who="tests")
        finished = workspace.finish_erasing()
        assert workspace.published().generation == finished.generation
        assert ACTOR not in workspace.published().actor_names()
    assert holds(planted, CANARIES) == {}
    assert finished.made
    assert len(finished.removed) == 2
    assert finished.vectors > 0
    expected = {"actors": 1, "answers": 3, "attendees": 1, "edits": 2, "outcomes": 2, "preferences": 1}
    expected |= {"users": 1, "saved_searches": 2, "alerts": 1, "alert_settings": 1, "deliveries": 1}
    expected |= {"listings": 1, "pair_notes": 1}
    assert {name: erased.rows.get(name) for name in expected} == expected
    # One that it was alone in, and one that was made of its commitment.
    assert erased.rows["collaborations"] == 2


def test_the_others_keep_what_is_theirs(planted: Path) -> None:
    before = tables(planted)
    with Workspace.open(planted) as workspace:
        workspace.erase_actor(ACTOR, who="tests")
        workspace.finish_erasing()
        participants = {each.id: each for each in workspace.events.attendees("spring")}
        assert set(participants) == {"p2", "p3"}
        assert len(participants["p2"].persons) == 2
        assert [table.actor_id for table in workspace.events.one("spring").event.tables] == ["", ""]
    after = tables(planted)
    assert [row for row in before["actors"] if row[0] != ACTOR] == after["actors"]
    parts = [(row[0], row[2]) for row in after["participations"]]
    assert sorted(parts) == [
        ("c1", "fibre:1"),
        ("c1", "uni:1"),
        ("c2", "gas:1"),
        ("c2", "town:1"),
        ("c3", "uni:1"),
        ("c3", "uni:2"),
    ]


def test_the_trail_says_that_somebody_was_erased_and_not_whom(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.erase_actor(ACTOR, who="olaf")
        workspace.finish_erasing()
        rows = [
            row
            for row in workspace.history(limit=1000)
            if row.action == "erased" and row.subject_kind == "actor"
        ]
        assert len(rows) == 1
        assert rows[0].who == "olaf"
        assert rows[0].subject_id.startswith("erased:")


def test_of_each_kind_of_subject_it_is_known_whether_actors_are_meant(planted: Path) -> None:
    stored = tables(planted)
    actors = {row[0] for row in stored["actors"]}
    told = {(str(row[4]), str(row[5])) for row in stored["audit"]}
    assert {"actor", "event", "contact", "collaboration", "note", "job", "user"} <= {kind for kind, _ in told}
    mistaken = {kind for kind, subject_id in told if (subject_id in actors) == (kind in OF_NO_ACTOR)}
    assert mistaken == set(), "an id of these would be taken for an actor's, or an actor's id be left"


def test_work_that_waits_with_the_erased_says_that_it_is_gone(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        made = next(each for each in workspace.jobs.page() if each.kind == "landscape-export")
        assert workspace.jobs.result(made.id) is not None
        before = {each.id: each.state for each in workspace.jobs.page(kind="bulk")}
        assert sorted(before.values()) == ["done", "waiting"]
        workspace.erase_actor(ACTOR, who="tests")
        after = {each.id: each for each in workspace.jobs.page(kind="bulk")}
        assert workspace.jobs.result(made.id) is None
    assert {after[each].state for each, state in before.items() if state == "waiting"} == {"failed"}
    kept = [one for each in after.values() if each.state == "done" for one in each.answer["kept"]]
    assert [each["field"] for each in kept] == ["region", "website"], "what was edited by hand"
    assert all(each["actor_id"].startswith("erased:") for each in kept)
    assert "zyxquar" not in str(after)


def test_a_trial_changes_nothing_and_says_the_same(planted: Path) -> None:
    before = tables(planted)
    with Workspace.open(planted) as workspace:
        would = workspace.erase_actor(ACTOR, who="tests", trial=True)
        assert tables(planted) == before
        assert workspace.erase_actor(ACTOR, who="tests") == would


def test_a_running_reader_of_an_older_build_no_longer_shows_the_actor(planted: Path) -> None:
    with Workspace.open(planted) as reader, Workspace.open(planted) as writer:
        assert ACTOR in reader.published().actor_names()
        writer.erase_actor(ACTOR, who="tests")
        assert ACTOR not in reader.published().actor_names()
        writer.finish_erasing()
        assert ACTOR not in reader.published().actor_names()


def test_builds_are_removed_where_they_are_not_made_again(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.erase_actor(ACTOR, who="tests")
        finished = workspace.finish_erasing(rebuild=False)
        assert finished.generation is None
        assert workspace.status().published is None
    assert holds(planted, CANARIES) == {}
    with Workspace.open(planted) as workspace:
        assert workspace.build().made


def test_what_an_interruption_left_is_finished_later(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.erase_actor(ACTOR, who="tests")
    assert holds(planted, CANARIES)
    with Workspace.open(planted) as workspace:
        workspace.finish_erasing()
        assert workspace.finish_erasing().removed == ()
    assert holds(planted, CANARIES) == {}


def test_an_unknown_actor_is_told(planted: Path) -> None:
    with Workspace.open(planted) as workspace, pytest.raises(ActorNotFoundError):
        workspace.erase_actor("nobody", who="tests")


def test_of_an_erased_person_no_byte_is_left_and_builds_stay(planted: Path) -> None:
    builds = sorted(each.name for each in (planted / "builds").iterdir())
    with Workspace.open(planted) as workspace:
        found = workspace.find_person("olga  HVIDTFELDQUIST")
        assert [each.participant_id for each in found if each.event_id] == ["p2", "p3"]
        assert [each.actor_id for each in found if not each.event_id] == ["uni:1"], "a contact person"
        erased = workspace.erase_persons(found, who="tests")
        finished = workspace.finish_erasing()
        persons = {
            each.id: [one.name for one in each.persons] for each in workspace.events.attendees("spring")
        }
    assert holds(planted, PERSON_CANARIES) == {}
    assert persons == {"p1": ["Ib Tjatolin"], "p2": ["Bo Bak"], "p3": []}
    assert erased.changed["persons"] == 2
    assert erased.changed["who"] >= 1, "what she changed is no longer under her address"
    assert finished.removed == ()
    assert sorted(each.name for each in (planted / "builds").iterdir()) == builds


def test_by_address_only_that_person_goes(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.erase_persons(workspace.find_person(EMAIL), who="tests")
        persons = {
            each.id: [one.name for one in each.persons] for each in workspace.events.attendees("spring")
        }
    assert persons["p2"] == ["Bo Bak"]
    assert persons["p3"] == ["Olga Hvidtfeldquist"], "she may be somebody else of that name"


def test_a_list_that_was_read_before_cannot_write_the_name_back(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        before = workspace.events.one("spring").revision
        workspace.erase_persons(workspace.find_person(EMAIL), who="tests")
        assert workspace.events.one("spring").revision > before


def test_texts_of_others_that_hold_the_name_are_told(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        workspace.edit_actor("uni:2", {"description": "We work with Zyxquar Mejeri."}, who="tests")
        erased = workspace.erase_actor(ACTOR, who="tests")
    assert erased.mentions["actors.description"] == 1


def test_a_reader_that_never_pauses_is_named_and_nothing_is_said_to_be_gone(planted: Path) -> None:
    with Store.open(planted / DATABASE) as store:
        reader = connect(planted / DATABASE, read_only=True)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM actors").fetchone()
        store.erasing.actor(ACTOR, who="tests")
        with pytest.raises(StoreBusyError, match="erase finish"):
            store.compact(wait=0.2)
        reader.close()
        store.compact(wait=0.2)
        assert DATABASE not in holds(planted, ("vlimborg",))


def test_every_table_that_refers_to_actors_lets_them_go(planted: Path) -> None:
    connection = connect(planted / DATABASE, read_only=True)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    kept = {
        name
        for name in names
        for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')
        if row[2] == "actors" and row[6] != "CASCADE"
    }
    searched = [name for name in names if "fts" in name.lower()]
    connection.close()
    assert kept == {"participations"}, "these are taken away with care for who else takes part"
    assert not searched, "an index of words needs secure-delete of its own"


def test_on_the_command_line_a_name_of_several_actors_is_not_guessed(
    planted: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = ["-w", str(planted), "erase", "person", "Olga Hvidtfeldquist"]
    assert main(command) == 1
    assert "--actor" in capfd.readouterr().err
    assert holds(planted, PERSON_CANARIES)
    assert main([*command, "--all", "--dry-run"]) == 0
    assert "Would go" in capfd.readouterr().out
    assert main([*command, "--all"]) == 0
    assert holds(planted, PERSON_CANARIES) == {}


def test_a_person_reads_what_is_held(planted: Path, tmp_path: Path) -> None:
    output = tmp_path / "olga.json"
    assert main(["-w", str(planted), "export", "person", "--of", EMAIL, "--output", str(output)]) == 0
    told = output.read_text("utf-8")
    assert all(each in told for each in ("Olga Hvidtfeldquist", "Spring", "no qwertanol", "changes_made"))
    assert "bo@uni.example" not in told
    assert output.stat().st_mode & 0o077 == 0
    assert main(["-w", str(planted), "export", "person", "--of", "Nobody", "--output", str(output)]) == 1


@pytest.mark.parametrize("named", [USER_EMAIL.upper(), "pil  Tveskaegholm"])
def test_of_an_erased_user_no_byte_is_left(planted: Path, named: str) -> None:
    trial = ["-w", str(planted), "erase", "person", named]
    others = [row for row in tables(planted)["users"] if USER_EMAIL not in row]
    assert len(others) == 1
    assert main([*trial, "--dry-run"]) == 0
    assert holds(planted, USER_CANARIES)
    assert main(trial) == 0
    assert holds(planted, USER_CANARIES) == {}
    after = tables(planted)
    assert after["users"] == others
    assert [after[name] for name in ("sessions", "keys", "identities", "invitations")] == [[]] * 4
    # What others tried is left.
    assert len(after["tried"]) == 1
    with Workspace.open(planted) as workspace:
        assert workspace.users.needed(), "the workspace is not open to everybody again"
        erased = next(row for row in workspace.history(limit=20) if row.subject_kind == "user")
        assert (erased.action, erased.subject_id[:5]) == ("erased", "user-")


def test_an_erased_user_and_one_who_was_removed_stay_gone_after_a_restore(
    planted: Path, tmp_path: Path
) -> None:
    for how in (["erase", "person", USER_EMAIL], ["user", "remove", USER_EMAIL]):
        folder, backup = tmp_path / how[0], tmp_path / f"{how[0]}.sqlite"
        shutil.copytree(planted, folder)
        assert main(["-w", str(folder), "backup", str(backup)]) == 0
        assert main(["-w", str(folder), *how]) == 0
        assert main(["-w", str(folder), "restore", str(backup), "--replace"]) == 0
        with Workspace.open(folder) as workspace:
            assert [each.email for each in workspace.users.users()] == ["ib@tjatolin.example"]
        assert holds(folder, USER_CANARIES) == {}


def test_a_name_of_a_participant_and_of_a_user_is_not_guessed(
    planted: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with Workspace.open(planted) as workspace:
        workspace.users.invite(name="Bo Bak", email="other@x.example", role=UserRole.ANALYST, who="operator")
    command = ["-w", str(planted), "erase", "person", "Bo Bak"]
    assert main(command) == 1
    assert "other@x.example" in capfd.readouterr().err
    assert main([*command, "--actor", "uni:1"]) == 0
    with Workspace.open(planted) as workspace:
        assert workspace.users.user("other@x.example").name == "Bo Bak"
        assert workspace.find_person("Bo Bak") == ()


def test_who_was_taken_off_every_list_before_stays_gone_after_a_restore(
    planted: Path, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.sqlite"
    with Workspace.open(planted) as workspace:
        workspace.back_up(backup)
        workspace.events.attend("spring", (), ["p2", "p3"], who="tests")
        for contact in workspace.firms.kept.contacts("uni:1"):
            workspace.firms.kept.remove_contact("uni:1", contact.id, who="tests")
        assert workspace.find_person(EMAIL) == ()
    assert main(["-w", str(planted), "erase", "person", EMAIL]) == 0
    assert main(["-w", str(planted), "restore", str(backup), "--replace"]) == 0
    with Workspace.open(planted) as workspace:
        assert workspace.find_person(EMAIL) == ()


def test_a_user_reads_what_is_held(planted: Path, tmp_path: Path) -> None:
    output = tmp_path / "pil.json"
    assert main(["-w", str(planted), "export", "person", "--of", USER_EMAIL, "--output", str(output)]) == 0
    (user,) = json.loads(output.read_text("utf-8"))["users"]
    assert (user["email"], user["providers"]) == (USER_EMAIL, ["https://login.example"])
    assert [each["name"] for each in user["keys"]] == ["krokodrill"]
    assert {each["device"] for each in user["sessions"]} == {"Firefox", ""}
    assert user["failed_tries"] == {"sign-in": 1}
    assert "argon2" not in output.read_text("utf-8")


def test_of_an_erased_person_nothing_that_was_tried_is_kept(planted: Path) -> None:
    before = tables(planted)["tried"]
    assert main(["-w", str(planted), "erase", "person", EMAIL]) == 0
    assert len(tables(planted)["tried"]) == len(before) - 1 == 1


def test_plain_sqlite_would_have_left_the_name(planted: Path) -> None:
    # What the settings of the connections and the compaction are for.
    connection = sqlite3.connect(planted / DATABASE)
    connection.execute("PRAGMA secure_delete=OFF")
    connection.execute("DELETE FROM actors WHERE id = 'uni:2'")
    connection.commit()
    connection.close()
    assert DATABASE in holds(planted, ("dairy institute",))


def test_a_note_that_names_an_erased_person_keeps_the_rest_of_its_words(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        before = workspace.curating.notes_edition()
        workspace.erase_persons(workspace.find_person(EMAIL), who="tests")
        assert workspace.curating.notes_edition() != before, "nobody goes on with the note as it was"
        note = workspace.curating.note_of("gas:1", "uni:1")
        assert note is not None
        assert "about the digester." in note.words
        assert "Hvidtfeldquist" not in note.words
        assert note.who != EMAIL


def test_what_is_held_about_a_person_includes_notes(planted: Path) -> None:
    with Workspace.open(planted) as workspace:
        held = workspace.held(EMAIL)
    assert [each["a"] for each in held["notes"]] == ["gas:1"]  # type: ignore[attr-defined]
