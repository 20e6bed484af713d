"""Who meets whom, when and at which table: a schedule with a bound on how much better any other could be."""

from matchmaker.meetings.solver.changes import Change, Changes
from matchmaker.meetings.solver.instance import Instance, Meeting, Participant, Schedule, Unplaced, Wish
from matchmaker.meetings.solver.reading import read_instance
from matchmaker.meetings.solver.solving import solve

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
