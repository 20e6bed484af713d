"""Every page by axe-core: no violation, light and dark, wide and narrow."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.workspace import Workspace
from tests.browser.conftest import NewPage, worked_out

AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  (each) => `${each.id}: ${each.nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`)"""

ADDRESSES = (
    "/",
    "/search?q=aftager+til+brun+saft&group=company",
    "/search?q=x&region=nowhere",
    "/actors",
    "/actors/hejrebaek?group=supplier",
    "/actors/hejrebaek?afield=0.6&scope=all",
    "/proposals",
    "/proposals?view=lists&balance=0.5&text=hejre&group=company",
    "/proposals?text=nobody+at+all",
    "/proposals?marked=hidden",
    "/proposals?marked=pinned",
    "/proposals?view=lists&sort=sub_cluster&known=false&member=true",
    "/team",
    "/team?idea=Vi+presser+saft+af+gr%C3%A6s.+Vi+t%C3%B8rrer+protein+med+overskudsvarme.&public_body=1&include=hejre",
    "/team?idea=x&least=9&most=2&include=nobody%0Ahejreb%C3%A6k+graesprotein",
    "/sub-clusters",
    "/sub-clusters/{largest}",
    "/map",
    "/map?focus={largest}",
    "/spin-offs",
    "/alerts",
    "/alerts?show=unread",
    "/alerts/searches",
    "/alerts/unsubscribe/nothing",
    "/webhooks",
    "/report",
    "/report/{largest}",
    "/builds",
    "/history",
    "/landscape",
    "/specialisation?sort_quotients=-actors",
    "/trends",
    "/phases?part={largest}",
    "/gaps",
    "/portfolio",
    "/brokers",
    "/backtest",
    "/comparison",
    "/comparison?before=2021-12-31&after=2024-12-31",
    "/downloads",
    "/phases?build=gone",
    "/import",
    "/import/made/{made}",
    "/duplicates",
    "/duplicates/pair?a=hejrebaek&b=aaloeb",
    "/firms",
    "/firms/one?actor=hejrebaek",
    "/profiles?lacking=requests",
    "/directory",
    "/events",
    "/events/new",
    "/events/report",
    "/sign-in",
)
SLOW = (
    "/report",
    "/specialisation",
    "/trends",
    "/phases",
    "/gaps",
    "/portfolio",
    "/brokers",
    "/backtest",
    "/comparison",
)
"""Worked out beside the readers."""


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_axe_finds_nothing(
    new_page: NewPage, address: str, scheme: str, width: int, sample: Workspace
) -> None:
    largest, made = sample.published().sub_clusters()[0].id, sample.intake.made()[0].number
    page = new_page(scheme=scheme, width=width, language="da-DK" if width == 360 else "en-GB", refused=(404,))
    found = {}
    for template in ADDRESSES:
        path = template.format(largest=largest, made=made)
        if path.startswith(SLOW):
            worked_out(address, path)
        answer = page.goto(path)
        assert answer is not None
        assert answer.status in (200, 404), path
        if path.startswith("/map"):
            page.locator("#map[data-ready]").wait_for()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found[path] = page.evaluate(RUN)
    assert {path: violations for path, violations in found.items() if violations} == {}
