"""What a facilitator does with events: the store, the recommender and the scheduling put together."""

from matchmaker.arranging.arranging import Arranging
from matchmaker.arranging.round_tables import guest_names
from matchmaker.store.events import Kept, Version

__all__ = ["Arranging", "Kept", "Version", "guest_names"]
