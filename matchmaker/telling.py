"""Sentences that remember what they were made of, so that a page can say them in its reader's language.

The library speaks English. What it tells a person who is not at a command line (what is wrong with a row, why a schedule cannot
be) passes through the pages; there the sentence is looked up by its template and said anew with the same values. A ``Told`` is the
English sentence wherever a text is wanted.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


class Told(str):
    """An English sentence with the template and the values that it was made from."""

    __slots__ = ("template", "values")
    template: str
    values: Mapping[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> Told:
        """The template with its values put in; ``{number:,}`` and the like are written as Python writes them."""
        told = super().__new__(cls, template.format(**values))
        told.template, told.values = template, dict(values)
        return told

    def __str__(self) -> str:
        """Itself, so that ``str`` of an error that carries it still knows."""
        return self

    def __reduce__(self) -> tuple[type[Told], tuple[str, Mapping[str, object]]]:
        """So that it survives copying and pickling."""
        return Told, (self.template, self.values)


def told(template: str, /, **values: object) -> Told:
    """A sentence whose parts are kept; the same template with the same values is the same sentence in each language."""
    return Told(template, values)


LEAST_WORDS = 12
"""Characters of a template beside its values from which on a text is known again by it."""
LONGEST = 4_000
"""Characters of the longest text that is looked at."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A template taken apart: its words in order, and between each two of them a value."""

    template: str
    words: tuple[str, ...]
    values: tuple[tuple[str, str, str], ...]
    """Name, format and conversion; one fewer than ``words``."""


def patterns(templates: Iterable[str]) -> tuple[Pattern, ...]:
    """The templates that a text can be known again by, those with the most words of their own first."""
    found = [_pattern(each) for each in templates]
    long = [each for each in found if sum(map(len, each.words)) >= LEAST_WORDS]
    return tuple(sorted(long, key=lambda each: (-sum(map(len, each.words)), each.template)))


def _pattern(template: str) -> Pattern:
    words, values = [""], list[tuple[str, str, str]]()
    for literal, name, spec, conversion in string.Formatter().parse(template):
        words[-1] += literal
        if name is not None:
            values.append((name, spec or "", conversion or ""))
            words.append("")
    return Pattern(template, tuple(words), tuple(values))


def told_again_by(text: str, among: Sequence[Pattern]) -> Told | None:
    """The sentence that a text was, when it was kept as text alone; ``None`` where no template gives that text."""
    if len(text) > LONGEST:
        return None
    for pattern in among:
        values = _values(text, pattern)
        if values is not None:
            sentence = Told(pattern.template, values)
            if sentence == text:
                return sentence
    return None


def _values(text: str, pattern: Pattern) -> dict[str, object] | None:
    """What stands between the words of a template; each word is looked for once, so the time goes with the text."""
    first, *rest = pattern.words
    last = rest[-1] if rest else ""
    if not text.startswith(first) or not text.endswith(last) or (not rest and text != first):
        return None
    values: dict[str, object] = {}
    place = len(first)
    for number, ((name, spec, conversion), word) in enumerate(zip(pattern.values, rest, strict=True), 1):
        at = len(text) - len(word) if number == len(rest) else text.find(word, place)
        if at < place:
            return None
        try:
            values[name] = _value(text[place:at], spec, conversion)
        except (ValueError, SyntaxError):
            return None
        place = at + len(word)
    return values


def _value(shown: str, spec: str, conversion: str) -> object:
    """A value as it was before it was written; raises ``ValueError`` or ``SyntaxError`` for what was never written so."""
    if conversion == "r":
        return ast.literal_eval(shown)
    if spec == ",":
        return int(shown.replace(",", ""))
    if spec:
        raise ValueError(shown)
    return shown
