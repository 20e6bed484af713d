"""What the library tells, in the reader's language where its sentence is known, marked as English where it is not."""

from __future__ import annotations

import string
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from matchmaker.telling import Told, patterns, told_again_by
from matchmaker.wording import Wording
from service.pages.told_danish import SENTENCES

_CATALOGUES = {"da": SENTENCES}
_PATTERNS = patterns(SENTENCES)


def in_words(wording: Wording, text: str) -> Markup:
    """A sentence of the library as it stands on a page."""
    here = in_language(wording, text)
    if here is not None:
        return escape(here)
    return Markup('<span lang="en">{}</span>').format(text)


def in_plain_words(wording: Wording, text: str) -> str:
    """The sentence as it stands in a file: in the reader's language, in English where that is all there is."""
    here = in_language(wording, text)
    return f"{text}" if here is None else here


def in_language(wording: Wording, text: str) -> str | None:
    """The sentence in the reader's language; ``None`` for one that only English has."""
    catalogue = _CATALOGUES.get(wording.language)
    if catalogue is None:
        return f"{text}"
    sentence = text if isinstance(text, Told) else told_again(f"{text}")
    if sentence is None or sentence.template not in catalogue:
        return None
    return _Writing(wording).vformat(catalogue[sentence.template], (), sentence.values)


@lru_cache(maxsize=4096)
def told_again(text: str) -> Told | None:
    """A sentence that was kept as text alone (in a build, with a job), with the template and the values that it shows."""
    return told_again_by(text, _PATTERNS)


class _Writing(string.Formatter):
    """Puts values into a sentence: those that are sentences themselves in the same language, numbers with its separators."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "," and isinstance(value, int):
            return self._wording.number(value)
        if isinstance(value, str):
            here = in_language(self._wording, value)
            return str(value) if here is None else here
        return str(super().format_field(value, format_spec))
