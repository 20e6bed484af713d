"""Markup in data or address stays text, and no page needs what the policy forbids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from service.pages.rendering import STATIC, TEMPLATES, web_address
from tests.service.reading_pages import BASE
from tests.service.tiny_cluster import write_csv


@pytest.fixture(scope="module")
def hostile_client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Actors whose every field holds markup."""
    folder = tmp_path_factory.mktemp("hostile")
    mark = "<script>alert(1)</script>"
    headers = (
        "id",
        "name",
        "group",
        "description",
        "offers",
        "requests",
        "region",
        "tags",
        "website",
        "size",
    )
    rows = tuple(
        (
            f"{mark}{n}",
            f'{mark} & "Co" {n}',
            group,
            f"{mark} straw fibres",
            f"{mark} straw",
            f"{mark} fibres",
            mark,
            mark,
            f"javascript:alert({n})",
            mark,
        )
        for n, group in enumerate(("company", "supplier", "knowledge_institution"))
    )
    with Workspace.open(folder / "workspace", create=True) as workspace:
        workspace.import_table(write_csv(folder / "actors.csv", headers, rows), who="tests")
        workspace.build()
        with TestClient(create_app(workspace, open_here=True), base_url=BASE) as client:
            yield client


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/actors",
        "/search?q=straw",
        "/proposals",
        "/proposals?view=lists&text=<script>alert(1)</script>&region=<script>",
        "/team?idea=<script>alert(1)</script>+straw+fibres&least=2",
        "/team?idea=straw&include=<script>alert(1)</script>&regions=<script>",
        "/sub-clusters",
        "/map",
        "/spin-offs",
        f"/actors/{quote('<script>alert(1)</script>0', safe='')}",
        "/actors?text=<script>alert(1)</script>",
        "/search?q=<script>alert(1)</script>",
        "/actors/<script>alert(1)<%2Fscript>",
        "/sub-clusters/<script>",
    ],
)
def test_markup_in_data_or_address_is_shown_and_never_active(
    hostile_client: TestClient, address: str
) -> None:
    page = hostile_client.get(address).text
    assert "<script>" not in page
    assert 'href="javascript:' not in page
    assert not re.findall(r"<[^>]+\s(?:on\w+|style)=", page)


def test_markup_appears_escaped_where_it_is_content(hostile_client: TestClient) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;Co&#34; 0" in hostile_client.get("/actors").text
    columns = hostile_client.get("/map/data.json")
    assert columns.headers["content-type"] == "application/json"
    assert columns.headers["x-content-type-options"] == "nosniff"


def test_no_template_or_script_needs_what_the_policy_forbids() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.findall(r"\sstyle=|\son\w+=|<style|\|\s*safe|autoescape", text), template.name
        assert all("src=" in script for script in re.findall(r"<script[^>]*>", text)), template.name
    script = (STATIC / "map.js").read_text(encoding="utf-8")
    assert not re.findall(r"innerHTML|insertAdjacentHTML|eval\(|Function\(|document\.write", script)


def test_pages_carry_the_strict_policy(client: TestClient) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("website", "target"),
    [
        ("https://a.dk", "https://a.dk"),
        ("www.a.dk", "https://www.a.dk"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("", ""),
        ("none", ""),
    ],
)
def test_only_web_addresses_become_links(website: str, target: str) -> None:
    assert web_address(website) == target


def test_vendored_files_name_their_version_and_licence() -> None:
    for folder in (STATIC / "vendor").iterdir():
        assert re.search(r"\d+\.\d+\.\d+", (folder / "VERSION").read_text(encoding="utf-8"))
        assert (folder / "LICENSE").is_file()
