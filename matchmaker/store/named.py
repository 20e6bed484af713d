"""What somebody who is erased was called, and where a text or a document of others names them."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from itertools import pairwise

from matchmaker.erasures import plain
from matchmaker.store.rows import ACTORS, COLLABORATIONS

SHORTEST = 4
"""Letters and digits that a name needs to be looked for within texts."""

_NUMBER = 6
"""Digits from which a number is one that somebody is known by; a year has fewer."""

_OTHERS = frozenset({"event", "event_id", "input", "draft", "mapping", "mappings"})
"""Fields with ids of their own, and with headers of files: they name no actor and nobody, whatever they read as."""

_WORDS = {*ACTORS.columns, *COLLABORATIONS.columns, "place", "zone", "starts", "ends", "keep", "away"}
_WORDED = frozenset(_WORDS - {"id"})
"""Fields with words, days and codes, in which an id means nothing; of the two rows of a merge, columns tell the ids."""

_NO_IDS = _WORDED | _OTHERS

_CODED = frozenset({"", "keep", "away", "country", "region"})
"""Fields, and rows without fields, in which a few letters are a code."""

_KEPT_BY_HAND = "kept_by_hand"
"""The field of a job's answer in which an id stands before a colon."""

_MARKS = "\u0300-\u036f"
"""Accents by themselves, as they stand after their letters in decomposed text."""
_ANY_MARKS = f"[{_MARKS}]*"
_NOT_AFTER, _NOT_BEFORE = rf"(?<![^\W_])(?<![{_MARKS}])", rf"(?![^\W_])(?![{_MARKS}])"
"""Beside no letter and no digit; a low line stands for a space or for emphasis."""
_POSSESSIVE = "(?:['’]?s)?"
_ACCENT = re.compile(f"[{_MARKS}]")
_LINE_ENDS = re.compile(r"\\+[nrt]")
"""Ends of lines as JSON escapes them, at any depth."""
_WORD = re.compile(r"\w+")
_PARTS = re.compile(r"\w+|[^\w\s]")


class Named:
    """Names, addresses, numbers and ids of one who is erased.

    What surely names them counts in whatever way it is written: an address, a long number, and a name of several words or with
    a digit; with other capitals, accents and spaces, and in the genitive, but never as a part of other words. One single word
    may be a word of the language too (*Else*, *Bo*, *Agro*): within a text it counts with a capital letter, by itself, and where
    it has ``SHORTEST`` letters. As the whole of a value it counts with a capital letter, or as it was written. ``mentioned``
    tells of what is left for a person to judge.

    An id may read as a word or a year. It counts where an id is the whole of a value, and in the quotation marks in which messages
    tell it; not in fields with words and days, nor within texts.
    """

    def __init__(self, names: Iterable[str], ids: Collection[str] = ()) -> None:
        called = sorted(filter(_says_anything, {" ".join(each.split()) for each in names}))
        self._ids = frozenset(ids) - {""}
        self._quoted = [form for each in sorted(self._ids) for form in (repr(each), f'"{each}"', f"“{each}”")]
        self._squeezed = {_digits(each) or _squeezed(each) for each in called}
        self._written = frozenset(called)
        self._whole = {plain(each): _is_single(each) for each in called}
        surely = [found for each in called if not _is_single(each) and (found := _surely(each))]
        single = [each for each in called if _is_single(each) and len(each) >= SHORTEST]
        self._surely = _either(surely)
        self._likely = _either(map(_likely, single))
        self._maybe = _either([*surely, *map(_maybe, single)])

    def is_id(self, text: str) -> bool:
        """Whether this is an id of theirs."""
        return text in self._ids

    def redacted(self, value: object, token: str, field: str = "") -> object:
        """The value with ``token`` in place of texts that name them; of a text with a single word of theirs, the rest stays."""
        if field in _OTHERS:
            return value
        if isinstance(value, str):
            return self._redacted(value, token, field)
        if isinstance(value, list):
            return [self.redacted(each, token, field) for each in value]
        if isinstance(value, dict):
            return {name: self.redacted(each, token, name) for name, each in value.items()}
        return value

    def _redacted(self, text: str, token: str, field: str) -> str:
        if self._may_name(text) and (self._is_whole(text, field) or self._found(self._surely, text)):
            return token
        if field not in _WORDED:
            text = self._without_ids(text, token, field)
        return self._without(self._likely, text, token) if self._may_name(text) else text

    def _without_ids(self, text: str, token: str, field: str) -> str:
        if text in self._ids:
            return token
        head, colon, rest = text.rpartition(": ")
        if field == _KEPT_BY_HAND and head in self._ids:
            return f"{token}{colon}{rest}"
        for each in self._quoted:
            text = text.replace(each, each[0] + token + each[-1])
        return text

    def taken_out(self, text: str, token: str) -> str:
        """The text with ``token`` in place of every name; whatever else it says stays."""
        if self._is_whole(text, "words"):
            return token
        return self._without(self._likely, self._without(self._surely, text, token), token)

    def held(self, document: str, *, ids: bool = True) -> bool:
        """Whether a text, or any value of a JSON document at any depth, names them; without ``ids``, by a name."""
        told = ids and any(each.replace("\\", "") in document.replace("\\", "") for each in self._ids)
        return (told or self._may_name(document)) and any(
            self._is_whole(text, field)
            or self._found(self._surely, text)
            or self._found(self._likely, text)
            or (ids and text in self._ids and field not in _NO_IDS)
            for field, text in _texts(document)
        )

    def mentioned(self, document: str) -> bool:
        """Whether a text or a document may name them, so that a person has to judge: by a single word also without a capital letter."""
        return self._may_name(document) and any(
            self._found(self._maybe, text) for _, text in _texts(document)
        )

    def _is_whole(self, text: str, field: str) -> bool:
        name = plain(text)
        if name not in self._whole or (len(name) < SHORTEST and field in _CODED):
            return False
        # The kind "build" is no firm of the name Build.
        return not self._whole[name] or " ".join(text.split()) in self._written or text.strip()[0].isupper()

    def _may_name(self, document: str) -> bool:
        """A look that is cheap, and sure where it finds nothing: the letters alone, in whatever words they stand."""
        if "\\u" in document:
            # Letters that JSON escapes are read only where it is parsed.
            return True
        forms = [document]
        if "\\" in document:
            forms = [each.replace("\\", "") for each in (document, _LINE_ENDS.sub("", document))]
        return any(each in squeezed for squeezed in map(_squeezed, forms) for each in self._squeezed)

    def _found(self, pattern: re.Pattern[str] | None, text: str) -> bool:
        return pattern is not None and pattern.search(unicodedata.normalize("NFD", text)) is not None

    def _without(self, pattern: re.Pattern[str] | None, text: str, token: str) -> str:
        if pattern is None:
            return text
        apart = unicodedata.normalize("NFD", text)
        without = pattern.sub(token, apart)
        return text if without == apart else unicodedata.normalize("NFC", without)


