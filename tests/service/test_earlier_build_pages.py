"""Earlier builds on an analyst's pages: links that stay in them, and two of them side by side."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.analyst.english import TEXTS as ENGLISH
from service.pages.wording import WORDINGS
from tests.service.reading_analysis import BASE, PAGES, TOPICS, asked, link_of, page
from tests.service.reading_pages import words, workspace_of


@pytest.fixture(scope="module")
def client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(sample, open_here=True), base_url=BASE) as opened:
        yield opened


@pytest.fixture(scope="module")
def two_builds(
    sample_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[TestClient, str, str]]:
    """A workspace with an earlier build and a later one, without one of the actors' old name in either."""
    folder = tmp_path_factory.mktemp("two") / "workspace"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as workspace:
        earlier = workspace.published().generation
        workspace.edit_actor("hejrebaek", {"name": "Renamed after the build"}, who="tests")
        later = workspace.build().generation
        # While somebody loads the later one, everybody else is shown the earlier.
        assert workspace.published().generation == later
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client, earlier, later


def test_a_link_to_the_build_before_shows_that_build_and_says_so(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, earlier, later = two_builds
    assert earlier != later
    shown = page(client, f"/phases?build={earlier}")
    assert WORDINGS["en"]("view.earlier", build=earlier, published=later) in words(shown)
    assert f"Shown: build {earlier}" in words(shown)
    assert f"build={earlier}" in link_of(shown)
    assert 'href="/phases"' in shown
    assert page(client, f"/phases?build={earlier}") == shown
    for address in ("/map", "/sub-clusters", "/spin-offs", "/landscape", "/downloads"):
        assert earlier in words(page(client, f"{address}?build={earlier}"))
    data = json.loads(asked(client, f"/map/data.json?build={earlier}").content)
    assert data["generation"] == earlier


def test_the_build_before_does_not_bring_back_what_was_changed_since(
    two_builds: tuple[TestClient, str, str], sample: Workspace
) -> None:
    client, earlier, _ = two_builds
    before = sample.published().actor("hejrebaek").name
    data = json.loads(asked(client, f"/map/data.json?build={earlier}").content)
    assert "Renamed after the build" in data["names"]
    assert before not in data["names"]


OF_A_BUILD = re.compile(
    r"/(?:report|map|sub-clusters|spin-offs|landscape|comparison|downloads|" + "|".join(TOPICS) + ")\\b"
)
"""How addresses of pages begin that show a build, and an earlier one where they name it."""


FILE = re.compile(r"[?&]format=|/landscape\.|\.pdf")
"""Files name their build always."""


def links_of(html: str) -> list[str]:
    """Where a page's own part leads, without the way to the published build."""
    own = html[html.index("<main") : html.index("</main>")]
    found = [unescape(each) for each in re.findall(r'href="([^"]+)"', own)]
    return [each for each in found if OF_A_BUILD.match(each)]


def test_every_link_inside_an_earlier_build_leads_to_that_build(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, earlier, _ = two_builds
    workspace = workspace_of(client)
    before = workspace.kept_builds.read(earlier)
    assert before is not None
    part = max(before.sub_clusters(), key=lambda each: len(each.members)).id
    candidate = before.spin_offs()[0].sub_cluster_id
    own = ("/map", f"/map?focus={part}", "/sub-clusters", "/spin-offs", "/report", f"/report/{part}")
    own += (f"/sub-clusters/{part}", f"/sub-clusters/{candidate}")
    for address in (*PAGES, *own):
        bare = page(client, address)
        shown = page(client, f"{address}{'&' if '?' in address else '?'}build={earlier}")
        assert earlier in words(shown), address
        (newest,) = re.findall(rf'href="([^"]+)">{ENGLISH["view.newest"]}<', shown)
        wrong = [
            each for each in links_of(shown) if f"build={earlier}" not in each and each != unescape(newest)
        ]
        assert wrong == [], address
        assert [each for each in links_of(bare) if "build=" in each and not FILE.search(each)] == [], address
        assert len(links_of(shown)) > 1


def test_a_press_on_a_name_on_the_map_of_an_earlier_build_leads_to_that_build(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, earlier, _ = two_builds
    assert f'data-build="{earlier}"' in page(client, f"/map?build={earlier}")
    assert 'data-build=""' in page(client, "/map")


def test_a_link_to_a_build_that_is_gone_says_which_one_it_is_now(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, _, later = two_builds
    for gone in ("0123456789abcdef", "../../etc/passwd", "published.json"):
        shown = words(page(client, f"/phases?build={gone}"))
        assert WORDINGS["en"]("view.gone", asked=gone, build=later) in shown
        assert f"Shown: build {later}" in shown


def test_two_builds_stand_side_by_side(two_builds: tuple[TestClient, str, str]) -> None:
    client, earlier, later = two_builds
    assert f"/comparison?before={earlier}" in page(client, "/comparison")
    shown = words(page(client, f"/comparison?before={earlier}"))
    assert f"Build {earlier}" in shown
    assert f"Build {later}" in shown
    assert ENGLISH["comparison.of_builds"] in shown


def offered_comparisons(shown: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="(/comparison\?before=[^"]+)"', shown)]


def test_a_build_is_compared_with_one_made_before_it_and_never_with_itself(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, earlier, later = two_builds
    assert offered_comparisons(page(client, "/comparison")) == [f"/comparison?before={earlier}"]
    assert offered_comparisons(page(client, f"/comparison?build={earlier}")) == []
    for address in (f"before={earlier}&build={earlier}", f"before={later}"):
        for language, said in (("en", "nothing differs"), ("da", "er intet forskelligt")):
            answer = asked(client, f"/comparison?{address}", language)
            assert answer.status_code == 422
            assert said in words(answer.text)


def shown_everybody(workspace: Workspace, name: str) -> bool:
    """Whether everybody is shown a build, as soon as whoever loads it has done so."""
    until = time.monotonic() + 30
    while workspace.published().generation != name and time.monotonic() < until:
        time.sleep(0.05)
    return workspace.published().generation == name


def test_after_going_back_the_newer_build_is_still_the_later_one(
    two_builds: tuple[TestClient, str, str],
) -> None:
    client, earlier, later = two_builds
    workspace = workspace_of(client)
    assert workspace.roll_back(who="tests") == earlier
    assert shown_everybody(workspace, earlier)
    try:
        assert offered_comparisons(page(client, "/comparison")) == []
        address = f"/comparison?before={earlier}&build={later}"
        assert offered_comparisons(page(client, f"/comparison?build={later}")) == [address]
        shown = words(page(client, address))
        assert shown.index(f"(Build {earlier})") < shown.index(f"(Build {later})")
        for language, said in (("en", "was made after"), ("da", "er lavet efter")):
            answer = asked(client, f"/comparison?before={later}", language)
            assert answer.status_code == 422
            assert said in words(answer.text)
    finally:
        assert workspace.roll_back(who="tests") == later
        assert shown_everybody(workspace, later)


def test_a_build_that_is_gone_is_told_in_the_readers_language(client: TestClient) -> None:
    for language, said in (("en", "is not kept any more"), ("da", "gemmes ikke længere")):
        answer = asked(client, "/comparison?before=0123456789abcdef", language)
        assert answer.status_code == 422
        assert said in words(answer.text)
