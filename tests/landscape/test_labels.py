"""Labels are the planted words, in their language, readable, different, and nobody's name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from matchmaker.landscape import Landscape, survey
from matchmaker.landscape.documents import documents
from matchmaker.landscape.labels import labels
from matchmaker.landscape.terms import Terms, terms
from tests.landscape.planted import THEMES, Plantation, themed

DANISH = (
    ("biogas", "gylle", "anlæg", "gødning"),
    ("tang", "algerne", "havet", "høst"),
    ("træ", "savværk", "spånplader", "møbler"),
)


def top_labels(found: Landscape) -> list[str]:
    return [each.label for each in found.sub_clusters if each.parent_id is None]


def counted(texts: Sequence[str], *, names: Sequence[str] = (), language: str = "en") -> Terms:
    """The terms of one profile per text."""
    planted = Plantation()
    for number, text in enumerate(texts):
        name = names[number] if names else f"Actor{number:03}"
        planted.actor(f"a{number:03}", 0, text=text, name=name, language=language)
    return terms(planted.corpus, documents(planted.corpus, planted.vectors))


def forms(found: Terms) -> set[str]:
    return {found.form(term) for term in range(found.present.shape[1])}


def test_labels_are_made_of_the_planted_words() -> None:
    planted = themed(200, 8)
    found = survey(planted.corpus, planted.vectors)
    for label in top_labels(found):
        words = set(label.replace(",", "").split())
        assert any(words <= {*theme, "farm"} for theme in THEMES), label
        assert 1 < len(label.split(", ")) <= 4


def test_labels_do_not_hold_members_names() -> None:
    planted = themed(200, 8)
    found = survey(planted.corpus, planted.vectors)
    assert not any("nordlys" in " ".join([each.label, *each.keywords]).lower() for each in found.sub_clusters)


def test_labels_are_unique_among_siblings() -> None:
    planted = themed(200, 8)
    found = survey(planted.corpus, planted.vectors)
    families: dict[str | None, list[str]] = {}
    for each in found.sub_clusters:
        families.setdefault(each.parent_id, []).append(each.label)
    for family in families.values():
        assert len(set(family)) == len(family)
        assert all(family)


def test_danish_texts_get_danish_labels() -> None:
    planted = Plantation()
    for number in range(60):
        one, two, three = planted.random.permutation(DANISH[number % 3])[:3]
        text = f"Vi har {one} og {two} i Midtjylland, men også {three} og meget andet for vores kunder."
        planted.actor(f"a{number:04}", number % 3, text=text, language="da")
    for label in top_labels(survey(planted.corpus, planted.vectors)):
        words = set(label.replace(",", "").split())
        assert any(words & set(theme) for theme in DANISH), label
        assert not words & {"og", "vi", "også", "meget", "vores"}


def test_a_group_speaks_the_language_of_most_of_its_texts() -> None:
    texts = ["gylle og biogas"] * 6 + ["slurry and biogas"] * 3 + ["timber and veneer"] * 6
    planted = Plantation()
    for number, text in enumerate(texts):
        planted.actor(f"a{number:03}", 0, text=f"{text} {number}", language="da" if "gylle" in text else "en")
    found = documents(planted.corpus, planted.vectors)
    whose = np.array([int(planted.corpus.sources[column][1:]) for column in found.passages.indices])
    mine = np.flatnonzero(whose < 9)
    told = labels(terms(planted.corpus, found), [mine, np.flatnonzero(whose >= 9)])
    assert "gylle" in told[0].keywords
    assert "slurry" not in told[0].keywords


def test_inflections_are_one_word_in_its_most_frequent_form() -> None:
    english = counted(["the cell and the cells", "the cells", "the cells of it"])
    assert forms(english) == {"cells"}
    danish = counted(["biogas, anlæg", "anlægget, biogassen", "anlægget", "anlægget, biogas"], language="da")
    assert forms(danish) == {"anlægget", "biogas"}


def test_words_of_two_languages_are_not_taken_for_inflections() -> None:
    planted = Plantation()
    for number, (text, language) in enumerate([("planten", "da"), ("planten", "da"), ("plant", "en")] * 2):
        planted.actor(f"a{number}", 0, text=text, language=language)
    assert forms(terms(planted.corpus, documents(planted.corpus, planted.vectors))) == {"planten", "plant"}


@pytest.mark.parametrize("sign", [",", ".", ";", "(", "\n•"])
def test_pairs_of_words_do_not_cross_signs(sign: str) -> None:
    assert "wind biogas" not in forms(counted([f"wind{sign} biogas"] * 3))


def test_pairs_do_not_cross_passages() -> None:
    assert "wind biogas" in forms(counted(["wind biogas"] * 3))
    planted = Plantation()
    for number in range(3):
        planted.actor(f"a{number}", 0, text="wind")
        planted.passages.append(
            type(planted.passages[0])(f"a{number}", (f"a{number}",), planted.passages[0].kind, "biogas", "en")
        )
        planted.rows.append(planted.vector(0))
    assert "wind biogas" not in forms(terms(planted.corpus, documents(planted.corpus, planted.vectors)))


def test_a_pair_that_is_a_piece_of_a_phrase_is_written_whole() -> None:
    found = counted(["a solid oxide fuel cell here"] * 6)
    pair = next(
        term
        for term in range(found.present.shape[1])
        if "oxide" in found.form(term) and " " in found.form(term)
    )
    assert found.form(pair) == "solid oxide fuel cell"


def test_a_word_of_ones_name_is_a_name_when_it_stands_mostly_in_ones_own_texts() -> None:
    texts = [
        "arla makes whey",
        "arla makes cheese",
        "they have biogas",
        "we like biogas",
        "all of the biogas",
    ]
    found = counted(texts, names=["Arla", "Arla Foods", "Aulum Biogas", "B", "C"])
    named = {found.form(term) for term in np.flatnonzero(found.names)}
    assert "arla" in named
    assert "biogas" not in named


def test_a_capitalised_word_of_a_name_is_a_name() -> None:
    texts = [f"we are in Aarhus {word}" for word in ("now", "then", "here", "there")]
    found = counted(texts, names=["Aarhus Vand", "B", "C", "D"])
    assert "Aarhus" in {found.form(term) for term in np.flatnonzero(found.names)}


def test_texts_without_telling_words_get_no_label() -> None:
    found = counted(["the of and", "the of and", "", "12 34"])
    assert [each.text for each in labels(found, [np.array([0, 1]), np.array([2, 3])])] == ["", ""]
    assert labels(found, []) == []


def test_labels_that_would_be_alike_are_told_apart() -> None:
    found = counted(["biogas", "biogas", "slurry", "slurry", "biogas", "biogas"])
    rows = np.arange(6)
    same = [each.text for each in labels(found, [rows, rows])]
    assert len(set(same)) == 2


def test_a_unit_behind_numbers_is_no_label() -> None:
    planted = Plantation()
    for number in range(60):
        theme = number % 3
        words = planted.random.permutation(THEMES[theme])[:3]
        unit = f"We run {number} MW and {number} hektar." if theme == 0 else "We run it."
        planted.actor(f"a{number:04}", theme, text=f"The {words[0]} and the {words[1]}. {unit}")
    found = survey(planted.corpus, planted.vectors)
    assert not any("MW" in each.keywords or "hektar" in each.keywords for each in found.sub_clusters)


def test_a_word_of_every_trade_comes_after_those_of_one() -> None:
    """Said by chance twice as often here, by documents from all over: it tells less than what is said here alone."""
    planted = Plantation()
    for number in range(90):
        theme = number % 3
        words = planted.random.permutation(THEMES[theme])[:2]
        common = "Prices" if (theme == 0 and number % 2 == 0) or number % 5 == 0 else "Nothing"
        planted.actor(
            f"a{number:04}", theme, text=f"The {words[0]} and the {words[1]}. {common} matter to us."
        )
    for each in survey(planted.corpus, planted.vectors).sub_clusters:
        assert "prices" not in each.label.lower().split(", ")


def test_an_abbreviation_gives_way_to_what_it_stands_for() -> None:
    planted = Plantation()
    for number in range(60):
        theme = number % 3
        words = planted.random.permutation(THEMES[theme])[:2]
        own = "The circular economy (CE) is what we do, and CE pays." if theme == 0 else "It pays."
        planted.actor(f"a{number:04}", theme, text=f"The {words[0]} and the {words[1]}. {own}")
    labels = [each.keywords for each in survey(planted.corpus, planted.vectors).sub_clusters]
    assert any("circular economy" in each for each in labels)
    assert not any("CE" in each for each in labels)
