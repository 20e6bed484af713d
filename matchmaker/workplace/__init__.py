"""A firm's own work: its profile, what it says of suggestions, who it may write to, its meetings, and all that is held of it."""

from matchmaker.store import AuditRow
from matchmaker.workplace.meetings import OwnEvent, OwnMeeting, next_meeting
from matchmaker.workplace.workplace import Profile, Workplace

__all__ = ["AuditRow", "OwnEvent", "OwnMeeting", "Profile", "Workplace", "next_meeting"]
