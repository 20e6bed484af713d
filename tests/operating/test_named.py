"""What counts as naming somebody: full names however they are written, a single word with care, an id as an id."""

from __future__ import annotations

import json

import pytest

from matchmaker.store.named import Named

FULL = "André Hviid-Bøgh"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (FULL, "Spørg André Hviid-Bøgh."),
        (FULL, "andre  HVIID-BØGH"),
        (FULL, "Andre\u0301\nHviid - Bøghs møde"),
        (FULL, "André\u00a0Hviid-Bøgh’s"),
        ("Jens Grau\u00df", "JENS GRAUSS"),
        ("Jens Grauss", "jens Grau\u00df"),
        (FULL, "_André Hviid-Bøgh_"),
        ("Olga Kvist", "olga_kvist_kontakter.csv"),
        ("ole@x.example", "_ole@x.example_"),
        ("J.P. Hviid", "Med J. P. Hviid"),
        ("O'Neil", "hos o'neil"),
        ("Slash & Sons", "slash&sons"),
        ("Agro A/S", "hos AGRO a/s, og"),
        ("C++ Works", "c++works"),
        ("3Shape", "hos 3shape,"),
        ("12 34 56 78", "ring 12345678"),
        ("12345678", "DK12 34 56 78."),
        ("+45 5566-3344", "+45 55.66.33.44"),
        ("DK 29189854", "dk29189854"),
        ("ole@x.example", "skriv til <OLE@x.example>."),
        ("ole@x.example", "-ole@x.example"),
        ("ø@å.example", "Ø@Å.example"),
        ("山田太郎", "株式会社山田太郎様"),
    ],
)
def test_what_surely_names_somebody_counts_however_it_is_written(name: str, text: str) -> None:
    named = Named([name])
    for document in (text, json.dumps([text]), json.dumps({"a": json.dumps([text], ensure_ascii=False)})):
        assert named.held(document), document
        assert named.mentioned(document)
    assert named.redacted(f"før {text} efter", "TOKEN") == "TOKEN"
    left = named.taken_out(f"før {text} efter", "TOKEN")
    assert "TOKEN" in left
    assert (left[:4], left[-6:]) == ("før ", " efter")
    assert not named.mentioned(left)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (FULL, "André Hviid-Bøghsen"),
        (FULL, "André Hviid"),
        (FULL, "mandré hviid-bøgh"),
        ("Bo Lig", "en bolig"),
        ("Bo Ek", "Robo ekko"),
        (
            "ole@x.example",
            "lole@x.example, a.ole@x.example, a_ole@x.example, ole@x.example.org og ole@x.example-mail",
        ),
        ("ø@å.example", "o@a.example"),
        ("12345678", "112345678 og 123456789"),
        ("2026", "2026-05-12"),
        ("2026", "2026"),
        ("-", "-"),
        ("A/S", "et a/s"),
        ("André", "Andre"),
        ("Inge", "Inger, Ingeborg, Inge-Lise og løsninger"),
        ("Inge", "e\u0301Inge"),
        ("Bo", "Bo her"),
        ("Build", "build"),
    ],
)
def test_what_only_has_the_letters_does_not_count(name: str, text: str) -> None:
    named = Named([name])
    assert not named.held(text)
    assert not named.held(json.dumps([text]))
    assert named.redacted(text, "TOKEN") == text
    assert named.taken_out(text, "TOKEN") == text


def test_a_single_word_counts_with_a_capital_letter_and_is_told_of_without_one() -> None:
    named = Named(["åsta"])
    text = "Åsta, ÅSTAS og _Åsta's_ åsta på åstaen"
    assert named.redacted({"words": text}, "-") == {"words": "-, - og _-_ åsta på åstaen"}
    assert named.held("Spørg A\u030asta.")
    assert not named.held("på en åsta")
    assert named.mentioned("på en åsta")
    assert not named.mentioned("på åstaen")


@pytest.mark.parametrize("value", ["Bo", " bo ", "BO"])
def test_a_whole_value_counts_however_short_the_name_is(value: str) -> None:
    named = Named(["bo", "Bo"])
    assert named.redacted({"name": value, "title": "Bo Bak"}, "-") == {"name": "-", "title": "Bo Bak"}
    assert named.held(json.dumps({"persons": [{"name": value}]}))


def test_a_short_name_is_no_code_of_a_country_and_no_cell_of_a_row() -> None:
    named = Named(["SE"])
    assert named.redacted({"country": "SE", "name": "SE"}, "-") == {"country": "SE", "name": "-"}
    assert not named.held(json.dumps(["uni:2", "Dairy Institute", "other", "SE"]))
    assert not named.held(json.dumps({"keep": ["uni:2", "SE"], "away": ["uni:1", "SE"]}))


def test_an_id_counts_where_ids_are_and_not_in_words() -> None:
    named = Named([], ["agro"])
    value = {
        "partner": "agro",
        "participations": [["agro", "lead"], ["uni", ""]],
        "other": "AGRO",
        "text": "agro",
        "event": "agro",
        "reason": "No actor 'agro', \"agro\" or “agro”; agro is a word.",
    }
    assert named.redacted(value, "-") == {
        **value,
        "partner": "-",
        "participations": [["-", "lead"], ["uni", ""]],
        "reason": "No actor '-', \"-\" or “-”; agro is a word.",
    }
    assert named.held(json.dumps({"moved": [{"changed": {"a": ["agro", "uni"]}}]}))
    assert named.held(json.dumps({"row": {"document": json.dumps({"actor_id": "agro"})}}))
    for field in ("text", "event", "country", "keep"):
        assert not named.held(json.dumps({field: ["agro", "Agro Match agro"]}))


@pytest.mark.parametrize(
    "text", ["[" * 5000 + FULL, "[" * 900 + f'"{FULL}"' + "]" * 900, f"[draft] {FULL}", f'"{FULL}" sagde det']
)
def test_a_text_that_begins_like_a_document_is_read_all_the_same(text: str) -> None:
    assert Named([FULL]).held(text)
    assert Named([FULL]).mentioned(text)


def test_nobody_is_named_by_nothing() -> None:
    named = Named(["", "  ", "–"], [""])
    assert named.redacted({"a": "", "b": ["–", " "]}, "-") == {"a": "", "b": ["–", " "]}
    assert not named.held(json.dumps(["", "–"]))
    assert not named.mentioned("")
