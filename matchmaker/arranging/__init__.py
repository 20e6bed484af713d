"""What a facilitator does with events: the store, the recommender and the scheduling put together."""

from matchmaker.arranging.arranging import Arranging
from matchmaker.arranging.outcome_tables import Template
from matchmaker.arranging.outcomes import OutcomeImport
from matchmaker.meetings.followed import Followed
from matchmaker.meetings.targets import Standing
from matchmaker.store.events import Kept, Version

__all__ = ["Arranging", "Followed", "Kept", "OutcomeImport", "Standing", "Template", "Version"]
