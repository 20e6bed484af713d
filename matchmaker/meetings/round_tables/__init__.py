"""Mixed round tables over several rounds: as few as can be meet again, groups and sub-clusters spread, with a bound."""

from matchmaker.meetings.round_tables.guests import Guest
from matchmaker.meetings.round_tables.seating import seat

__all__ = ["Guest", "seat"]