def _texts(document: str) -> Iterator[tuple[str, str]]:
    """The texts of a JSON document, also of those in it, each with the field it is in; a text that is none is itself."""
    waiting: list[tuple[str, object]] = [("", document)]
    while waiting:
        field, value = waiting.pop()
        if isinstance(value, str):
            inside = _parsed(value)
            if inside is None:
                yield field, value
            else:
                waiting.append((field, inside))
        elif isinstance(value, list):
            waiting += [(field, each) for each in value]
        elif isinstance(value, dict):
            yield from (("", name) for name in value)
            waiting += value.items()


def _parsed(text: str) -> object:
    """What a JSON document says; ``None`` for a text that is none, though it may begin like one."""
    if text[:1] not in ("{", "[", '"'):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _comparable(text: str) -> str:
    text = text.casefold()
    return text if text.isascii() else _ACCENT.sub("", unicodedata.normalize("NFD", text))


def _squeezed(text: str) -> str:
    """The letters, whatever the capitals, accents and spaces."""
    return "".join(_comparable(text).split()).replace("-", "").replace(".", "").replace("_", "")


def _letters(text: str) -> str:
    return "".join(_WORD.findall(text))


def _digits(name: str) -> str:
    """The digits of a number that may be written in groups; empty for what is no number."""
    letters = _letters(name)
    return letters if letters.isdecimal() else ""


def _says_anything(name: str) -> bool:
    """Whether it can be told from a dash and a year: signs are no name, and few digits are no number."""
    return bool(_letters(name)) and not 0 < len(_digits(name)) < _NUMBER


def _is_single(name: str) -> bool:
    """Whether it is one word of letters that are capital or small."""
    # A letter of its own may be written as one with an accent after it, which is no letter.
    return unicodedata.normalize("NFC", name).isalpha() and name.upper() != name.lower()


def _surely(name: str) -> str:
    """A pattern for decomposed text of what can name nobody else; empty for what is too short."""
    if "@" in name and " " not in name:
        exact = re.escape(unicodedata.normalize("NFD", name.casefold()))
        # The end of a longer address is another's.
        return rf"(?i:{_NOT_AFTER}(?<!\w[.+\-'_]){exact}{_NOT_BEFORE}(?![.\-]\w))"
    if digits := _digits(name):
        return r"(?<!\d)" + r"[\s.\-]?".join(digits) + r"(?!\d)"
    parts = _PARTS.findall(_comparable(name))
    if len(_letters(_comparable(name))) < SHORTEST:
        return ""
    pattern = _spelled(parts[0])
    for before, part in pairwise(parts):
        # Words are told apart by space, a number and signs from what is beside them also without.
        apart = all(each.isalpha() for each in (before, part))
        pattern += (r"[\s_]+" if apart else r"[\s_]*") + _spelled(part)
    if name.upper() == name.lower() and not any(each.isdecimal() for each in name):
        # Scripts without capitals may have no space between words either.
        return pattern
    before = _NOT_AFTER if _WORD.match(parts[0]) else ""
    after = _POSSESSIVE + _NOT_BEFORE if _WORD.match(parts[-1]) else ""
    return f"(?i:{before}{pattern}{after})"


def _spelled(part: str) -> str:
    """Any letter with any accent; ``ß`` may stand for the two letters that capitals and comparison make of it."""
    letters = "".join(re.escape(each) + _ANY_MARKS for each in part)
    twice = f"s{_ANY_MARKS}" * 2
    return letters.replace(twice, f"(?:{twice}|ß)")


def _likely(name: str) -> str:
    """A pattern of one word as a name is written: by itself, and with a capital letter."""
    first, rest = _decomposed(name)
    return f"{_NOT_AFTER}(?<!-){re.escape(first.upper())}(?i:{rest}{_POSSESSIVE}){_NOT_BEFORE}(?!-)"


def _maybe(name: str) -> str:
    first, rest = _decomposed(name)
    return f"(?i:{_NOT_AFTER}{re.escape(first)}{rest}{_POSSESSIVE}{_NOT_BEFORE})"


def _decomposed(name: str) -> tuple[str, str]:
    apart = unicodedata.normalize("NFD", name)
    return apart[0], re.escape(apart[1:])


def _either(patterns: Iterable[str]) -> re.Pattern[str] | None:
    found = [each for each in patterns if each]
    return re.compile("|".join(found)) if found else None
