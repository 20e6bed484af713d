"""What an analyst's tables hold and are sorted by: every line that is promised, under the names and in the order that are shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from urllib.parse import quote, urlencode

import pytest
from fastapi.testclient import TestClient

from matchmaker.actors import Commitment
from matchmaker.landscape.gap_signs import Sign, SignId
from matchmaker.landscape.gaps import Gap, GapKind, GapVerdict
from matchmaker.landscape.phase_rule import PHASES
from matchmaker.landscape.portfolio import Crossing
from matchmaker.landscape.specialisation.findings import Verdict
from matchmaker.landscape.specialisation.questions import By
from matchmaker.landscape.trend_items import Kind
from matchmaker.places import REGIONS
from matchmaker.reporting.values import UNKNOWN, Cell, Sentence
from matchmaker.reporting.writing import WrittenText, runs_of, write_block
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.analyst.gaps import counted_evidence, evidence
from service.pages.analyst.sheets import Column, Sheet, file_of, shown, step
from service.pages.analyst.study import Names, by_number
from service.pages.analyst.trends import named
from service.pages.wording import WORDINGS
from tests.service.reading_analysis import BASE, COMPARED, asked, page, rows
from tests.service.reading_pages import words

NOBODY = Names({}, {})


@pytest.fixture(scope="module")
def client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(sample, open_here=True), base_url=BASE) as opened:
        yield opened


def table(client: TestClient, address: str, name: str) -> list[dict[str, str]]:
    """All rows of a table of a page."""
    return rows(asked(client, f"{address}{'&' if '?' in address else '?'}table={name}&format=csv"))


# Specialisation


@pytest.mark.parametrize("question", ["by=region", "by=country", "by=group&of=specialisations"])
def test_there_is_a_line_for_each_place_in_each_column(client: TestClient, question: str) -> None:
    found = table(client, f"/specialisation?{question}", "quotients")
    places = {each["place"] for each in table(client, f"/specialisation?{question}", "places")}
    columns = {each["column_id"] for each in table(client, f"/specialisation?{question}", "columns")}
    assert {(each["place"], each["column_id"]) for each in found} == {
        (place, column) for place in places for column in columns
    }
    assert len(found) == len(places) * len(columns)
    assert any(each["actors"] == "0" for each in found)


@pytest.mark.parametrize("name", ["quotients", "near"])
def test_a_verdict_takes_lines_away_and_adds_none(client: TestClient, name: str) -> None:
    address = "/specialisation?by=group&of=specialisations"
    everything = [tuple(each.values()) for each in table(client, address, name)]
    chosen = [
        tuple(each.values())
        for verdict in Verdict
        for each in table(client, f"{address}&verdict={verdict}", name)
    ]
    assert sorted(chosen) == sorted(everything)


def test_what_could_come_next_has_what_a_place_has_none_of(client: TestClient, sample: Workspace) -> None:
    found = sample.published().analysis.specialisation(By.GROUP, today=date.max)
    expected = {(row.id, each.column_id) for row in found.rows for each in found.near(row.id)}
    near = table(client, "/specialisation?by=group", "near")
    assert {(each["place"], each["column_id"]) for each in near} == expected
    assert any(each["actors"] == "0" for each in near)
    densities = [float(each["density"]) for each in near]
    assert all(one >= other for one, other in pairwise(densities))


@pytest.mark.parametrize(
    ("question", "place", "expected"),
    [
        ("by=region&level=2", "Midtj", {"DK04"}),
        ("by=region&level=2", "central jutland", {"DK04"}),
        ("by=region&level=2", "dk04", {"DK04"}),
        ("by=country", "Sverige", {"SE"}),
        ("by=country", "swe", {"SE"}),
        ("by=country", "de", {"DE"}),
        ("by=group", "Videninst", {"knowledge_institution"}),
        ("by=group", "knowledge institutions", {"knowledge_institution"}),
        ("by=group", "companies", {"company"}),
        ("by=group", "company", {"company"}),
        ("by=group", "elsewhere", set()),
    ],
)
def test_a_place_is_found_by_its_name_as_well_as_by_its_code(
    client: TestClient, question: str, place: str, expected: set[str]
) -> None:
    address = f"/specialisation?{question}&place={quote(place)}"
    assert {each["place"] for each in table(client, address, "places")} == expected
    assert {each["place"] for each in table(client, address, "quotients")} == expected
    moves = {each["place"] for each in table(client, f"/specialisation?{question}", "moves")}
    assert {each["place"] for each in table(client, address, "moves")} == moves & expected


# The portfolio


def crossing_of(sample: Workspace, part: str) -> Crossing:
    found = sample.published().analysis.portfolio(None)
    return next(each for each in (found.whole, *found.sub_clusters) if each.sub_cluster_id == part)


def told(crossing: Crossing) -> str:
    return f"{crossing.across_groups} of {crossing.collaborations} collaborations of two or more join actor groups"


def test_a_parts_portfolio_says_what_of_that_part_crosses_actor_groups(
    client: TestClient, sample: Workspace
) -> None:
    part = sample.published().sub_clusters()[0].id
    shown_whole, shown_part = (words(page(client, f"/portfolio{of}")) for of in ("", f"?part={part}"))
    assert f" {told(crossing_of(sample, ''))} " in shown_whole
    assert told(crossing_of(sample, part)) in shown_part
    assert told(crossing_of(sample, "")) not in shown_part
    (line,) = table(client, f"/portfolio?part={part}", "crossings")
    assert line["across_groups"] == str(crossing_of(sample, part).across_groups)


@pytest.mark.parametrize("others", ["commitment=committed", "state=ended", "first=2022", "last=2022"])
def test_what_crosses_says_what_it_is_of_where_the_other_figures_are_of_less(
    client: TestClient, sample: Workspace, others: str
) -> None:
    part = sample.published().sub_clusters()[0]
    for of, what in (("", "the whole cluster"), (part.id, part.label)):
        begun = f"In {what}, whatever else is chosen: {told(crossing_of(sample, of))}"
        # A name that leads somewhere has a space behind it here.
        assert begun in words(page(client, f"/portfolio?part={of}&{others}")).replace(" ,", ",")


def test_a_specialisation_that_is_not_counted_apart_says_nothing_of_the_whole(
    client: TestClient, sample: Workspace
) -> None:
    inside = next(each for each in sample.published().sub_clusters() if each.parent_id is not None)
    assert "collaborations of two or more" not in words(page(client, f"/portfolio?part={inside.id}"))


# In the order and under the names that are shown


def test_a_step_of_a_ladder_is_sorted_by_its_place_and_filed_by_its_name() -> None:
    phase: Column[str] = step("phase", "phase", lambda row: row, PHASES)
    sheet = Sheet("phases", (phase,), ["mature", "", "clutter", "emerging"])
    wording = WORDINGS["en"]
    for sort, expected in (
        ("phase", ["Clutter", "Emerging", "Mature", "–"]),
        ("-phase", ["Mature", "Emerging", "Clutter", "–"]),
    ):
        found = shown(sheet, {"sort_phases": sort}, wording)
        assert ["".join(run.text for run in row[0]) for row in found.rows] == expected
    filed = file_of(sheet, {"sort_phases": "phase"}, "csv").decode("utf-8-sig").split()
    assert [each.strip('"') for each in filed] == ["phase", "clutter", "emerging", "mature", ""]


@pytest.mark.parametrize(
    ("address", "name", "column", "ladder"),
    [
        ("/portfolio", "crossings", "phase", PHASES),
        ("/portfolio", "portfolio", "commitment", tuple(Commitment)),
        ("/phases", "phases", "earliest", PHASES),
        ("/phases", "phases", "latest", PHASES),
        ("/phases", "signs", "supports", PHASES),
        ("/phases", "movement", "phase", PHASES),
        (COMPARED, "compared_phases", "was", PHASES),
        (COMPARED, "compared_phases", "now", PHASES),
        (COMPARED, "compared_commitment", "commitment", tuple(Commitment)),
    ],
)
def test_phases_and_commitment_are_sorted_as_they_follow_each_other(
    client: TestClient, address: str, name: str, column: str, ladder: tuple[str, ...]
) -> None:
    asking = f"{address}{'&' if '?' in address else '?'}sort_{name}={column}"
    found = [each[column] for each in table(client, asking, name)]
    places = [ladder.index(each) if each in ladder else len(ladder) for each in found]
    assert len(found) > 1
    assert places == sorted(places)
    assert set(found) & set(ladder)


def gap(kind: GapKind, *signs: Sign, asked: int = 0) -> Gap:
    return Gap("sc-1", kind, "supplier", GapVerdict.THIN, signs, asked=asked)


def fewer(count: int, *, holds: bool) -> Sign:
    return Sign(SignId.FEWER_MEMBERS, count, 40, 30, 90, 0.2, 0.1, 0.4, 0.01, holds)


def test_what_speaks_for_a_gap_is_sorted_and_filed_by_the_figure_that_is_shown() -> None:
    tested = gap(GapKind.GROUP, fewer(7, holds=False), fewer(2, holds=True))
    wanted = gap(GapKind.REQUEST, asked=6)
    unclear = gap(GapKind.GROUP, fewer(7, holds=False))
    for each, figure in ((tested, 2), (wanted, 6)):
        assert counted_evidence(each) == figure
        assert "".join(run.text for run in runs_of(evidence(each), WORDINGS["en"])).startswith(str(figure))
    assert (counted_evidence(unclear), evidence(unclear)) == (None, UNKNOWN)


def test_the_file_of_gaps_has_a_figure_for_groups_and_regions(client: TestClient) -> None:
    found = table(client, "/gaps", "gaps")
    tested = [each for each in found if each["kind"] != "request"]
    assert tested
    assert {each["evidence"] for each in tested} != {"0"}
    assert all(f":{each['evidence']}/" in each["signs"] for each in tested if each["evidence"])


def test_the_growth_of_a_part_is_filed_under_its_own_words(client: TestClient, sample: Workspace) -> None:
    part = sample.published().sub_clusters()[0]
    found = {each["kind"]: each["what"] for each in table(client, f"/trends?part={part.id}", "trends")}
    assert found["volume"] == "all collaborations"
    assert found["new_actors"] == "new actors"


# Names for codes


def test_a_field_is_called_by_the_last_step_of_its_path(client: TestClient) -> None:
    assert named(Kind.FIELD, "/natural sciences/physical sciences", NOBODY) == "physical sciences"
    assert named(Kind.FIELD, "/natural sciences", NOBODY) == "natural sciences"
    assert named(Kind.TERM, "straw/hemp", NOBODY) == "straw/hemp"


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_region_of_what_stands_out_is_named(client: TestClient, language: str) -> None:
    for _ in range(300):
        shown_page = words(page(client, "/landscape", language))
        if WORDINGS[language]("tile.working") not in shown_page:
            break
    fact = shown_page.partition(WORDINGS[language]("tile.specialisation"))[2].strip()
    code = fact.partition("(")[2].partition(")")[0]
    assert code in REGIONS
    assert fact.startswith(f"{WORDINGS[language].region(code)} ")


# Words


@pytest.mark.parametrize(
    ("definition", "terms"),
    [
        (
            "define.gaps.1",
            ["report.gaps.verdict.missing", "report.gaps.verdict.needed", "report.gaps.verdict.thin"],
        ),
        ("define.gaps.2", ["report.gaps.kind.request"]),
        ("define.trends.3", ["tendency.steady", "tendency.cannot_tell"]),
    ],
)
def test_a_definition_has_the_words_of_the_table(definition: str, terms: list[str]) -> None:
    for language in WORDINGS.values():
        text = language(definition).casefold()
        assert [each for each in terms if language(each).casefold() not in text] == []


def test_a_spin_off_is_of_one_gender() -> None:
    assert [key for key, text in WORDINGS["da"].texts.items() if "et spin-off" in text.casefold()] == []


@pytest.mark.parametrize(
    ("key", "english", "danish"),
    [
        ("gaps.first", "1 gap stands out: P lacks W (E).", "1 mangel træder frem: P mangler W (E)."),
        ("tile.gaps.fact", "1 gap: P lacks W (E).", "1 mangel: P mangler W (E)."),
        (
            "tile.spin_off.fact",
            "P is the only candidate, with 80 of 100.",
            "P er den eneste kandidat med 80 af 100.",
        ),
    ],
)
def test_one_is_told_as_one(key: str, english: str, danish: str) -> None:
    figures: dict[str, Cell] = {"part": "P", "what": "W", "evidence": "E", "candidate": "P", "score": "80"}
    assert said(by_number(key, 1, figures), "en") == english
    assert said(by_number(key, 1, figures), "da") == danish
    assert "3" in said(by_number(key, 3, figures), "en")


def test_one_collaboration_is_told_as_one(client: TestClient) -> None:
    def filters(line: dict[str, str]) -> str:
        chosen = {name: line[name] for name in ("commitment", "state")}
        years = {"first": line["year"], "last": line["year"]}
        return urlencode({"part": line["sub_cluster_id"], **chosen, **years})

    lines = [each for each in table(client, "/portfolio", "portfolio") if each["part"]]
    often = Counter(filters(each) for each in lines)
    line = next(each for each in lines if often[filters(each)] == 1 and each["collaborations"] == "1")
    for language, begun in (("en", "1 collaboration, "), ("da", "1 samarbejde, ")):
        assert f" {begun}" in words(page(client, f"/portfolio?{filters(line)}", language))


def said(sentence: Sentence, language: str) -> str:
    written = write_block(sentence, WORDINGS[language])
    assert isinstance(written, WrittenText)
    return "".join(run.text for run in written.runs)
