"""A workspace in which one actor and two persons are planted with words that occur nowhere else."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa

from matchmaker.actors import Commitment
from matchmaker.alerts import SearchKind, Wanted
from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.events.outcomes import Committed, NoGood, Remark
from matchmaker.jobs import Lane
from matchmaker.profiles import ContactFields, WareKind
from matchmaker.repeated import KeptAnswer
from matchmaker.tried import LETTER, SIGN_IN, account_name
from matchmaker.users import Caller, Identity, UserRole
from matchmaker.ways_back import Attended, Contacted
from matchmaker.webhooks import Happening
from matchmaker.workspace import Workspace
from tests.service.tiny_cluster import ACTORS, COLLABORATIONS, HEADERS, write_csv

ACTOR = "zyxquar-mejeri"
CANARIES = (
    "zyxquar",
    "vlimborg",
    "qwertanol",
    "brixomat",
    "ploxenia",
    "snurrebib",
    "tjatolin",
    "slimskinke",
    "7788 9911",
    "kvidderot",
)
"""Words of the planted actor: in its name, texts, edits, answers, participants, outcomes, and its part in projects."""

PERSON_CANARIES = ("hvidtfeldquist", "xolander", "5566 3344")
"""Words of a participant and contact person of another actor."""

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
            "uni:1",
            ACTOR,
            Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, "tjatolin"),
            who="tests",
        )
        workspace.curating.note([("uni:1", ACTOR)], "Talked about kvidderot.", who="tests")
        workspace.curating.note(
            [("uni:1", "gas:1")], "Ask Olga Hvidtfeldquist\nabout the digester.", who=EMAIL
        )
        meet(workspace)
        think_again(workspace, tables)
        sign_in(workspace)
        speak(workspace)
        hear(workspace)
        workspace.build()
        leave_work(workspace)


def leave_work(workspace: Workspace) -> None:
    """Jobs that are done and that wait, with what was sent for them and what they made, and a request that was answered."""
    line = {"id": ACTOR, "name": "Zyxquar Mejeri", "group": "company", "website": "https://brixomat.example"}
    for lane, again in ((Lane.LIGHT, True), (Lane.LIGHT, False)):
        with workspace.jobs.keeping() as (name, out):
            out.write(json.dumps(line).encode() + b"\n")
        workspace.jobs.ask("bulk", {"input": name, "dry_run": True}, who=EMAIL)
        if again:
            workspace.jobs.runner(lane).work_off()
    workspace.jobs.ask("landscape-export", {"ending": ".graphml"}, who="tests")
    workspace.jobs.runner(Lane.HEAVY).work_off()
    body = json.dumps({"text": "vlimborg of hvidtfeldquist"}).encode()
    workspace.repeated.claim(b"key", b"body")
    workspace.repeated.keep(b"key", KeptAnswer(200, {}, body))


USER_CANARIES = ("tveskaegholm", "krokodrill")
"""Words of somebody who can sign in, and of a key of theirs."""

USER_EMAIL = "pil@tveskaegholm.example"


def sign_in(workspace: Workspace) -> None:
    """A firm's user with a session, a key and an account at a provider, and a listing of the planted actor."""
    user = workspace.users.add(
        name="Pil Tveskaegholm",
        email=USER_EMAIL,
        role=UserRole.FIRM,
        actor_id="uni:1",
        password="en sten i hver en sko",
        who="tests",
    )
    workspace.users.sign_in(USER_EMAIL, "en sten i hver en sko", device="Firefox")
    for name in (account_name(SIGN_IN, USER_EMAIL), account_name(LETTER, EMAIL)):
        workspace.tries.count({name: lambda _failures: 0.0}, now=time.time())
    workspace.users.enter(Identity("https://login.example", "tveskaegholm-7", USER_EMAIL, True))
    caller = Caller(user.role, user.actor_id, user_id=user.id, name=user.name)
    workspace.keys.create(caller, name="krokodrill")
    workspace.directory.list_actor(ACTOR, who=user.id)


