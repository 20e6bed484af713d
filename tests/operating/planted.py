"""A workspace in which one actor and two persons are planted with words that occur nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from matchmaker.actors import Commitment
from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.events.outcomes import Committed, NoGood, Remark
from matchmaker.workspace import Workspace
from tests.service.tiny_cluster import ACTORS, COLLABORATIONS, HEADERS, write_csv

ACTOR = "zyxquar-mejeri"
CANARIES = ("zyxquar", "vlimborg", "qwertanol", "brixomat", "ploxenia", "snurrebib", "tjatolin", "kvidderot")
"""Words of the planted actor: in its name, texts, edits, answers, participants, outcomes, and its part in projects."""

PERSON_CANARIES = ("hvidtfeldquist", "xolander")
"""Words of a participant of another actor."""

EMAIL = "olga.hvidtfeldquist@xolander.example"


def plant(folder: Path, tables: Path) -> None:
    """Import, edit, answer, meet and say."""
    planted = (
        ACTOR,
        "Zyxquar Mejeri",
        "company",
        "Vi laver vlimborg af mælk.",
        "Qwertanol fra ost",
        "Aftager til brixomat",
        "DK",
        "DK041",
        "yes",
    )
    projects = (
        *COLLABORATIONS,
        ("c3", "Cheese and straw", "2023-01-01", f"{ACTOR}; uni:1; uni:2", "Straw under cheese."),
        ("c4", "All alone", "2023-02-01", ACTOR, "Nobody else on snurrebib."),
    )
    with Workspace.open(folder, create=True) as workspace:
        workspace.import_table(
            write_csv(tables / "actors.csv", HEADERS, (*ACTORS, planted)),
            collaborations=write_csv(
                tables / "projects.csv", ("id", "title", "signed", "participants", "text"), projects
            ),
            who="tests",
        )
        workspace.build()
        workspace.edit_actor(ACTOR, {"website": "https://ploxenia.example"}, who="tests")
        workspace.edit_actor(ACTOR, {"website": "https://zyxquar.example"}, who="tests")
        workspace.answer(
            "uni:1", ACTOR, Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, "tjatolin"), who="tests"
        )
        workspace.curating.note([("uni:1", ACTOR)], "Talked about kvidderot.", who="tests")
        workspace.curating.note(
            [("uni:1", "gas:1")], "Ask Olga Hvidtfeldquist\nabout the digester.", who=EMAIL
        )
        meet(workspace)
        workspace.build()


def meet(workspace: Workspace) -> None:
    """An event at which the planted ones attend and something comes of it."""
    events = workspace.events
    starts = datetime(2027, 3, 4, 9)
    events.create(
        "Spring",
        zone="Europe/Copenhagen",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1", actor_id=ACTOR), Table("2")),
        event_id="spring",
        who="tests",
    )
    events.attend(
        "spring",
        [
            Attendee("p1", ACTOR, (Person("Ib Tjatolin", "ib@tjatolin.example"),)),
            Attendee(
                "p2", "uni:1", (Person("Olga Hvidtfeldquist", EMAIL), Person("Bo Bak", "bo@uni.example"))
            ),
            Attendee("p3", "gas:1", (Person("Olga Hvidtfeldquist"),)),
        ],
        who=EMAIL,
    )
    events.prefer("spring", [Preference("p1", "p2", PreferenceKind.MEET, "p1", "for snurrebib")], who="tests")
    events.say(
        "spring",
        [
            Remark("p1", "p2", NoGood(DeclineReason.OTHER, "no qwertanol"), "p1"),
            Remark("p1", "p2", Committed(Commitment.PROJECT, date(2027, 4, 1), "Brixomat for all")),
        ],
        who="tests",
    )


def holds(folder: Path, words: tuple[str, ...]) -> dict[str, set[str]]:
    """The words that are in the bytes of the folder's files, or in the values of packed ones, by file."""
    found: dict[str, set[str]] = {}
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        content = path.read_bytes().lower()
        if path.suffix == ".arrow":
            with pa.OSFile(str(path)) as source:
                content += str(pa.ipc.open_file(source).read_all().to_pydict()).encode().lower()
        names = {word for word in words if word.encode() in content or word.encode("utf-16-le") in content}
        if names:
            found[path.relative_to(folder).as_posix()] = names
    return found


NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
