"""Names are listed as Danish sorts them, whatever their case, marks and punctuation; no two different ones are alike."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.alphabet import name_key

TEXTS = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=("Cs",)))


def listed(*names: str) -> list[str]:
    return sorted(names, key=name_key)


def test_the_danish_letters_come_after_z_and_each_with_its_kin() -> None:
    wanted = ["7-Eleven", "Aarhus", "Alborg", "Zoo", "Æble", "Ärla", "Ørsted", "Östra", "Åkande"]
    assert listed(*reversed(wanted)) == wanted
    assert listed("Mz", "Müller", "Mylle", "Myx") == ["Mylle", "Müller", "Myx", "Mz"]
    assert listed("Thyra", "Þor", "Tivoli") == ["Þor", "Thyra", "Tivoli"]


def test_case_and_marks_and_punctuation_count_only_between_names_that_are_the_same_without() -> None:
    assert listed("Zoo", "eland", "Élan", "ELAND", "Eland") == ["Élan", "ELAND", "Eland", "eland", "Zoo"]
    assert listed("»Zeta«", "(Alfa)", "Beta", '"Beta" A/S') == ["(Alfa)", "Beta", '"Beta" A/S', "»Zeta«"]
    alike = ["Bio gas", "Bio {gas}", "Bio-gas"]
    assert listed("Biogas", *reversed(alike)) == [*alike, "Biogas"]


def test_composed_and_taken_apart_are_the_same_letter() -> None:
    taken_apart = unicodedata.normalize("NFD", "Åse")
    assert listed("Øst", taken_apart, "Zoo") == ["Zoo", "Øst", taken_apart]
    assert name_key(taken_apart).partition("\0")[0] == name_key("Åse").partition("\0")[0]


@given(TEXTS, TEXTS)
def test_different_names_have_different_places(one: str, other: str) -> None:
    assert (name_key(one) == name_key(other)) == (one == other)
