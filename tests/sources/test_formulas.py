import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.sources.formulas import defuse, undefuse

RISKY = st.text(alphabet="'=+-@\t\r\n ＝a1", max_size=12)


@given(st.one_of(st.text(), RISKY))
def test_import_undoes_what_export_defused(text: str) -> None:
    assert undefuse(defuse(text)) == text


@given(RISKY)
def test_no_defused_text_begins_like_a_formula(text: str) -> None:
    assert not defuse(text).lstrip().startswith(("=", "+", "-", "@", "＝"))


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+45 86", "-1", "@SUM(A1)", "\t=1", "\n=1", "  =1", "'=1"])
def test_what_could_run_gets_an_apostrophe(text: str) -> None:
    assert defuse(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Økologisk mælk", "a=b", "'n Drøm", "3 - 4", "5 > 3"])
def test_other_text_is_left_alone_both_ways(text: str) -> None:
    assert defuse(text) == text
    assert undefuse(text) == text
