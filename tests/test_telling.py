"""The library's sentences are English where a text is wanted, and Danish on a Danish page."""

from __future__ import annotations

import ast
import copy
import pickle
import string
from pathlib import Path

import pytest

from matchmaker.telling import Told, told
from service.error_answers import ANSWERS
from service.pages.telling import in_language, in_words, told_again
from service.pages.told_danish import SENTENCES
from service.pages.wording import WORDINGS
from service.refused_values import MESSAGES

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "matchmaker"
SERVICE = ROOT / "service"
FOR_PROGRAMS = ("api", "schemas")
"""Folders of the service that speak to programs alone, in English."""


def templates() -> set[str]:
    """Every template that the library and the service tell with, and why the service refuses."""
    found = {each.detail for each in ANSWERS.values()} | {
        template for several in MESSAGES.values() for template in several
    }
    paths = [*LIBRARY.rglob("*.py"), *SERVICE.rglob("*.py")]
    for path in paths:
        if path.is_relative_to(SERVICE) and path.relative_to(SERVICE).parts[0] in FOR_PROGRAMS:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                found |= {each.value for each in told_by(node)}
    return found


def told_by(call: ast.Call) -> list[ast.Constant]:
    """The sentences of a call that tells or refuses."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    said: list[ast.expr] = []
    if name == "told":
        said = call.args[:1]
    elif name in ("HTTPException", "problem"):
        said = [each.value for each in call.keywords if each.arg == "detail"]
    elif name == "refused":
        said = call.args[1:2]
    elif name == "not_yet":
        said = call.args[:1]
    return [each for each in said if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def test_every_sentence_has_a_danish_one_of_the_same_values() -> None:
    all_of_them = templates()
    assert len(all_of_them) > 100
    assert sorted(all_of_them - SENTENCES.keys()) == []
    assert [each for each in all_of_them if not names(SENTENCES[each]) <= names(each)] == []


def test_no_danish_sentence_is_left_of_one_that_is_told_no_more() -> None:
    whole = {each for each in SENTENCES if each.endswith((".", "?"))}
    assert sorted(whole - templates()) == []


def test_a_sentence_is_english_text_and_survives_being_raised_copied_and_pickled() -> None:
    sentence = told(
        "{number:,} participants are more than {most:,}. Split the event.", number=12000, most=10000
    )
    assert sentence == "12,000 participants are more than 10,000. Split the event."
    for again in (str(ValueError(sentence)), copy.deepcopy(sentence), pickle.loads(pickle.dumps(sentence))):
        assert isinstance(again, Told)
        assert again == sentence
        assert again.values == {"number": 12000, "most": 10000}


def test_a_danish_page_says_it_in_danish_with_danish_numbers_and_told_values() -> None:
    danish = WORDINGS["da"]
    most = told("{number:,} participants are more than {most:,}. Split the event.", number=12000, most=10000)
    assert in_language(danish, most) == "12.000 deltagere er flere end 10.000. Del arrangementet."
    table = told("A {what} has no name. Give it one.", what=told("table"))
    assert in_language(danish, table) == "Et bord mangler et navn. Giv det et."
    assert in_language(WORDINGS["en"], table) == table


@pytest.mark.parametrize("text", ["A sentence that nobody has translated.", "<b>bold</b>"])
def test_what_only_english_has_is_marked_as_english_and_escaped(text: str) -> None:
    shown = in_words(WORDINGS["da"], text)
    assert shown.startswith('<span lang="en">')
    assert "<b>" not in shown
    assert "<b>" not in in_words(WORDINGS["en"], text)


def test_values_are_escaped_in_both_languages() -> None:
    sentence = told("{a} cannot meet themselves. Name two participants.", a="<script>")
    for wording in WORDINGS.values():
        assert "&lt;script&gt;" in in_words(wording, sentence)


def test_a_sentence_kept_as_text_is_known_again_with_its_values() -> None:
    danish = WORDINGS["da"]
    kept = str(told("{number:,} participants are more than {most:,}. Split the event.", number=12000, most=1))
    again = told_again("".join(kept))
    assert again is not None
    assert again.values == {"number": 12000, "most": 1}
    assert in_language(danish, "".join(kept)) == "12.000 deltagere er flere end 1. Del arrangementet."
    quoted = "There is no actor with the id 'o’brien\\n'."
    assert in_language(danish, quoted) == "Der er ingen aktør med id’et “o’brien\n”."


@pytest.mark.parametrize(
    "text",
    [
        "12,00,0 participants are more than 1. Split the event.",
        "many participants are more than 1. Split the event.",
        "There is no actor with the id o'brien.",
        "region",
        "field: message",
        "x" * 100_000,
    ],
)
def test_a_text_that_no_sentence_gives_is_not_taken_for_one(text: str) -> None:
    assert in_language(WORDINGS["da"], text) is None
