"""Who meets whom, when and at which table: a schedule with a bound on how much better any other could be."""

from matchmaker.meetings.changes import Change, Changes
from matchmaker.meetings.instance import Instance, Meeting, Participant, Schedule, Unplaced, Wish
from matchmaker.meetings.reading import read_instance
from matchmaker.meetings.solving import solve

__all__ = [
    "Change",
    "Changes",
    "Instance",
    "Meeting",
    "Participant",
    "Schedule",
    "Unplaced",
    "Wish",
    "read_instance",
    "solve",
]
