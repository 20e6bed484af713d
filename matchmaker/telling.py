"""Sentences that remember what they were made of, so that a page can say them in its reader's language.

The library speaks English. What it tells a person who is not at a command line (what is wrong with a row, why a schedule cannot
be) passes through the pages; there the sentence is looked up by its template and said anew with the same values. A ``Told`` is the
English sentence wherever a text is wanted.
"""

from __future__ import annotations

from collections.abc import Mapping


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
