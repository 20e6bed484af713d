"""The Danish-English glossary: read from readable files, asked word by word, whatever the inflection or compound."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final

from matchmaker.errors import SettingsError
from matchmaker.language import danish
from matchmaker.language.kept_words import WORDS_KEPT

_KEPT_LETTERS: Final = str.maketrans({"ä": "æ", "ö": "ø", "ß": "ss", "đ": "d", "ł": "l"})

_SHORT_NOUN: Final = 4
"""``ler`` is clay and ``sår`` a wound, unless the words before tell otherwise."""

LONGEST_PHRASE: Final = 4
"""Words of an expression such as ``små og mellemstore virksomheder`` at most."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the glossary makes of one Danish word."""

    bases: tuple[str, ...]
    """The base forms it consists of: one, or the parts of a compound."""
    english: tuple[tuple[str, ...], ...]
    """For each base the English terms, the best first."""
    whole: bool = True
    """Whether the bases cover the whole word."""
    is_verb: bool = False
    """Whether this is what the word means as a verb; told only where it means something else otherwise."""
    otherwise: Reading | None = None
    """What a word that is both means as the other: as a noun where this is the verb, as a verb where it is not."""

    def as_verb(self, wanted: bool) -> Reading:
        """The reading as a verb, or as anything else, where there are two."""
        return self if self.otherwise is None or self.is_verb is wanted else self.otherwise


class Glossary:
    """Danish words and expressions with their English terms; ask ``reading`` for a word in any form.

    ``entries`` map a Danish base form to English terms, the best first. ``mikro-`` stands only at the beginning of a
    compound, ``-fri`` only at its end, ``at så`` only as a verb and in no compound, and any other entry with spaces is
    an expression. ``reading`` and ``base`` remember the words they have been asked for.
    """

    def __init__(self, entries: dict[str, tuple[str, ...]]) -> None:
        self._words: dict[str, tuple[str, ...]] = {}
        self._first: dict[str, tuple[str, ...]] = {}
        self._last: dict[str, tuple[str, ...]] = {}
        self._verbs: dict[str, tuple[str, ...]] = {}
        self._expressions: dict[tuple[str, ...], tuple[str, ...]] = {}
        expressions: list[tuple[list[str], tuple[str, ...]]] = []
        for term, english in entries.items():
            if (verb := term.removeprefix("at ")) != term and " " not in verb:
                self._verbs[fold(verb)] = english
            elif " " in term:
                expressions.append(([fold(word) for word in term.split()], english))
            elif term.endswith("-"):
                self._first[fold(term[:-1])] = english
            elif term.startswith("-"):
                self._last[fold(term[1:])] = english
            else:
                self._words[fold(term)] = english
        self.entries = dict(entries)
        self.reading = lru_cache(maxsize=WORDS_KEPT)(self._read)
        self.base = lru_cache(maxsize=WORDS_KEPT)(self._base)
        for words, english in expressions:
            self._expressions[tuple(self.base(word) for word in words)] = english

    def _base(self, word: str) -> str:
        """The base form of one folded word where the glossary has it as one entry, otherwise the word itself."""
        return (
            danish.inflected(word, self._words.__contains__)
            or danish.verb(word, self._verbs.__contains__)
            or danish.strong(word, self._is_entry)
            or word
        )

    def expression(self, bases: Sequence[str]) -> tuple[int, tuple[str, ...]]:
        """How many of the first ``bases`` make up an expression, and its English terms; ``(0, ())`` for none."""
        for length in range(min(LONGEST_PHRASE, len(bases)), 1, -1):
            if english := self._expressions.get(tuple(bases[:length])):
                return length, english
        return 0, ()

    def _read(self, word: str) -> Reading | None:
        """What a folded word means: an entry, a form of one, a compound of several, or at least one part of it."""
        known = self._words.__contains__
        base, verb = danish.inflected(word, known), self._verb(word)
        if base is not None or verb is not None:
            return self._simple(word, base, verb)
        if not word.isalpha() or len(word) > danish.LONGEST_WORD:
            return None
        acted = self._is_entry
        if (base := danish.strong(word, acted) or danish.derived(word, acted)) is not None:
            return self._reading((base,))
        parts = danish.compound(word, known, first=self._first.__contains__, last=self._last.__contains__)
        if parts is not None:
            return self._reading(parts)
        if (base := danish.compound_part(word, known)) is not None:
            return Reading((base,), (self._words[base],), whole=False)
        return None

    def _is_entry(self, word: str) -> bool:
        return word in self._words or word in self._verbs

    def _verb(self, word: str) -> tuple[str, tuple[str, ...]] | None:
        """The verb that a word may be a form of beside anything else, and its English terms."""
        if (infinitive := danish.verb(word, self._verbs.__contains__)) is not None:
            return infinitive, self._verbs[infinitive]
        # "sælger" sells, and is a seller too; "sukker" is sugar although "sukke" is to sigh.
        agent, acting = self._words.get(word, ()), self._words.get(word.removesuffix("r"), ())
        if word.endswith("er") and any(
            one[:3] == other[:3] and one != other for one in agent for other in acting
        ):
            return word.removesuffix("r"), acting
        return None

    def _simple(self, word: str, base: str | None, verb: tuple[str, tuple[str, ...]] | None) -> Reading:
        """A word that is one entry, or a verb, or both."""
        other = Reading((base,), (self._words[base],)) if base is not None else None
        if verb is None:
            assert other is not None
            return other
        infinitive, english = verb
        acting = Reading((infinitive,), (english,), is_verb=True)
        if other is None or base is None:
            return acting
        agent = base == word and word == infinitive + "r" and len(word) > _SHORT_NOUN
        unlikely_noun = len(infinitive) > len(base) and word != infinitive and not word.endswith("et")
        if agent or unlikely_noun:
            # "sælger" oftener sells than is a seller, and "lander" is from the verb "lande", not from the noun "land".
            return replace(acting, otherwise=other)
        return replace(other, otherwise=acting)

    def _reading(self, bases: tuple[str, ...]) -> Reading:
        english = []
        end = len(bases) - 1
        for position, base in enumerate(bases):
            tables = (
                (self._words,)
                if not end
                else (self._last, self._words)
                if position == end
                else (self._first, self._words)
            )
            english.append(next((table[base] for table in (*tables, self._verbs) if base in table), ()))
        return Reading(bases, tuple(english))


