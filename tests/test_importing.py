"""An import says what its files say: of all else, what is stored when it is written stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Participation, Place
from matchmaker.importing import ImportReport, Incoming, from_tables, take_in
from matchmaker.intake import preview
from matchmaker.store import Store

FIRM = Actor(
    "gas:1",
    "Holstebro Gas",
    ActorGroup.SUPPLIER,
    description="old",
    offers=(Offer("biogas"),),
    place=Place("DK", "DK041", "Holstebro", 56.36, 8.62),
    tags=("gas",),
    member=True,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "workspace.db") as opened:
        opened.apply([FIRM], [], source="first.csv", who="ida")
        yield opened


def names_only(folder: Path, store: Store, *rows: str) -> Incoming:
    path = folder / "names.csv"
    path.write_text("\n".join(("id,name,city", *rows)), encoding="utf-8")
    return from_tables(path, store, default_group=ActorGroup.OTHER)


def test_what_is_stored_after_a_table_was_read_stays_where_the_table_says_nothing_of_it(
    store: Store, tmp_path: Path
) -> None:
    incoming = names_only(tmp_path, store, "gas:1,Holstebro Biogas,Struer")
    moved = replace(FIRM.place, latitude=56.49)
    store.apply([replace(FIRM, description="new", place=moved)], [], source="second.csv", who="bo")
    report = take_in(incoming, store, who="ida", dry_run=False, partial=False)
    assert report.changes.actors.changed == ("gas:1",)
    assert store.actor("gas:1") == replace(
        FIRM, name="Holstebro Biogas", description="new", place=replace(moved, city="Struer")
    )
    latest = store.audit(subject="gas:1")[0]
    assert (latest.who, latest.source, set(latest.after)) == ("ida", "names.csv", {"name", "city"})


def test_what_is_foreseen_of_such_a_table_is_what_is_done(store: Store, tmp_path: Path) -> None:
    rows = ("gas:1,Holstebro Biogas,Holstebro", "ny:1,Ny,Viborg")
    incoming = names_only(tmp_path, store, *rows)
    foreseen = preview(incoming, store)
    (changed,) = foreseen.changed
    assert [(each.field, each.before, each.after) for each in changed.fields] == [
        ("name", "Holstebro Gas", "Holstebro Biogas")
    ]
    dry = take_in(incoming, store, who="ida", dry_run=True, partial=False)
    done = take_in(incoming, store, who="ida", dry_run=False, partial=False)
    assert foreseen.changes == dry.changes == done.changes
    assert (done.changes.actors.changed, done.changes.actors.new) == (("gas:1",), ("ny:1",))
    assert store.actor("ny:1").group is ActorGroup.OTHER, "only who is new needs a group"
    again = take_in(names_only(tmp_path, store, *rows), store, who="ida", dry_run=True, partial=False)
    assert not again.changes


def test_a_table_that_names_a_merged_actor_leaves_the_rest_of_the_one_it_became(
    store: Store, tmp_path: Path
) -> None:
    # The two agree, so that nothing of the merged one counts as edited by hand.
    store.apply([replace(FIRM, id="gas:2")], [], source="first.csv", who="ida")
    store.merges.merge("gas:1", "gas:2", lambda keep, _: keep, who="ida")
    take_in(
        names_only(tmp_path, store, "gas:2,Holstebro Gas,Struer"),
        store,
        who="ida",
        dry_run=False,
        partial=False,
    )
    assert store.actor("gas:1") == replace(FIRM, place=replace(FIRM.place, city="Struer"))


def test_two_lists_that_say_of_another_firm_that_it_has_no_number_name_two_firms(
    store: Store, tmp_path: Path
) -> None:
    for name in ("Alfa", "Beta"):
        path = tmp_path / f"{name}.csv"
        path.write_text(f"name,city,cvr\n{name},Vejle,n/a\n", encoding="utf-8")
        incoming = from_tables(path, store, default_group=ActorGroup.COMPANY)
        report = take_in(incoming, store, who="ida", dry_run=False, partial=False)
        assert len(report.changes.actors.new) == 1
    assert {each.name for each in store.actors()} == {"Holstebro Gas", "Alfa", "Beta"}


def parts_of(folder: Path, store: Store, *participants: str, actors: str = "gas:1,Holstebro Gas") -> Incoming:
    """A table of collaborations, each with one participant, beside a table with few actors."""
    (folder / "actors.csv").write_text(f"id,name\n{actors}\n", encoding="utf-8")
    rows = [f"p{number},Project,{each}" for number, each in enumerate(participants, 1)]
    projects = folder / "projects.csv"
    projects.write_text("\n".join(("id,title,participants", *rows)), encoding="utf-8")
    return from_tables(
        folder / "actors.csv", store, collaborations=projects, default_group=ActorGroup.SUPPLIER
    )


@pytest.mark.parametrize(
    ("former_name", "participants"),
    [
        ("Holstebro Gas", ("gas:2", "Holstebro Gas", "holstebro gas")),
        ("Holstebro Gas ApS", ("gas:2", "Holstebro Gas ApS", "Holstebro Gas A/S", "holstebro gas")),
        ("Nordisk Biogas", ("gas:2", "Nordisk Biogas", "nordisk biogas A/S")),
    ],
)
def test_a_participant_is_found_by_what_it_was_called_before_it_was_merged(
    store: Store, tmp_path: Path, former_name: str, participants: tuple[str, ...]
) -> None:
    store.apply([replace(FIRM, id="gas:2", name=former_name)], [], source="first.csv", who="ida")
    store.merges.merge("gas:1", "gas:2", lambda keep, _: keep, who="ida")
    incoming = parts_of(tmp_path, store, *participants)
    assert incoming.rejections == ()
    take_in(incoming, store, who="ida", dry_run=False, partial=False)
    found = [part.actor_id for each in store.collaborations() for part in each.participations]
    assert found == ["gas:1"] * len(participants)


def test_a_list_that_still_has_both_of_two_that_are_one_names_one(store: Store, tmp_path: Path) -> None:
    store.apply([replace(FIRM, id="gas:2")], [], source="first.csv", who="ida")
    store.merges.merge("gas:1", "gas:2", lambda keep, _: keep, who="ida")
    both = "gas:1,Holstebro Gas\ngas:2,Holstebro Gas"
    assert parts_of(tmp_path, store, "Holstebro Gas", actors=both).rejections == ()


def test_a_former_name_that_another_actor_has_means_neither(store: Store, tmp_path: Path) -> None:
    store.apply([replace(FIRM, id="gas:2", name="Biogas Vest")], [], source="first.csv", who="ida")
    store.merges.merge("gas:1", "gas:2", lambda keep, _: keep, who="ida")
    store.apply([replace(FIRM, id="gas:3", name="Biogas Vest")], [], source="first.csv", who="ida")
    (rejected,) = parts_of(tmp_path, store, "Biogas Vest").rejections
    assert "Several actors" in rejected.reason


def test_a_list_that_names_two_that_are_one_by_now_changes_nothing_again(
    store: Store, tmp_path: Path
) -> None:
    store.apply([replace(FIRM, id="gas:2")], [], source="first.csv", who="ida")
    projects = tmp_path / "projects.csv"
    projects.write_text(
        "id,title,participant,role,funding\np1,Sammen,gas:1,lead,100\np1,Sammen,gas:2,lead,50\n",
        encoding="utf-8",
    )
    (tmp_path / "actors.csv").write_text("id,name\ngas:1,Holstebro Gas\n", encoding="utf-8")

    def taken_in() -> ImportReport:
        incoming = from_tables(
            tmp_path / "actors.csv", store, collaborations=projects, default_group=ActorGroup.SUPPLIER
        )
        return take_in(incoming, store, who="ida", dry_run=False, partial=False)

    taken_in()
    merge = store.merges.merge("gas:1", "gas:2", lambda keep, _: keep, who="ida")
    assert not taken_in().changes
    (project,) = store.collaborations()
    assert project.participations == (Participation("gas:1", "lead", 150.0),)
    store.merges.undo(merge.number, who="ida")


def test_what_nothing_is_said_of_has_to_be_a_field_of_an_actor(store: Store) -> None:
    with pytest.raises(ValueError, match="colour"):
        store.apply([FIRM], [], unsaid=("colour",), source="names.csv", who="ida")
