"""What a facilitator does with events: the store, the recommender and the scheduling put together."""

from matchmaker.arranging.arranging import Arranging
from matchmaker.arranging.attending import Change
from matchmaker.arranging.outcome_tables import Template
from matchmaker.arranging.outcomes import OutcomeImport
from matchmaker.arranging.participants import ParticipantImport
from matchmaker.arranging.proposing import Proposed
from matchmaker.arranging.recognising import Participants
from matchmaker.arranging.round_tables import guest_names
from matchmaker.arranging.wishing import ApartReason, SuggestedApart, WishList, preference
from matchmaker.meetings.following.followed import Followed
from matchmaker.meetings.following.targets import Standing
from matchmaker.sources.known_names import OUTCOME_NAMES, PARTICIPANT_NAMES, WISH_NAMES
from matchmaker.store.events import Kept, Version
from matchmaker.store.participant_lists import ListMade

LIST_FIELDS = {
    "participants": tuple(PARTICIPANT_NAMES),
    "wishes": tuple(WISH_NAMES),
    "outcomes": tuple(OUTCOME_NAMES),
}
"""What columns of a list can hold, by what the list is of."""

__all__ = [
    "LIST_FIELDS",
    "ApartReason",
    "Arranging",
    "Change",
    "Followed",
    "Kept",
    "ListMade",
    "OutcomeImport",
    "ParticipantImport",
    "Participants",
    "Proposed",
    "Standing",
    "SuggestedApart",
    "Template",
    "Version",
    "WishList",
    "guest_names",
    "preference",
]
