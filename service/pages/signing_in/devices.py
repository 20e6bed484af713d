"""What a browser calls itself, as few words as tell its owner which one it is."""

from __future__ import annotations

from fastapi import Request

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(request: Request) -> str:
    """Browser and system, such as ``Firefox, Windows``; ``""`` for what names neither. No version, nothing to follow anybody by."""
    said = request.headers.get("user-agent", "")
    found = (next((name for mark, name in known if mark in said), "") for known in (_BROWSERS, _SYSTEMS))
    return ", ".join(filter(None, found))
