"""The numbered steps from an empty file to today's tables, a module for each part of what is stored.

Tables are made in the order of the imports here: a table that refers to another comes after it.
"""

from matchmaker.store.steps import actors as actors
from matchmaker.store.steps import curating as curating
from matchmaker.store.steps import events as events
from matchmaker.store.steps import people as people
from matchmaker.store.steps.migrations import APPLICATION_ID, MIGRATIONS

__all__ = ["APPLICATION_ID", "MIGRATIONS"]
