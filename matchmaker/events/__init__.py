"""Plain values of a matchmaking meeting: its set-up, what is wanted there, and the versions of its schedule."""

from matchmaker.events.plans import Absence, AbsenceKind, Appointment, LeftOut, LostTable, Plan, PlanKind
from matchmaker.events.preferences import (
    FACILITATOR,
    MeetingRequest,
    Preference,
    PreferenceKind,
    RequestState,
)
from matchmaker.events.round_tables import Measure, RoundTables
from matchmaker.events.setup import (
    Attendee,
    Event,
    MetBefore,
    Person,
    Rules,
    Session,
    Slot,
    Span,
    Table,
)

__all__ = [
    "FACILITATOR",
    "Absence",
    "AbsenceKind",
    "Appointment",
    "Attendee",
    "Event",
    "LeftOut",
    "LostTable",
    "Measure",
    "MeetingRequest",
    "MetBefore",
    "Person",
    "Plan",
    "PlanKind",
    "Preference",
    "PreferenceKind",
    "RequestState",
    "RoundTables",
    "Rules",
    "Session",
    "Slot",
    "Span",
    "Table",
]
