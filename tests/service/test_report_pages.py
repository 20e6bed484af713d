"""The report as a page and as a download: both languages, wrong addresses, little data, names that are markup."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pypdf import PdfReader

from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.reading_pages import words
from tests.service.tiny_cluster import write_csv

BASE = "http://127.0.0.1:8000"


def served(folder: Path, rows: tuple[tuple[str, ...], ...]) -> Iterator[TestClient]:
    with Workspace.open(folder / "workspace", create=True) as workspace:
        headers = ("id", "name", "group", "description")
        workspace.import_table(write_csv(folder / "actors.csv", headers, rows), who="tests")
        workspace.build()
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client


@pytest.fixture(scope="module")
def three_actors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    mark = "<script>alert(1)</script>"
    rows = tuple((f"a{n}", f"{mark} {n}", "company", f"Straw {mark}") for n in range(3))
    yield from served(tmp_path_factory.mktemp("three"), rows)


def answered(client: TestClient, address: str, language: str = "en"):
    """The answer to an address, asked again as long as the report is being worked out."""
    for _ in range(60):
        answer = client.get(address, headers={"accept-language": language})
        if answer.status_code != 503:
            break
    return answer


def text_of(client: TestClient, address: str, language: str = "en", status: int = 200) -> str:
    answer = answered(client, address, language)
    assert answer.status_code == status
    return words(answer.text)


def test_the_report_says_what_the_cluster_is_made_of(sample_client: TestClient, sample: Workspace) -> None:
    text = text_of(sample_client, "/report")
    counts = sample.published().counts()
    assert f"{counts.actors} actors" in text
    assert "In brief" in text
    for each in sample.published().sub_clusters():
        if each.parent_id is None:
            assert each.label in text


@pytest.fixture(scope="module")
def every_report(sample_client: TestClient, sample: Workspace) -> dict[str, str]:
    """The pages of the whole and of every sub-cluster by address, in Danish, whose words are the longer ones."""
    addresses = ("/report", *(f"/report/{each.id}" for each in sample.published().sub_clusters()))
    answers = {address: answered(sample_client, address, "da") for address in addresses}
    assert {answer.status_code for answer in answers.values()} == {200}
    return {address: answer.text for address, answer in answers.items()}


def test_every_sub_cluster_has_a_page(every_report: dict[str, str]) -> None:
    assert all("Hvad den består af" in unescape(html) for html in every_report.values())


def test_pages_are_danish_or_english(sample_client: TestClient) -> None:
    assert "Klyngen" in text_of(sample_client, "/report", "da")
    assert "Spin-off candidates" in text_of(sample_client, "/report", "en")


def test_a_page_is_small_and_holds_no_style_or_script_of_its_own(every_report: dict[str, str]) -> None:
    for html in every_report.values():
        assert len(html.encode()) < 100_000
        assert "<script" not in html
        assert "<style" not in html
        assert " style=" not in html


def test_every_picture_has_words_and_a_table(sample_client: TestClient) -> None:
    html = answered(sample_client, "/report").text
    pictures = html.count('<svg xmlns="http://www.w3.org/2000/svg" class="plot"')
    assert pictures >= 6
    assert html.count('<div role="img" aria-label="') == pictures
    assert html.count("The figures as a table") == pictures


@pytest.mark.parametrize(("language", "said"), [("da", "Klyngen"), ("en", "The cluster")])
def test_the_pdf_comes_in_the_readers_language(sample_client: TestClient, language: str, said: str) -> None:
    answer = answered(sample_client, f"/report.pdf?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert "attachment" in answer.headers["content-disposition"]
    assert said in PdfReader(BytesIO(answer.content)).pages[0].extract_text()


def test_the_page_links_to_its_own_pdf(sample_client: TestClient, sample: Workspace) -> None:
    part = sample.published().sub_clusters()[0].id
    html = answered(sample_client, f"/report/{part}", "da").text
    assert f'href="/report.pdf?lang=da&amp;sub_cluster={part}"' in html


def test_an_unknown_sub_cluster_is_told_in_words(sample_client: TestClient) -> None:
    assert "no sub-cluster" in text_of(sample_client, "/report/nowhere", status=404)
    assert "no sub-cluster" in text_of(sample_client, "/report.pdf?sub_cluster=nowhere", status=404)


def test_an_empty_workspace_says_what_to_do(empty_client: TestClient) -> None:
    for address in ("/report", "/report.pdf", "/report/any"):
        assert "matchmaker import" in text_of(empty_client, address)


def test_three_actors_are_told_what_cannot_be_known(three_actors: TestClient) -> None:
    text = text_of(three_actors, "/report")
    assert "3 actors are few" in text
    assert "growth cannot be measured" in text
    assert "No sub-clusters were found" in text
    assert answered(three_actors, "/report.pdf").content.startswith(b"%PDF-")


def test_names_that_are_markup_stay_names(three_actors: TestClient) -> None:
    assert "<script" not in answered(three_actors, "/report").text
