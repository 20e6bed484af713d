"""Forms of an English word meet, and different words do not."""

from __future__ import annotations

import pytest

from matchmaker.language.english import english_stem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("plants", "plant"),
        ("companies", "company"),
        ("recycling", "recycled"),
        ("fibre", "fibers"),
        ("optimisation", "optimization"),
        ("controlled", "controlling"),
        ("analyses", "analysis"),
        ("processes", "processing"),
        ("colour", "colors"),
        ("odour", "odor"),
        ("pour", "pouring"),
        ("raise", "raised"),
        ("raises", "raising"),
        ("dry", "dried"),
        ("drying", "dries"),
        ("certify", "certified"),
    ],
)
def test_forms_of_an_english_word_share_a_stem(one: str, other: str) -> None:
    assert english_stem(one) == english_stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("organic", "organisation"),
        ("universe", "university"),
        ("policy", "police"),
        ("gas", "ga"),
        ("hour", "hor"),
    ],
)
def test_different_english_words_do_not(one: str, other: str) -> None:
    assert english_stem(one) != english_stem(other)
