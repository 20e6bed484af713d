"""Profiles that changed after a build, shown and searched before the next one."""

from matchmaker.freshness.changed import MOST_SEARCHABLE, Changed
from matchmaker.freshness.following import Following, look, profiles, unchanged
from matchmaker.freshness.newcomers import LOOKED_AT, Newcomers, joined
from matchmaker.freshness.overlay import Overlay

__all__ = [
    "LOOKED_AT",
    "MOST_SEARCHABLE",
    "Changed",
    "Following",
    "Newcomers",
    "Overlay",
    "joined",
    "look",
    "profiles",
    "unchanged",
]