def load_glossary(extra: Path | None = None) -> Glossary:
    """The glossary that comes with Matchmaker, with the lines of ``extra`` in front of it.

    A term in ``extra`` replaces the one that is shipped. Raises ``SettingsError`` naming file and line for a file that
    cannot be read or a line that is not ``danish<TAB>english[, alternatives]``.
    """
    if extra is None:
        return _shipped()
    try:
        text = extra.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"The glossary {extra} cannot be read as UTF-8 text: {error}.", name="glossary", value=str(extra)
        ) from error
    return Glossary(_shipped().entries | _entries(text.splitlines(), str(extra)))


@lru_cache(maxsize=1)
def _shipped() -> Glossary:
    entries: dict[str, tuple[str, ...]] = {}
    folder = resources.files("matchmaker").joinpath("glossary")
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".tsv"):
            for term, english in _entries(file.read_text(encoding="utf-8").splitlines(), file.name).items():
                entries[term] = tuple(dict.fromkeys(entries.get(term, ()) + english))
    return Glossary(entries)


def _entries(lines: Iterable[str], file: str) -> dict[str, tuple[str, ...]]:
    entries: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = line.split("\t")
        term = " ".join(fields[0].lower().split())
        english = tuple(filter(None, (part.strip() for part in fields[-1].split(","))))
        if len(fields) != 2 or not term.strip("-") or not english:
            raise SettingsError(
                f"{file}, line {number}: {line.strip()!r} is not a Danish term, one tab and its English words, "
                "separated by commas.",
                name="glossary",
                value=line,
            )
        entries[term] = tuple(dict.fromkeys(entries.get(term, ()) + english))
    return entries


@lru_cache(maxsize=WORDS_KEPT)
def fold(word: str) -> str:
    """One word for comparison: lower case, æ, ø and å kept (ä, ö, aa count as them), other accents dropped."""
    word = word.lower()
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).translate(_KEPT_LETTERS)
        word = "".join(letter if letter in "æøå" else _plain(letter) for letter in word)
    return word.replace("aa", "å")


def _plain(letter: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letter)
    return "".join(part for part in decomposed if not unicodedata.combining(part))
