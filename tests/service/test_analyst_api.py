"""An analyst's figures over the API: pages that fit together, orders and filters from a list, refusals, meanings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from matchmaker.landscape.specialisation.questions import By
from matchmaker.workspace import Workspace
from service.app import create_app

BASE = "http://127.0.0.1:8000"
ROOT = "/api/v1/landscape"
ADDRESSES = (
    "specialisation?level=3",
    "specialisation/places?level=3",
    "specialisation/moves?level=3",
    "trends?",
    "phases?",
    "gaps?",
    "portfolio?",
    "brokers?",
    "backtest?",
    "comparison?before=2021-12-31&after=2024-12-31",
)


@pytest.fixture(scope="module")
def client(sample: Workspace) -> Iterator[TestClient]:
    with TestClient(create_app(sample, open_here=True), base_url=BASE) as opened:
        yield opened


def asked(client: TestClient, address: str) -> httpx.Response:
    for _ in range(300):
        answer = client.get(f"{ROOT}/{address}")
        if answer.status_code != 503:
            return answer
        time.sleep(0.1)
    raise TimeoutError(address)


def got(client: TestClient, address: str) -> dict[str, Any]:
    answer = asked(client, address)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_put_together_are_the_whole(client: TestClient, address: str) -> None:
    whole, cursor = [], ""
    first = got(client, f"{address}&limit=200")
    while True:
        part = got(client, f"{address}&limit=7&cursor={cursor}")
        assert len(part["items"]) <= 7
        whole += part["items"]
        if part["next"] is None:
            break
        cursor = part["next"]
        if len(whole) > 210:
            break
    assert whole[:200] == first["items"][: len(whole)]
    assert whole


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_unknown_order_filter_or_cursor_is_refused(client: TestClient, address: str) -> None:
    for wrong, field in (
        ("sort=beauty", "sort"),
        ("wrong=1", "wrong"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
    ):
        answer = asked(client, f"{address}&{wrong}")
        assert answer.status_code == 422
        assert answer.json()["field"] == field


def test_a_cursor_holds_for_the_question_it_was_given_for(client: TestClient) -> None:
    cursor = got(client, "trends?limit=2")["next"]
    answer = asked(client, f"trends?limit=2&tendency=steady&cursor={cursor}")
    assert answer.status_code == 422
    assert answer.json()["field"] == "cursor"


@pytest.mark.parametrize("address", ["trends", "phases", "gaps", "portfolio", "brokers", "specialisation"])
def test_an_unknown_sub_cluster_is_not_found(client: TestClient, address: str) -> None:
    answer = asked(client, f"{address}?sub_cluster=sc-nothing")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("sub-cluster-not-found")


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("specialisation?first=2024&last=2020", "last"),
        ("trends?last=2999", "last"),
        ("phases?last=2999", "last"),
        ("backtest?first=2024&last=2020", "last"),
        ("comparison?before=2024-01-01&after=2020-01-01", "before"),
        ("comparison?before=nothing", "before"),
        ("comparison?before=2020-01-01", "after"),
        ("specialisation/moves?first=2020&last=2021", "then_first"),
        ("comparison?before=", "before"),
    ],
)
def test_what_cannot_be_asked_names_the_field(client: TestClient, address: str, field: str) -> None:
    answer = asked(client, address)
    assert answer.status_code == 422, answer.text
    assert answer.json()["field"] == field


def test_quotients_are_those_of_the_library(client: TestClient, sample: Workspace) -> None:
    from datetime import date

    found = sample.published().analysis.specialisation(By.GROUP, today=date.max)
    answer = got(client, "specialisation?by=group&limit=200&sort=-quotient")
    by_cell = {(each["row_id"], each["column_id"]): each for each in answer["items"]}
    for cell in found.cells:
        assert by_cell[cell.row_id, cell.column_id]["quotient"] == cell.quotient
    known = [each["quotient"] for each in answer["items"] if each["quotient"] is not None]
    assert known == sorted(known, reverse=True)
    assert all(each["quotient"] is None for each in answer["items"][len(known) :])


def test_filters_leave_what_they_say(client: TestClient) -> None:
    assert {each["tendency"] for each in got(client, "trends?tendency=rising")["items"]} == {"rising"}
    assert {each["phase"] for each in got(client, "phases?phase=mature")["items"]} == {"mature"}
    assert {each["kind"] for each in got(client, "gaps?kind=group")["items"]} == {"group"}
    rows = got(client, "portfolio?commitment=committed&state=running")["items"]
    assert {(each["commitment"], each["state"]) for each in rows} == {("committed", "running")}
    assert {each["actor"]["group"] for each in got(client, "brokers?group=company")["items"]} == {"company"}
    named = got(client, "backtest?named=true&limit=200")["items"]
    assert named
    assert all(each["place"] is not None for each in named)
    moved = got(client, "comparison?before=2021-12-31&after=2024-12-31&topic=phase")["items"]
    assert {each["topic"] for each in moved} == {"phase"}


def test_the_portfolio_counts_every_collaboration(client: TestClient, sample: Workspace) -> None:
    answer = got(client, "portfolio?limit=200")
    assert (
        sum(each["collaborations"] for each in answer["items"]) == sample.published().counts().collaborations
    )
    assert answer["crossings"][0]["sub_cluster_id"] == ""


def test_every_field_that_needs_it_has_a_meaning(client: TestClient) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for name in (
        "QuotientAnswer",
        "TrendAnswer",
        "PhaseAnswer",
        "BrokerAnswer",
        "NamedAnswer",
        "ComparedAnswer",
    ):
        told = [field for field in schemas[name]["properties"].values() if "description" in field]
        assert len(told) >= 4, name
        assert schemas[name]["description"]


def test_what_is_worked_out_is_told_to_come_back(client: TestClient) -> None:
    """A question nobody asked before is not waited for without end, and is answered once it is worked out."""
    address = "comparison?before=2019-12-31&after=2023-12-31"
    answer = client.get(f"{ROOT}/{address}")
    assert answer.status_code in (200, 503)
    if answer.status_code == 503:
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
    assert got(client, address)["before"]["name"] == "2019-12-31"
