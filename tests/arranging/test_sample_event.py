"""An event made of the sample's lists, from the set-up to a repaired schedule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from matchmaker.events import Absence, AbsenceKind, News, Session, Span, Table
from matchmaker.workspace import Workspace
from tests.conftest import DATA

DAY = Span(datetime(2027, 3, 4, 8, 30, tzinfo=UTC), datetime(2027, 3, 4, 14, 30, tzinfo=UTC))


def test_the_sample_lists_make_an_event_that_is_scheduled_and_survives_five_no_shows(
    workspace: Workspace,
) -> None:
    events = workspace.events
    events.create(
        "Forårsmøde",
        zone="Europe/Copenhagen",
        sessions=[
            Session("Formiddag", datetime(2027, 3, 4, 9, 30), datetime(2027, 3, 4, 12), 20, 5),
            Session("Eftermiddag", datetime(2027, 3, 4, 13), datetime(2027, 3, 4, 15, 30), 20, 5),
        ],
        tables=[Table(f"Bord {number}") for number in range(1, 41)],
        who="tests",
    )
    taken = events.import_participants("foraarsmoede", DATA / "participants.csv", who="tests")
    assert (len(taken.new), len(taken.rejections)) == (120, 0)
    assert len(events.import_participants("foraarsmoede", DATA / "participants.csv", who="tests").new) == 0
    wishes = events.import_wishes("foraarsmoede", DATA / "wishes.csv", who="tests")
    assert (len(wishes.given), len(wishes.rejections)) == (170, 0)
    assert events.propose("foraarsmoede", who="tests") > 5_000

    first = events.schedule("foraarsmoede", who="tests").plan
    assert len(first.appointments) > 450
    assert first.gap < 0.005
    assert not any(each.must for each in first.left_out)

    missing = [each.id for each in events.attendees("foraarsmoede")][::25]
    absences = tuple(Absence(each, AbsenceKind.NO_SHOW, DAY) for each in missing)
    repair, version = events.changes.repair(
        "foraarsmoede",
        News(absences=absences),
        at=datetime(2027, 3, 4, 8, tzinfo=UTC),
        who="tests",
    )
    after = {each.pair: (each.span, each.table) for each in version.plan.appointments}
    touched = {pair for pair in after if pair & set(missing)}
    assert not touched
    stays = [each for each in first.appointments if not each.pair & set(missing)]
    assert all(after[each.pair] == (each.span, each.table) for each in stays)
    people = Counter((each.span, one) for each in version.plan.appointments for one in each.pair)
    assert set(people.values()) == {1}
    assert repair.moved == ()

    renamed = replace(
        events.one("foraarsmoede").event, tables=tuple(Table(f"Plads {n}") for n in range(1, 41))
    )
    events.set_up(renamed, who="tests")
    repair = events.changes.try_repair("foraarsmoede", News(), at=datetime(2027, 3, 4, 8, tzinfo=UTC))[0]
    assert (repair.kept, len(repair.moved), repair.dropped) == (0, len(version.plan.appointments), ())
    assert not any(each.in_time for each in repair.moved)
