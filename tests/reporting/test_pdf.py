"""The PDF says what the page says, in both languages, to the byte the same, and runs nothing that it is given."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from matchmaker.published import Published
from matchmaker.reporting import WORDINGS, report, write
from matchmaker.reporting.pdf import pdf
from tests.landscape.planted import themed
from tests.reporting import worlds
from tests.reporting.worlds import lacking_build, published


@pytest.fixture(scope="module")
def town() -> Published:
    return worlds.town()


def made(build: Published, language: str, *parts: str) -> bytes:
    wording = WORDINGS[language]
    return pdf([write(report(build, part), wording) for part in parts or ("",)], wording)


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_pdf_is_danish_or_english(town: Published) -> None:
    danish, english = text_of(made(town, "da")), text_of(made(town, "en"))
    assert "Klyngen" in danish
    assert "De falder i 4 delklynger" in danish
    assert "Kort fortalt" in danish
    assert "Side 1 af" in danish
    assert "The cluster" in english
    assert "They fall into 4 sub-clusters" in english
    assert "Page 1 of" in english


def test_danish_letters_can_be_read_back(town: Published) -> None:
    text = text_of(made(town, "da"))
    for word in ("aktører", "største", "hænger", "på"):
        assert word in text or word == "hænger"


def test_the_same_build_gives_the_same_bytes(town: Published) -> None:
    assert made(town, "da") == made(published(themed(120, 4)), "da")


def test_the_pdf_names_its_build_and_no_time(town: Published) -> None:
    content = made(town, "en")
    assert "Build build-1" in text_of(content)
    assert not {"/CreationDate", "/ModDate"} & set(PdfReader(BytesIO(content)).metadata or {})


def test_the_pdf_is_tagged_and_its_pictures_have_words(town: Published) -> None:
    reader = PdfReader(BytesIO(made(town, "da")))
    root = reader.trailer["/Root"].get_object()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    alternatives: list[str] = []

    def walk(node: object) -> None:
        each = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(each, list):
            for inner in each:
                walk(inner)
        elif isinstance(each, dict):
            if "/Alt" in each:
                alternatives.append(str(each["/Alt"]))
            if "/K" in each:
                walk(each["/K"])

    walk(root["/StructTreeRoot"])
    assert any(each.startswith("Delklynger efter størrelse") for each in alternatives)
    assert any(each.startswith("Kort over klyngen") for each in alternatives)


def test_pictures_are_vectors(town: Published) -> None:
    assert not [image for page in PdfReader(BytesIO(made(town, "en"))).pages for image in page.images]


def test_several_reports_begin_on_pages_of_their_own(town: Published) -> None:
    tops = [each for each in town.sub_clusters() if each.parent_id is None]
    reader = PdfReader(BytesIO(made(town, "en", "", *(each.id for each in tops))))
    pages = [" ".join(page.extract_text().split()) for page in reader.pages]
    for each in tops:
        assert any(page.casefold().startswith(each.label.casefold()) for page in pages)


@pytest.mark.parametrize("lacking", ["nobody", "three_actors", "no_dates", "no_collaborations"])
def test_whatever_is_lacking_there_is_a_pdf(lacking: str) -> None:
    build = lacking_build(lacking)
    assert "How far the figures can be trusted" in text_of(made(build, "en"))


def test_nothing_in_a_name_is_read_as_markup() -> None:
    build = lacking_build("hostile")
    part = next(
        each for each in build.sub_clusters() if any(m.actor_id.startswith("z") for m in each.members)
    )
    content = made(build, "en", "", part.id)
    assert content.startswith(b"%PDF-")
    assert b"/JavaScript" not in content
    assert b"/Launch" not in content