def speak(workspace: Workspace) -> None:
    """Drafts and contact persons of the planted, and one of the planted person at another actor."""
    kept = workspace.firms.kept
    draft = kept.add_draft(ACTOR, WareKind.OFFER, "Vlimborg af kyllingeben", who="tests")
    kept.change_draft(ACTOR, draft.id, "Vlimborg af slimskinke", who="tests")
    kept.add_contact(ACTOR, ContactFields("Ib Tjatolin", "", "ib@tjatolin.example", "7788 9911"), who="tests")
    kept.add_contact("uni:1", ContactFields("Olga Hvidtfeldquist", "", EMAIL, "5566 3344"), who="tests")
    kept.ask_to_leave(ACTOR, who="tests")


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
    events.follow_up.say(
        "spring",
        [
            Remark("p1", "p2", NoGood(DeclineReason.OTHER, "no qwertanol"), "p1"),
            Remark("p1", "p2", Committed(Commitment.PROJECT, date(2027, 4, 1), "Brixomat for all")),
        ],
        who="tests",
    )


def think_again(workspace: Workspace, tables: Path) -> None:
    """Changes that can be undone: a participant and a contact person taken away, and a list that replaced somebody."""
    events = workspace.events
    events.create("Autumn", zone="Europe/Copenhagen", event_id="autumn", who="tests")
    olga = (Person("Olga Hvidtfeldquist", EMAIL),)
    events.attend("autumn", [Attendee("p1", "gas:1", olga), Attendee("p2", ACTOR)], who="tests")
    events.prefer("autumn", [Preference("p2", "p1", PreferenceKind.MEET, "p2", "for snurrebib")], who="tests")
    rows = (("gas:1", "Aase Dahl", "aase@gas.example"),)
    events.import_participants(
        "autumn",
        write_csv(tables / "autumn.csv", ("Actor id", "Person", "E-mail"), rows),
        remove_missing=True,
        who="tests",
    )
    assert [each.gone for each in events.lists("autumn")] == [2], "with what was wanted of them"
    events.attend("autumn", [Attendee("p7", "uni:2", olga)], who="tests")
    way = Attended("autumn", events.take_away("autumn", "p7", who=EMAIL))
    assert workspace.undoing.remember(way, about="autumn", who=EMAIL)
    gone = ContactFields("Ib Tjatolin", "", "ib@tjatolin.example", "7788 9911")
    assert workspace.undoing.remember(Contacted(ACTOR, "contact-1", gone, None), about=ACTOR, who="tests")


def hear(workspace: Workspace) -> None:
    """Searches of the planted actor's user and of another one, an alert and messages that name the actor."""
    own = workspace.users.add(
        name="Ib Tjatolin",
        email="ib@tjatolin.example",
        role=UserRole.FIRM,
        actor_id=ACTOR,
        password="et langt kodeord",
        who="tests",
    )
    alerts = workspace.alerts
    alerts.save(own.id, "Snurrebib", Wanted(SearchKind.TEXT, "Who takes brixomat?"), who="tests")
    alerts.save("key-1", "Who fits it", Wanted(SearchKind.ACTOR, actor_id=ACTOR), who="tests")
    alerts.save("key-1", "Denmark", Wanted(SearchKind.FILTERS, region="DK05"), who="tests")
    alerts.settings(own.id)
    workspace.edit_actor(ACTOR, {"region": "DK05"}, who="tests")
    alerts.look()
    workspace.webhooks.add("https://crm.example/hooks", tuple(Happening), who="tests")
    for pair in ((ACTOR, "uni:2"), ("uni:2", ACTOR)):
        workspace.answer(*pair, Judgement(AnswerKind.INTERESTED), who="tests")
    assert [each.actor_id for each in alerts.inbox("key-1")] == [ACTOR]
    assert len(workspace.webhooks.deliveries()) == 1


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
