"""A firm's own work: its profile, what it says of suggestions, who it may write to, its meetings, and all that is held of it."""

from matchmaker.store import AuditRow
from matchmaker.workplace.meetings import OwnEvent, OwnMeeting, next_meeting
from matchmaker.workplace.seen import Activity, Seen, SeenAnswer
from matchmaker.workplace.workplace import Profile, Workplace

__all__ = [
    "Activity",
    "AuditRow",
    "OwnEvent",
    "OwnMeeting",
    "Profile",
    "Seen",
    "SeenAnswer",
    "Workplace",
    "next_meeting",
]
