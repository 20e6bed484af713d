"""An analyst's pages: every table sorted, filtered and downloaded, links that lead back, and what is said with little data."""

from __future__ import annotations

import csv
import re
import string
import zipfile
from collections import Counter
from collections.abc import Iterator
from html import unescape
from io import BytesIO, StringIO

import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from matchmaker.landscape.comparison import Topic, Turn
from matchmaker.landscape.fillers import FillerReason
from matchmaker.landscape.gaps import GapKind, GapVerdict
from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.analyst.danish import TEXTS as DANISH
from service.pages.analyst.english import TEXTS as ENGLISH
from service.pages.analyst.sheets import Sheet, all_of, count, file_of, text
from service.pages.wording import WORDINGS
from service.permissions import RULES, Role
from tests.service.reading_analysis import BASE, COMPARED, PAGES, TOPICS, asked, link_of, page, rows
from tests.service.reading_pages import words


@pytest.fixture(scope="module")
def client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(sample, open_here=True), base_url=BASE) as opened:
        yield opened


# Words


def test_both_catalogues_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert DANISH.keys() == ENGLISH.keys()
    for key in ENGLISH:
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(each[key]) if name}
            for each in (DANISH, ENGLISH)
        ]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize(
    ("prefix", "kinds"),
    [
        ("turn", Turn),
        ("report.gaps.verdict", GapVerdict),
        ("report.gaps.kind", GapKind),
        ("filler", FillerReason),
    ],
)
def test_every_kind_that_a_page_can_meet_has_words(prefix: str, kinds: type) -> None:
    for language in WORDINGS.values():
        assert all(f"{prefix}.{kind}" in language.texts for kind in kinds)  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", [*PAGES, COMPARED])
@pytest.mark.parametrize("language", ["da", "en"])
def test_every_page_speaks_the_readers_language_and_stays_light(
    client: TestClient, address: str, language: str
) -> None:
    answer = asked(client, address, language)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert len(answer.content) < 100_000
    assert "<script>" not in answer.text
    assert " style=" not in answer.text


def test_each_page_says_what_it_means_and_where_its_figures_come_from(client: TestClient) -> None:
    for topic in (*TOPICS, "comparison"):
        shown = words(page(client, f"/{topic}"))
        assert ENGLISH[f"{topic}.lead"] in shown
        assert ENGLISH[f"define.{topic}.1.text"] in shown


def test_every_picture_has_a_text_and_a_table_beside_it(client: TestClient) -> None:
    for topic in TOPICS:
        shown = page(client, f"/{topic}")
        pictures = re.findall(r'<div role="img" aria-label="([^"]*)">', shown)
        assert all(len(each) > 20 for each in pictures), topic
        assert "<table" in shown
    assert '<div role="img"' in page(client, "/phases")


# Sorting, filters, pages


def test_a_press_on_a_heading_sorts_and_the_next_one_turns_it_round(client: TestClient) -> None:
    def sizes(sort: str) -> list[int]:
        answer = asked(client, f"/specialisation?by=group&table=quotients&format=csv&sort_quotients={sort}")
        return [int(each["actors"]) for each in rows(answer)]

    assert sizes("-actors") == sorted(sizes("actors"), reverse=True)
    shown = page(client, "/specialisation?by=group&sort_quotients=-actors")
    assert 'aria-sort="descending"' in shown
    assert "sort_quotients=actors#quotients" in shown


