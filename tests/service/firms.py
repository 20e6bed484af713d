"""Two firms, a facilitator and an analyst over a copy of the tiny cluster, each with a client that is signed in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from fastapi.testclient import TestClient

from matchmaker.answers import AnswerKind, Judgement
from matchmaker.events import Appointment, Attendee, Person, Plan, PlanKind, Session, Table
from matchmaker.profiles import ContactFields, WareKind
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app

BASE = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery"
STRAW, UNI, FIBRE = "straw:1", "uni:1", "fibre:1"
CANARIES = ("Qvorbinda Zaltman", "qvorbinda@zaltman.example", "+45 99 88 77 66")
"""Name, address and number of a contact person of ``UNI``."""
DRAFT = "Vlixomer of the third kind"
"""A draft of ``UNI``."""
INTERESTED = Judgement(AnswerKind.INTERESTED)
WHO = {
    "straw": (UserRole.FIRM, STRAW),
    "uni": (UserRole.FIRM, UNI),
    "fibre": (UserRole.FIRM, FIBRE),
    "analyst": (UserRole.ANALYST, ""),
    "facilitator": (UserRole.FACILITATOR, ""),
}


@dataclass
class Town:
    """The workspace and a client for each of ``WHO``; ``nobody`` has not signed in."""

    workspace: Workspace
    clients: dict[str, TestClient]

    def __getitem__(self, name: str) -> TestClient:
        return self.clients[name]


def settle(workspace: Workspace) -> dict[str, str]:
    """Add the users, sign everybody in, and plant what nobody else may see; the tokens of the sessions by name."""
    tokens = {}
    for name, (role, actor_id) in WHO.items():
        workspace.users.add(
            name=f"{name.title()} <b>Holm</b>",
            email=f"{name}@x.example",
            role=role,
            actor_id=actor_id,
            password=PASSWORD,
            who="operator",
        )
        entered = workspace.users.sign_in(f"{name}@x.example", PASSWORD)
        assert entered is not None
        tokens[name] = entered[1]
    kept = workspace.firms.kept
    kept.add_contact(UNI, ContactFields(CANARIES[0], "Head", CANARIES[1], CANARIES[2], "da"), who="tests")
    kept.add_draft(UNI, WareKind.OFFER, DRAFT, who="tests")
    return tokens


def town_of(workspace: Workspace, tokens: dict[str, str]) -> Town:
    """The clients of a copy of what ``settle`` left."""
    app = create_app(workspace)
    clients = {
        name: TestClient(
            app,
            base_url=BASE,
            headers={"accept-language": "en"},
            cookies={"session": tokens[name]} if name in tokens else {},
            follow_redirects=False,
        )
        for name in (*WHO, "nobody")
    }
    return Town(workspace, clients)


def field(page: str, name: str) -> str:
    """The value of a hidden or visible field of a form."""
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, name
    return found[1]


def meet(workspace: Workspace) -> None:
    """An event with a schedule in which the straw and the university meet, and two others do."""
    starts = datetime(2027, 3, 4, 9)
    workspace.events.create(
        "Spring",
        zone="Europe/Copenhagen",
        place="Struer",
        sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
        tables=(Table("1"), Table("2")),
        event_id="spring",
        who="tests",
    )
    persons = {"p1": "Ib Straw", "p2": "Ea Uni", "p3": "Bo Fibre", "p4": "Eva Gas"}
    actors = {"p1": STRAW, "p2": UNI, "p3": FIBRE, "p4": "gas:1"}
    workspace.events.attend(
        "spring",
        [
            Attendee(each, actors[each], (Person(name, f"{each}@x.example"),))
            for each, name in persons.items()
        ],
        who="tests",
    )
    slots = workspace.events.slots(workspace.events.one("spring").event)
    plan = Plan(
        kind=PlanKind.SCHEDULED,
        value=2.0,
        bound=2.0,
        appointments=(
            Appointment("p1", "p2", slots[0].span, "1"),
            Appointment("p3", "p4", slots[1].span, "2"),
        ),
    )
    workspace._store.events.add_version("spring", plan, expected=None, who="tests")
