"""Saved searches and alerts: somebody says what they look for, and is told when somebody new fits."""

from matchmaker.alerts.alerts import Alerts, ShownAlert
from matchmaker.alerts.digests import Hour, Sent
from matchmaker.alerts.feeds import feed
from matchmaker.saved_searches import HERE, Alert, AlertSettings, Every, SavedSearch, SearchKind, Wanted

__all__ = [
    "HERE",
    "Alert",
    "AlertSettings",
    "Alerts",
    "Every",
    "Hour",
    "SavedSearch",
    "SearchKind",
    "Sent",
    "ShownAlert",
    "Wanted",
    "feed",
]