@pytest.mark.parametrize(
    "address",
    [
        "/specialisation?sort_quotients=nothing",
        "/specialisation?page_quotients=0",
        "/specialisation?page_quotients=x",
        "/specialisation?by=planet",
        "/specialisation?level=9",
        "/specialisation?first=2024&last=2020",
        "/trends?part=sc-nothing",
        "/trends?last=2999",
        "/phases?part=sc-nothing",
        "/gaps?verdict=perhaps",
        "/portfolio?day=someday",
        "/portfolio?part=sc-nothing",
        "/brokers?order=beauty",
        "/backtest?first=2024&last=2020",
        "/comparison?before=2024-01-01&after=2020-01-01",
        "/comparison?before=2020-01-01",
        "/comparison?before=no-build",
        "/downloads/landscape.pickle",
        "/map?colour=mood",
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(client: TestClient, address: str) -> None:
    answer = asked(client, address)
    assert answer.status_code == 422, address
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("topic", [*TOPICS, "comparison"])
def test_a_form_that_was_left_empty_asks_for_nothing_special(client: TestClient, topic: str) -> None:
    shown = page(client, f"/{topic}")
    names = re.findall(r'<(?:select|input)[^>]* name="(\w+)"', shown)
    assert names
    assert ENGLISH[f"{topic}.lead"] in words(page(client, f"/{topic}?{'=&'.join(names)}="))


def test_filters_can_be_cleared_where_there_are_any_and_the_rest_of_the_view_stays(
    client: TestClient,
) -> None:
    clear = f">{WORDINGS['en']('word.clear')}</a>"
    for bare in ("/brokers", "/brokers?group=&sort_brokers=constraint"):
        assert clear not in page(client, bare)
    shown = page(client, "/brokers?group=company&sort_brokers=constraint")
    assert f'href="/brokers?sort_brokers=constraint"{clear}' in shown


def test_a_table_that_is_not_there_is_not_found(client: TestClient) -> None:
    assert asked(client, "/trends?table=nothing&format=csv").status_code == 404


def test_filters_leave_what_they_say(client: TestClient) -> None:
    found = rows(asked(client, "/trends?kind=commitment&table=trends&format=csv"))
    assert {each["kind"] for each in found} == {"commitment"}
    found = rows(asked(client, "/portfolio?commitment=committed&first=2024&table=portfolio&format=csv"))
    assert {each["commitment"] for each in found} == {"committed"}
    assert {each["year"] for each in found} == {"2024", "2025"}
    found = rows(asked(client, "/gaps?kind=group&table=gaps&format=csv"))
    assert {each["kind"] for each in found} == {"group"}
    found = rows(asked(client, "/brokers?group=company&table=brokers&format=csv"))
    assert {each["group"] for each in found} == {"company"}


def test_a_part_has_trends_phases_and_gaps_of_its_own(client: TestClient, sample: Workspace) -> None:
    part = sample.published().sub_clusters()[0]
    for topic in ("trends", "phases", "gaps"):
        shown = page(client, f"/{topic}?part={part.id}")
        assert f'<option value="{part.id}" selected>' in shown
    gaps = rows(asked(client, f"/gaps?part={part.id}&table=gaps&format=csv"))
    assert {each["sub_cluster_id"] for each in gaps} == {part.id}


def test_the_pages_of_a_table_hold_every_row_once(client: TestClient) -> None:
    everything = rows(asked(client, "/phases?table=phases&format=csv"))
    seen = ""
    for number in (1, 2):
        seen += words(page(client, f"/phases?page_phases={number}"))
    assert len(everything) == 1 + len({each["id"] for each in everything if each["id"]})
    assert all(each["part"] in seen for each in everything if each["part"])


# Files


def test_a_file_holds_all_rows_and_a_workbook_the_same(client: TestClient) -> None:
    flat = rows(asked(client, "/phases?table=phases&format=csv"))
    book = load_workbook(BytesIO(asked(client, "/phases?table=phases&format=xlsx").content), read_only=True)
    sheet = list(book.active.iter_rows(values_only=True))
    assert [*flat[0]] == list(sheet[0])
    assert len(sheet) == len(flat) + 1


def test_all_tables_of_a_page_are_in_one_workbook_and_one_zip(client: TestClient) -> None:
    book = load_workbook(BytesIO(asked(client, f"{COMPARED}&table=all&format=xlsx").content), read_only=True)
    with zipfile.ZipFile(BytesIO(asked(client, f"{COMPARED}&table=all&format=zip").content)) as bundle:
        assert {name.removesuffix(".csv")[:31] for name in bundle.namelist()} == set(book.sheetnames)
    assert "compared_parts" in book.sheetnames


def test_formulas_are_harmless_in_every_file() -> None:
    sheet = Sheet(
        "hostile", (text("name", lambda row: row), count("length", len)), ["=HYPERLINK(1)", "+1", "plain"]
    )
    assert b"'=HYPERLINK(1)" in file_of(sheet, {}, "csv")
    for content in (file_of(sheet, {}, "xlsx"), all_of((sheet,), {}, "xlsx")):
        cells = [row[0].value for row in load_workbook(BytesIO(content)).active.iter_rows(min_row=2)]
        assert cells == ["'=HYPERLINK(1)", "'+1", "plain"]
    with zipfile.ZipFile(BytesIO(all_of((sheet,), {}, "zip"))) as bundle:
        assert b"'=HYPERLINK(1)" in bundle.read("hostile.csv")


def test_everything_can_be_had_from_one_page(client: TestClient, sample: Workspace) -> None:
    shown = page(client, "/downloads")
    addresses = [unescape(each) for each in re.findall(r'href="(/downloads/landscape[^"]+)"', shown)]
    assert len(addresses) == 4
    found = {}
    for address in addresses:
        answer = asked(client, address)
        assert answer.status_code == 200
        found[address.partition("&")[0]] = answer.content
    with zipfile.ZipFile(BytesIO(found["/downloads/landscape.zip?cells=csv"])) as bundle:
        names = {name.removesuffix(".csv") for name in bundle.namelist()}
    assert names == set(sample.published().frames())
    with zipfile.ZipFile(BytesIO(found["/downloads/landscape.zip?cells=parquet"])) as bundle:
        actors = pq.read_table(BytesIO(bundle.read("actors.parquet")))
    assert actors.num_rows == sample.published().counts().actors
    assert b"<graphml" in found["/downloads/landscape.graphml?cells=csv"]
    book = load_workbook(BytesIO(found["/downloads/landscape.xlsx?cells=csv"]), read_only=True)
    assert "actors" in book.sheetnames


def test_every_figure_in_one_file_is_what_the_pages_show(client: TestClient) -> None:
    with zipfile.ZipFile(BytesIO(asked(client, "/downloads/landscape.zip?cells=csv").content)) as bundle:
        file = {
            name: list(csv.DictReader(StringIO(bundle.read(f"{name}.csv").decode("utf-8-sig"))))
            for name in ("portfolio", "brokers", "losses", "gaps", "gap_fillers")
        }

    def of_the_page(topic: str, table: str) -> list[dict[str, str]]:
        return rows(asked(client, f"/{topic}?table={table}&format=csv"))

    def counted(found: list[dict[str, str]], *columns: str) -> Counter[tuple[str, ...]]:
        return Counter(tuple(each[name] for name in columns) for each in found)

    portfolio = of_the_page("portfolio", "portfolio")
    known = ("sub_cluster_id", "commitment", "year", "state", "collaborations")
    assert counted(file["portfolio"], *known) == counted(portfolio, *known)
    assert {"planned", "running", "ended"} & {each["state"] for each in file["portfolio"]}
    brokers = of_the_page("brokers", "brokers")
    assert [each["actor_id"] for each in file["brokers"]] == [each["actor_id"] for each in brokers]
    assert [each["removed"] for each in file["losses"]] == [
        each["removed"] for each in of_the_page("brokers", "losses")
    ]
    gaps = Counter((each["sub_cluster_id"], each["what_id"]) for each in of_the_page("gaps", "gaps"))
    assert counted(file["gaps"], "sub_cluster_id", "what") == gaps
    fillers = of_the_page("gaps", "fillers")
    assert counted(file["gap_fillers"], "actor_id") == counted(fillers, "actor_id")


def tables_offered(client: TestClient) -> dict[str, list[str]]:
    """The heads of every table that the downloads offer, by its address."""
    shown = page(client, "/downloads")
    offered = [unescape(each) for each in re.findall(r'href="(/\w+\?table=[^"]+format=csv[^"]*)"', shown)]
    assert len(offered) > 15
    heads = {}
    for address in offered:
        answer = asked(client, address)
        assert answer.status_code == 200, address
        assert answer.headers["content-disposition"].startswith("attachment")
        heads[address.partition("&")[0]] = next(csv.reader(StringIO(answer.content.decode("utf-8-sig"))))
    return heads


def test_every_table_that_is_offered_is_there(client: TestClient) -> None:
    assert all(len(each) > 1 for each in tables_offered(client).values())


def test_with_little_data_the_same_tables_are_there_with_their_heads(
    client: TestClient, little: TestClient
) -> None:
    assert tables_offered(little) == tables_offered(client)
    for address in ("/phases", "/brokers", "/specialisation"):
        for ending in ("xlsx", "zip"):
            assert asked(little, f"{address}?table=all&format={ending}").status_code == 200


def test_a_table_without_a_row_that_says_nothing_is_not_on_the_page(
    client: TestClient, little: TestClient
) -> None:
    for table in ("activities", "movement"):
        assert f'<section class="sheet" aria-labelledby="{table}">' in page(client, "/phases")
        assert f'<section class="sheet" aria-labelledby="{table}">' not in page(little, "/phases")


@pytest.mark.parametrize("address", ["/downloads", "/phases", "/report"])
def test_where_a_file_may_be_worked_out_first_the_browser_shows_that(
    client: TestClient, address: str
) -> None:
    # With the attribute a browser would take the page that says so for a download that failed.
    for attributes in re.findall(r"<a ([^>]+)>", page(client, address)):
        assert not re.search(r"\bdownload\b(?!s)", re.sub(r'"[^"]*"', "", attributes))


# Links that lead back


@pytest.mark.parametrize(
    "address",
    [
        "/specialisation?by=group&of=specialisations&sort_quotients=-actors&page_quotients=2",
        "/trends?kind=term&tendency=rising",
        "/phases?phase=mature&sort_phases=-standing",
        "/gaps?kind=group",
        "/portfolio?commitment=project&day=2024-06-30",
        "/brokers?order=beyond_size&sort_brokers=constraint",
        COMPARED,
        "/map?colour=sub_clusters&view=10_60_20_70&sort=group",
        "/sub-clusters",
        "/spin-offs",
        "/landscape",
    ],
)
def test_the_link_of_a_view_gives_the_same_bytes_on_the_same_build(client: TestClient, address: str) -> None:
    page(client, address)
    link = link_of(page(client, address)).removeprefix(BASE)
    assert "build=" in link
    first = page(client, link)
    # What is still worked out the first time is there the second; then nothing changes any more.
    assert page(client, link) == page(client, link)
    assert link_of(first) == link_of(page(client, address))
    assert "not kept any more" not in first


def test_a_comparison_tells_every_topic(client: TestClient) -> None:
    shown = words(page(client, COMPARED))
    assert "31 December 2021" in shown
    assert ENGLISH["comparison.at_work"] in shown
    answer = asked(client, f"/api/v1{COMPARED.replace('/comparison', '/landscape/comparison')}&limit=200")
    topics = {each["topic"] for each in answer.json()["items"]}
    assert {Topic.GROUP, Topic.REGION, Topic.SUB_CLUSTER, Topic.PHASE, Topic.COMMITMENT} <= topics


# Little data, and who may look


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Three actors without a collaboration, a region or a country."""
    folder = tmp_path_factory.mktemp("little")
    table = folder / "actors.csv"
    table.write_text("id,name,group,description\n" + "".join(
        f"a{n},<b>{n}</b>,company,We press straw {n}\n" for n in range(3)
    ))  # fmt: skip
    with Workspace.open(folder / "workspace", create=True) as workspace:
        workspace.import_table(table, who="tests")
        workspace.build()
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client


@pytest.mark.parametrize("topic", [*TOPICS, "comparison"])
def test_with_too_little_data_a_page_says_what_is_lacking(little: TestClient, topic: str) -> None:
    for language, texts in (("en", ENGLISH), ("da", DANISH)):
        shown = page(little, f"/{topic}", language)
        assert texts["study.nothing"] in words(shown)
        assert texts[f"{topic}.nothing"] in words(shown)
        assert "matchmaker import table" in shown


@pytest.mark.parametrize(
    "address", ["/landscape", "/downloads", "/downloads/landscape.zip", "/map", "/spin-offs"]
)
def test_little_data_is_no_error(little: TestClient, address: str) -> None:
    assert asked(little, address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_without_a_build_each_page_says_what_to_do(empty_client: TestClient, address: str) -> None:
    assert "matchmaker import" in empty_client.get(address).text


def test_analysts_and_facilitators_look_and_nobody_else() -> None:
    mine = [
        rule
        for (_, path), rule in RULES.items()
        if path in PAGES or path.startswith(("/api/v1/landscape", "/downloads"))
    ]
    assert len(mine) >= len(PAGES) + 10
    assert all(set(rule.roles) == {Role.FACILITATOR, Role.ANALYST} for rule in mine)
