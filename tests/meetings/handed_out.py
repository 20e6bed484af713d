"""Agendas of made events, for tests of what is handed out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from matchmaker.actors import ActorGroup
from matchmaker.events import (
    Absence,
    Appointment,
    Attendee,
    Event,
    LeftOut,
    Person,
    Plan,
    PlanKind,
    Session,
    Span,
    Table,
)
from matchmaker.meetings.agendas import Agendas, Profile, Why, agendas, parties
from matchmaker.meetings.programme import slots_of

MADE = datetime(2027, 3, 1, 12, 30, 5, tzinfo=UTC)
HOSTILE = (
    '=HYPERLINK("http://x.example","press")',
    "<script>alert(1)</script> & Sons",
    "#strong[bold] $x$ @ref `raw` \\ *a* _b_ // c",
    "Linje\r\nBEGIN:VEVENT\r\nSUMMARY:falsk",
    "\u202egnirewop\u202c, A/S\x07\x00",
    "Æblegård & Øllebrød å, é, ł, Ελλάς, Київ, שלום",
    "Gård 🌱🐄 東京",
    "W" * 200,
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz " * 3,
    "+45 12 34",
)


def event(tables: int = 30, sessions: Sequence[Session] = ()) -> Event:
    """An event of one day in Viborg: seven slots before lunch, six after."""
    day = (
        Session("Formiddag", datetime(2027, 3, 4, 9), datetime(2027, 3, 4, 12), 20, 5),
        Session("Eftermiddag", datetime(2027, 3, 4, 13), datetime(2027, 3, 4, 15, 30), 20, 5),
    )
    return Event(
        "moede",
        "Forårsmøde",
        "Tinghallen, Viborg",
        "Europe/Copenhagen",
        tuple(sessions) or day,
        tuple(Table(f"Bord {number}") for number in range(1, tables + 1)),
    )


def attendees(names: Sequence[str]) -> list[Attendee]:
    """A participant with one person for each name of an actor, whose id is made of its place."""
    return [
        Attendee(f"p{place}", f"a{place}", (Person(f"Person {place}", f"p{place}@example.dk", "direktør"),))
        for place in range(1, len(names) + 1)
    ]


def plan(
    of: Event,
    pairs: Sequence[tuple[int, str, str]],
    left_out: Sequence[LeftOut] = (),
    absences: Sequence[Absence] = (),
) -> Plan:
    """Appointments by slot and pair, each at the next table of its slot."""
    slots, taken = slots_of(of), [0] * 200
    placed = []
    for slot, a, b in pairs:
        placed.append(Appointment(a, b, slots[slot].span, of.tables[taken[slot]].name))
        taken[slot] += 1
    return Plan(PlanKind.SCHEDULED, tuple(placed), 1.0, 1.0, tuple(left_out), tuple(absences))


def handed_out(
    names: Sequence[str],
    pairs: Sequence[tuple[int, str, str]],
    *,
    language: str = "da",
    of: Event | None = None,
    who: Sequence[Attendee] | None = None,
    left_out: Sequence[LeftOut] = (),
    absences: Sequence[Absence] = (),
    with_addresses: bool = False,
) -> Agendas:
    """Agendas of an event where everybody's reasons are their own sentences."""
    of = of or event()
    who = who if who is not None else attendees(names)
    profiles = {
        f"a{place}": Profile(name, list(ActorGroup)[place % 6], (f"tilbud {place}",), (f"ønske {place}",))
        for place, name in enumerate(names, 1)
    }
    whys = {
        (reader, other): (Why("request_meets_offer", f"ord fra {reader}.", f"ord fra {other}."),)
        for _, a, b in pairs
        for reader, other in ((a, b), (b, a))
    }
    return agendas(
        of,
        who,
        parties(who, profiles),
        plan(of, pairs, left_out, absences),
        whys,
        version=3,
        made=MADE,
        language=language,
        with_addresses=with_addresses,
    )


def round_robin(count: int, slots: int) -> list[tuple[int, str, str]]:
    """Everybody has a meeting in every slot, each time with another."""
    ring = list(range(2, count + 1))
    found = []
    for slot in range(slots):
        turned = [1, *ring[slot:], *ring[:slot]]
        found += [(slot, f"p{turned[place]}", f"p{turned[-1 - place]}") for place in range(count // 2)]
    return found


def local(hour: int, minute: int = 0, day: int = 4) -> datetime:
    """A time of the event's day in UTC; Viborg is an hour ahead in winter."""
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def span(starts: tuple[int, int], ends: tuple[int, int]) -> Span:
    """A stretch of the event's day by the clocks of the place."""
    return Span(local(*starts), local(*ends))
