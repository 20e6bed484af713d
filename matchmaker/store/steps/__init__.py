"""The numbered steps from an empty file to today's tables, a module for each part of what is stored.

Tables are made in the order of the imports here: a table that refers to another comes after it.
"""

from matchmaker.store.steps import actors as actors
from matchmaker.store.steps import curating as curating
from matchmaker.store.steps import events as events
from matchmaker.store.steps import firms as firms
from matchmaker.store.steps import imports as imports
from matchmaker.store.steps import jobs as jobs
from matchmaker.store.steps import people as people

from matchmaker.store.steps import accounts as accounts  # isort: skip
from matchmaker.store.steps import listings as listings  # isort: skip
from matchmaker.store.steps import alerts as alerts  # isort: skip
from matchmaker.store.steps import lanes as lanes  # isort: skip
from matchmaker.store.steps import tries as tries  # isort: skip
from matchmaker.store.steps import asked as asked  # isort: skip
from matchmaker.store.steps import ways_back as ways_back  # isort: skip
from matchmaker.store.steps.migrations import APPLICATION_ID, MIGRATIONS

__all__ = ["APPLICATION_ID", "MIGRATIONS"]
