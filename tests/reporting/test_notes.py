"""Every note of the landscape has a Danish form, which is found by the English text with its figures."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from matchmaker.reporting.notes_danish import NOTES, danish_note, note_in

LIBRARY = Path(__file__).parents[2] / "matchmaker" / "landscape"
LEAVE_NOTES = ("surveys.py", "backtest.py", "specialisation/study.py", "specialisation/matrices.py")


def sentences() -> set[str]:
    """The first words of each sentence, up to its first value, that stands in a module that leaves notes."""
    found = set()
    for name in LEAVE_NOTES:
        for node in ast.walk(ast.parse((LIBRARY / name).read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
                for text in ast.walk(node.args[0]):
                    if (
                        isinstance(text, ast.Constant)
                        and isinstance(text.value, str)
                        and text.value.endswith(".")
                    ):
                        found.add(text.value[-24:])
    return found


def test_every_note_that_is_left_has_a_danish_one() -> None:
    ends = sentences()
    assert len(ends) > 15
    assert [each for each in ends if not any(template.endswith(each) for template in NOTES)] == []


def test_both_languages_name_the_same_values() -> None:
    def names(template: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name}

    assert [each for each, danish in NOTES.items() if not names(danish) <= names(each)] == []


@pytest.mark.parametrize(
    ("english", "danish"),
    [
        (
            "Actors with neither text nor collaborations, in no sub-cluster and not on the map: 3 of 212.",
            "Aktører uden både tekst og samarbejder, i ingen delklynge og ikke på kortet: 3 af 212.",
        ),
        (
            "1,234 of 25,000 actors are left out: their region at level 3 is not known.",
            "1.234 af 25.000 aktører er udeladt: Deres region på niveau 3 er ikke kendt.",
        ),
        ("Something else.", None),
    ],
)
def test_a_note_is_read_by_its_form(english: str, danish: str | None) -> None:
    assert danish_note(english) == danish
    assert note_in("en", english) == english
