"""The OpenAPI description tells what the routes do, in names fit for a generated client."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def description(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/api/v1/openapi.json").json())


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "$ref":
                yield str(value)
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_is_openapi_3_1_and_holds_the_addresses_of_the_api(description: dict[str, Any]) -> None:
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {
        "/healthz",
        "/readyz",
        "/api/v1/status",
        "/api/v1/directory",
        "/api/v1/directory/{actor_id}",
        "/api/v1/keys",
        "/api/v1/keys/{key_id}",
        "/api/v1/landscape/specialisation",
        "/api/v1/landscape/specialisation/places",
        "/api/v1/landscape/specialisation/moves",
        "/api/v1/landscape/trends",
        "/api/v1/landscape/phases",
        "/api/v1/landscape/gaps",
        "/api/v1/landscape/portfolio",
        "/api/v1/landscape/brokers",
        "/api/v1/landscape/backtest",
        "/api/v1/landscape/comparison",
        "/api/v1/actors",
        "/api/v1/actors/{actor_id}",
        "/api/v1/actors/{actor_id}/suggestions",
        "/api/v1/search",
        "/api/v1/team",
        "/api/v1/proposals",
        "/api/v1/events/{event_id}/proposals",
        "/api/v1/answers",
        "/api/v1/notes",
        "/api/v1/actors/{actor_id}/answers/{partner_id}",
        "/api/v1/actors/{actor_id}/notes/{partner_id}",
        "/api/v1/balance",
        "/api/v1/sub-clusters",
        "/api/v1/sub-clusters/{sub_cluster_id}",
        "/api/v1/spin-offs",
        "/api/v1/map",
        "/api/v1/events",
        "/api/v1/events/{event_id}",
        "/api/v1/events/{event_id}/participants",
        "/api/v1/events/{event_id}/participants/{participant_id}",
        "/api/v1/events/{event_id}/preferences",
        "/api/v1/events/{event_id}/requests",
        "/api/v1/imports",
        "/api/v1/imports/template",
        "/api/v1/imports/{number}/undo",
        "/api/v1/duplicates",
        "/api/v1/duplicates/merge",
        "/api/v1/duplicates/not-the-same",
        "/api/v1/duplicates/merges/{number}/undo",
        "/api/v1/profiles-to-complete",
        "/api/v1/events/{event_id}/propose",
        "/api/v1/events/{event_id}/schedule",
        "/api/v1/events/{event_id}/schedule/run",
        "/api/v1/account",
        "/api/v1/account/password",
        "/api/v1/account/password-links",
        "/api/v1/account/password-links/used",
        "/api/v1/account/sessions",
        "/api/v1/account/sessions/{session_id}",
        "/api/v1/events/{event_id}/schedule/{number}",
        "/api/v1/events/{event_id}/agendas",
        "/api/v1/events/{event_id}/calendars",
        "/api/v1/events/{event_id}/calendars/{participant_id}/renew",
        "/api/v1/events/{event_id}/lists/participants",
        "/api/v1/events/{event_id}/lists/participants/{number}/undo",
        "/api/v1/events/{event_id}/requests/{sender}/{recipient}",
        "/api/v1/events/{event_id}/round-tables",
        "/api/v1/event-report",
        "/api/v1/targets",
        "/api/v1/targets/{target_id}",
        "/api/v1/events/{event_id}/edits",
        "/api/v1/events/{event_id}/repair",
        "/api/v1/events/{event_id}/undo",
        "/api/v1/events/{event_id}/redo",
        "/api/v1/events/{event_id}/restore",
        "/api/v1/events/{event_id}/versions",
        "/api/v1/events/{event_id}/comparison",
        "/api/v1/events/{event_id}/explanations",
        "/api/v1/events/{event_id}/explanation",
        "/api/v1/events/{event_id}/outcomes",
        "/api/v1/actors/bulk",
        "/api/v1/audit",
        "/api/v1/builds",
        "/api/v1/builds/roll-back",
        "/api/v1/exports/landscape",
        "/api/v1/jobs",
        "/api/v1/jobs/{job_id}",
        "/api/v1/jobs/{job_id}/file",
        "/api/v1/actors/{actor_id}/own",
        "/api/v1/actors/{actor_id}/drafts",
        "/api/v1/actors/{actor_id}/drafts/{draft_id}",
        "/api/v1/actors/{actor_id}/drafts/{draft_id}/publish",
        "/api/v1/actors/{actor_id}/contacts",
        "/api/v1/actors/{actor_id}/contacts/{contact_id}",
        "/api/v1/actors/{actor_id}/answers",
        "/api/v1/actors/{actor_id}/mutual",
        "/api/v1/actors/{actor_id}/meetings",
        "/api/v1/actors/{actor_id}/held",
        "/api/v1/saved-searches",
        "/api/v1/saved-searches/{search_id}",
        "/api/v1/saved-searches/{search_id}/restore",
        "/api/v1/alerts",
        "/api/v1/alerts/read",
        "/api/v1/alerts/settings",
        "/api/v1/alerts/feed/renew",
        "/api/v1/webhooks",
        "/api/v1/webhook-deliveries",
        "/api/v1/webhook-deliveries/{number}/send-again",
    }


def test_every_operation_has_a_short_name_a_tag_and_words(description: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(description)]
    assert len(set(names)) == len(names)
    tags = {tag["name"] for tag in description["tags"]}
    for _, _, operation in operations(description):
        assert re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", operation["operationId"])
        assert operation["summary"]
        assert operation["description"]
        assert set(operation["tags"]) <= tags


def test_every_error_is_a_problem(description: dict[str, Any]) -> None:
    for path, _, operation in operations(description):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], path
        if path.startswith("/api/"):
            assert {"403", "422", "429", "500", "503"} <= set(operation["responses"])
            assert {"200", "201", "202", "204"} & set(operation["responses"])


def test_every_reference_leads_somewhere(description: dict[str, Any]) -> None:
    known = {f"#/components/schemas/{name}" for name in description["components"]["schemas"]}
    used = set(references(description))
    assert used <= known
    assert known <= used | {"#/components/schemas/Problem"}


def test_every_collection_has_items_and_next(description: dict[str, Any]) -> None:
    for name, schema in description["components"]["schemas"].items():
        if name.endswith("Page"):
            assert set(schema["required"]) == {"items", "next"}


def test_answers_match_the_description_of_a_problem(client: TestClient, description: dict[str, Any]) -> None:
    problem = description["components"]["schemas"]["Problem"]
    for answer in (client.get("/api/v1/actors?x=1"), client.get("/api/v1/actors/nobody")):
        body = answer.json()
        assert set(problem["required"]) <= set(body) <= set(problem["properties"])


DOCUMENT = Path(__file__).parents[2] / "docs" / "api.md"


def test_every_address_is_in_the_documentation(description: dict[str, Any]) -> None:
    document = DOCUMENT.read_text("utf-8")
    for path, method, _ in operations(description):
        assert f"`{method.upper()} {path}`" in document


def test_every_parameter_is_in_the_documentation(description: dict[str, Any]) -> None:
    document = DOCUMENT.read_text("utf-8")
    for _, _, operation in operations(description):
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query":
                assert f"`{parameter['name']}`" in document


def test_the_examples_of_the_documentation_run(client: TestClient) -> None:
    """Every ``curl`` line of the documentation is answered; actors that only real data holds are 404."""
    lines = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("curl ")]
    assert len(lines) >= 5
    for line in lines:
        words = shlex.split(line)
        address = next(word for word in words if word.startswith("http://127.0.0.1:8000"))
        if "--json" in words:
            answer = client.post(
                address,
                content=words[words.index("--json") + 1].encode(),
                headers={"content-type": "application/json"},
            )
        else:
            answer = client.get(address)
        assert answer.status_code in (200, 404), line
