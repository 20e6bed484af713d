"""Words of a text for searching and for the encoder, so that Danish and English meet."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from matchmaker.language.danish import danish_stem
from matchmaker.language.detection import NORDIC, tells
from matchmaker.language.english import english_stem
from matchmaker.language.function_words import (
    BEFORE_NOUNS,
    BEFORE_VERBS,
    BETWEEN,
    DANISH,
    ENGLISH,
    LOOKALIKES,
    STOP_UNKNOWN,
)
from matchmaker.language.glosses import LONGEST_PHRASE, Glossary, Reading, fold, load_glossary
from matchmaker.language.kept_words import WORDS_KEPT

_EMAIL: Final = re.compile(r"\S+@\S+")
_TOKEN: Final = re.compile(
    r"\b\d\d \d\d \d\d \d\d\b"  # a registration number in pairs
    r"|\d+(?:[.,]\d+)+"  # 4.0
    r"|[^\W_]+(?:[-‐‑–&][^\W_]+)*(?:\+\+|[+#])?"  # word, plant-based, dk-8000, r&d, c++
)
_JOINT: Final = re.compile(r"[-‐‑–&]")
_PLAIN_NUMBER: Final = re.compile(r"([a-z]{2})-?(\d{6,})")
_ALPHANUMERIC: Final = re.compile(r"[^\W_]+")

_ADJECTIVES: Final = (
    "ig",
    "ige",
    "igt",
    "sk",
    "ske",
    "iv",
    "ive",
    "el",
    "elle",
    "al",
    "ale",
    "bar",
    "bare",
    "løs",
    "løse",
)
_DEFINITE: Final = ("en", "et", "ene", "erne", "rne")

Terms = tuple[str, ...]


def words(text: str, language: str = "", *, glossary: Glossary | None = None) -> list[str]:
    """Search terms of a text in order, with repeats; the same for documents and queries.

    English words lose their endings, Danish ones become their base form, the parts of a compound and their English
    terms. Technical tokens stay as they are (``c++``, ``co2``, ``dk-8000``, ``r&d``); e-mail addresses and function
    words are left out. ``language="en"`` skips all Danish work, ``""`` looks at the text itself. Never raises.
    """
    if "@" in text:
        text = _EMAIL.sub(" ", text)
    text = text.replace("\xad", "").lower()
    if language and language not in NORDIC:
        return list(_each(_TOKEN.findall(text), _english))
    tokens = _TOKEN.findall(text)
    glossary = glossary or load_glossary()
    leaning = language or _leaning(tokens, glossary)
    if leaning == "en":
        return list(_each(tokens, _unknown))
    found = list(_each(tokens, lambda token: _danish(token, glossary, leaning in NORDIC)))
    if leaning in NORDIC:
        for expression in _expressions(tokens, glossary):
            found.extend(term for token in _TOKEN.findall(expression) for term in _english(token))
    return found


def glossed(text: str, language: str = "", *, glossary: Glossary | None = None) -> str:
    """The English words for a Danish (Norwegian, Swedish) text, in its order, without repeats.

    ``""`` for a text in another language, or in none that can be told without enough words that are known.
    """
    return _joined(english for _, english in _read(text, language, glossary))


def in_english(text: str, language: str = "", *, glossary: Glossary | None = None) -> str:
    """Like ``glossed``, with the words that the glossary does not know (names, mostly) left in their places.

    ``""`` where ``glossed`` gives none.
    """
    reading = list(_read(text, language, glossary))
    return (
        _joined(english or word for word, english in reading)
        if any(english for _, english in reading)
        else ""
    )


def _joined(expressions: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(word for expression in expressions for word in expression.split()))


def _read(text: str, language: str, glossary: Glossary | None) -> Iterator[tuple[str, str]]:
    """Each content word or expression of a Danish text with its English words, ``""`` for an unknown one."""
    if language and language not in NORDIC:
        return
    glossary = glossary or load_glossary()
    tokens = _ALPHANUMERIC.findall(text.replace("\xad", ""))
    if not language and _leaning([token.lower() for token in tokens], glossary) not in NORDIC:
        return
    folded = [fold(token) for token in tokens]
    bases = [glossary.base(word) for word in folded]
    position = 0
    while position < len(tokens):
        length, english = glossary.expression(bases[position : position + LONGEST_PHRASE])
        if length:
            yield " ".join(tokens[position : position + length]), english[0]
        elif tokens[position].lower() not in DANISH and len(tokens[position]) > 1:
            reading = glossary.reading(folded[position])
            if reading is not None and reading.otherwise is not None:
                reading = _as_it_stands(reading, folded[:position], glossary)
            # The best term of each part: a second one doubles the length and measured no better.
            parts = reading.english if reading else ()
            yield tokens[position], " ".join(terms[0] for terms in parts if terms)
        position += length or 1


def _as_it_stands(reading: Reading, before: list[str], glossary: Glossary) -> Reading:
    """Of a word that is a verb and something else: what it is behind the folded words ``before`` it."""
    last = next((word for word in reversed(before) if word not in BETWEEN), "")
    if last in BEFORE_VERBS:
        return reading.as_verb(True)
    if last in BEFORE_NOUNS or (last not in DANISH and last.endswith(_ADJECTIVES)):
        return reading.as_verb(False)
    # No noun follows a noun in its definite form: "fiskerne lander", "køleskabet varsler".
    definite = last not in DANISH and last.endswith(_DEFINITE) and glossary.base(last) != last
    return reading.as_verb(True) if definite else reading


def _each(tokens: list[str], terms: Callable[[str], Terms]) -> Iterator[str]:
    for token in tokens:
        # A number is its own term; most numbers come once, so none pushes out a word that is kept.
        if token.isdecimal() and token.isascii():
            yield token
        else:
            yield from terms(token)


def _expressions(tokens: list[str], glossary: Glossary) -> Iterator[str]:
    bases = [glossary.base(fold(token)) for token in tokens]
    for position in range(len(bases)):
        yield from glossary.expression(bases[position : position + LONGEST_PHRASE])[1]


def _leaning(tokens: list[str], glossary: Glossary) -> str:
    """``"da"`` or ``"en"`` by function words; else ``"da"`` when at least half of the words are known Danish ones."""
    letters = [token for token in tokens if token.isalpha()]
    danish, english = tells(letters)
    if danish != english:
        return "da" if danish > english else "en"
    content = [token for token in letters if len(token) > 2 and token not in STOP_UNKNOWN]
    known = sum(_is_plainly_danish(token, glossary.reading(fold(token))) for token in content)
    return "da" if content and 2 * known >= len(content) else ""


def _is_plainly_danish(token: str, reading: Reading | None) -> bool:
    """Known, covered from end to end, and not the English word itself or another English word."""
    if reading is None or not reading.whole or token in LOOKALIKES:
        return False
    return all(token != word for terms in reading.english for term in terms for word in term.split())


@lru_cache(maxsize=WORDS_KEPT)
def _english(token: str) -> Terms:
    return _terms(token, lambda word: () if word in ENGLISH else (english_stem(fold(word)),))


@lru_cache(maxsize=WORDS_KEPT)
def _unknown(token: str) -> Terms:
    return _terms(token, lambda word: () if word in STOP_UNKNOWN else (english_stem(fold(word)),))


@lru_cache(maxsize=WORDS_KEPT)
def _danish(token: str, glossary: Glossary, certain: bool) -> Terms:
    stop = DANISH if certain else STOP_UNKNOWN

    def of_word(word: str) -> Terms:
        if word in stop:
            return ()
        folded = fold(word)
        reading = glossary.reading(folded)
        if reading is None or not (certain or _is_plainly_danish(word, reading)):
            # A name or an English word as likely as a Danish one: found under either stem.
            return _distinct([danish_stem(folded), english_stem(folded)])
        readings = [reading] if reading.otherwise is None else [reading, reading.otherwise]
        found = [
            danish_stem(reading.bases[0])
            if len(reading.bases) == 1 and reading.whole
            else danish_stem(folded)
        ]
        for each in readings:
            found.extend(danish_stem(base) for base in each.bases)
            for term in (term for terms in each.english for term in terms):
                found.extend(english for part in _TOKEN.findall(term) for english in _english(part))
        return _distinct(found)

    return _terms(token, of_word)


def _terms(token: str, of_word: Callable[[str], Terms]) -> Terms:
    """The terms of one token: itself where it is technical, what its parts make otherwise."""
    if token.isalpha():
        return of_word(token) if len(token) > 1 else ()
    joined = fold(token.replace(" ", ""))
    bare = joined.rstrip("+#")
    found: list[str] = []
    if bare != joined:
        found.append(joined)
    parts = [part for part in _JOINT.split(bare) if part]
    if number := _PLAIN_NUMBER.fullmatch(bare):
        found.extend((number[1] + number[2], number[2]))
    elif len(parts) > 1 and (any(part.isdigit() for part in parts) or all(len(part) <= 3 for part in parts)):
        found.append(bare)
    if len(parts) == 1 and not parts[0].isalpha():
        found.append(bare.replace(",", "."))
    else:
        for part in parts:
            if len(part) > 1:
                found.extend(of_word(part) if part.isalpha() else [part])
    return _distinct(found)


def _distinct(terms: list[str]) -> Terms:
    return tuple(dict.fromkeys(term for term in terms if len(term) > 1 or term.isdigit()))
