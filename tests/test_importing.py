"""An import says what its files say: of all else, what is stored when it is written stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Place
from matchmaker.importing import Incoming, from_tables, take_in
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


def test_what_nothing_is_said_of_has_to_be_a_field_of_an_actor(store: Store) -> None:
    with pytest.raises(ValueError, match="colour"):
        store.apply([FIRM], [], unsaid=("colour",), source="names.csv", who="ida")
