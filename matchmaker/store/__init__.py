"""The workspace's memory: actors, collaborations, what people edited, and vectors, in one SQLite file."""

from matchmaker.store.changes import Changes, Difference, KeptField
from matchmaker.store.database import Store
from matchmaker.trail import AuditRow

__all__ = ["AuditRow", "Changes", "Difference", "KeptField", "Store"]
