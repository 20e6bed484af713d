"""Alerts as an Atom feed (RFC 4287), for whoever reads news in a program of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from matchmaker.alerts.wordings import WORDINGS, place_of

if TYPE_CHECKING:
    from matchmaker.alerts.alerts import ShownAlert

_ATOM = "http://www.w3.org/2005/Atom"
_BEFORE_ANY = "1970-01-01T00:00:00Z"


def feed(shown: Sequence[ShownAlert], *, owner: str, here: str, address: str, language: str) -> bytes:
    """The feed of an owner at the address ``here``, its links beginning with ``address``; the same for the same alerts."""
    t = WORDINGS[language]
    root = Element("feed", {"xmlns": _ATOM, "xml:lang": t.language})
    _text(root, "id", _id("feed", owner))
    _text(root, "title", t("feed.title"))
    _text(root, "updated", _time(shown[0].alert.at) if shown else _BEFORE_ANY)
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": here})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": f"{address}/alerts"})
    _text(SubElement(root, "author"), "name", "Matchmaker")
    for each in shown:
        entry = SubElement(root, "entry")
        _text(entry, "id", _id("alert", owner, str(each.alert.number), each.alert.at))
        _text(entry, "title", t("feed.entry", name=each.actor.name, search=each.search.name))
        _text(entry, "updated", _time(each.alert.at))
        _text(entry, "published", _time(each.alert.at))
        # Reading in another program leaves the alert unread here.
        link = f"{address}/actors/{quote(each.actor.id, safe=':')}"
        SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": link})
        about = [
            t(f"group.{each.actor.group}"),
            place_of(each.actor),
            t("mail.added" if each.alert.added else "mail.changed"),
        ]
        words = ", ".join(part for part in about if part) + "."
        _text(entry, "summary", words + (f" “{each.quote.text}”" if each.quote else ""))
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + bytes(tostring(root, encoding="utf-8"))


def _text(parent: Element, name: str, value: str) -> None:
    # XML has no way to write most control characters.
    SubElement(parent, name).text = "".join(
        each if unicodedata.category(each) not in ("Cc", "Cs") and each not in "\ufffe\uffff" else " "
        for each in value
    )


def _id(*parts: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, ' '.join(('matchmaker', *parts)))}"


def _time(at: str) -> str:
    return datetime.fromisoformat(at).strftime("%Y-%m-%dT%H:%M:%SZ")
