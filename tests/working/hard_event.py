"""An event whose best schedule is not found in a moment, so that the search for it can be met in the middle."""

from __future__ import annotations

import random
from datetime import datetime
from pathlib import Path

from matchmaker.events import Attendee, Preference, PreferenceKind, Session, Table
from matchmaker.workspace import Workspace
from tests.service.upkeep import lines

EVENT = "hard"


def hold(workspace: Workspace, folder: Path, *, people: int = 120, event_id: str = EVENT) -> None:
    """Actors, an event of them all with few tables, and a dozen wishes of each, drawn with a seed."""
    body = folder / "people.ndjson"
    body.write_bytes(
        lines(
            {"id": f"of:{number}", "name": f"Firm {number}", "group": "company"} for number in range(people)
        )
    )
    workspace.import_lines(body, who="tests")
    workspace.events.create(
        event_id.title(),
        event_id=event_id,
        zone="UTC",
        sessions=[Session("Day", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 13), 20)],
        tables=[Table(f"T{number}") for number in range(people // 3)],
        who="tests",
    )
    workspace.events.attend(
        event_id, [Attendee(f"p{number}", f"of:{number}") for number in range(people)], who="tests"
    )
    dice = random.Random(7)
    pairs = {
        tuple(sorted((number, other)))
        for number in range(people)
        for other in dice.sample([each for each in range(people) if each != number], 12)
    }
    wishes = [Preference(f"p{a}", f"p{b}", PreferenceKind.MEET) for a, b in sorted(pairs)]
    workspace.events.prefer(event_id, wishes, who="tests")
