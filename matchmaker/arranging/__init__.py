"""What a facilitator does with events: the store, the recommender and the scheduling put together."""

from matchmaker.arranging.arranging import Arranging
from matchmaker.arranging.attending import Change
from matchmaker.arranging.participants import Attendance
from matchmaker.arranging.proposing import Proposed
from matchmaker.arranging.recognising import Participants
from matchmaker.arranging.round_tables import guest_names
from matchmaker.arranging.wishing import ApartReason, SuggestedApart, WishList, preference
from matchmaker.store.events import Kept, Version

__all__ = [
    "ApartReason",
    "Arranging",
    "Attendance",
    "Change",
    "Kept",
    "Participants",
    "Proposed",
    "SuggestedApart",
    "Version",
    "WishList",
    "guest_names",
    "preference",
]
