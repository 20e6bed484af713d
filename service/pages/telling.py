"""What the library tells, in the reader's language where its sentence is known, marked as English where it is not."""

from __future__ import annotations

import string
from typing import Any

from markupsafe import Markup, escape

from matchmaker.reporting.notes_danish import danish_note
from matchmaker.telling import Told
from matchmaker.wording import Wording
from service.pages.told_danish import SENTENCES

_CATALOGUES = {"da": SENTENCES}


def in_words(wording: Wording, text: str) -> Markup:
    """A sentence of the library as it stands on a page."""
    here = in_language(wording, text)
    if here is not None:
        return escape(here)
    return Markup('<span lang="en">{}</span>').format(text)


def in_language(wording: Wording, text: str) -> str | None:
    """The sentence in the reader's language; ``None`` for one that only English has."""
    catalogue = _CATALOGUES.get(wording.language)
    if catalogue is None:
        return f"{text}"
    if not isinstance(text, Told):
        return danish_note(text)
    if text.template not in catalogue:
        return None
    return _Writing(wording).vformat(catalogue[text.template], (), text.values)


class _Writing(string.Formatter):
    """Puts values into a sentence: those that are told themselves in the same language, numbers with its separators."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Told):
            here = in_language(self._wording, value)
            return str(value) if here is None else here
        if format_spec == "," and isinstance(value, int):
            return self._wording.number(value)
        return str(super().format_field(value, format_spec))
