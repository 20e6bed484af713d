"""The table of permissions and the routes are about the same addresses."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from matchmaker.workspace import Workspace
from service.app import create_app
from service.permissions import RULES, Role, Rule, Work


def addresses(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of everything that the app answers; what is mounted answers GET."""
    return {
        (method, str(route.path))
        for route in iter_route_contexts(app.routes)
        for method in (getattr(route, "methods", None) or {"GET"})
    }


def test_every_route_has_a_row_and_every_row_a_route(workspace: Workspace) -> None:
    assert addresses(create_app(workspace)) == set(RULES)


def test_a_route_without_a_row_is_closed_to_everybody(workspace: Workspace) -> None:
    app = create_app(workspace)

    @app.get("/api/v1/forgotten")
    def forgotten() -> str:
        return "secret"

    with TestClient(app, base_url="http://127.0.0.1") as client:
        answer = client.get("/api/v1/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_a_row_that_does_not_name_the_caller_closes_the_route(workspace: Workspace) -> None:
    address = ("GET", "/api/v1/status")
    open_to_all = RULES[address]
    RULES[address] = Rule(frozenset({Role.FACILITATOR}), Work.READ)
    try:
        with TestClient(create_app(workspace), base_url="http://127.0.0.1") as client:
            assert client.get("/api/v1/status").status_code == 403
    finally:
        RULES[address] = open_to_all


def test_nothing_can_be_written(workspace: Workspace) -> None:
    writing = {address for address in RULES if address[0] != "GET"}
    assert writing == {("POST", "/api/v1/search"), ("POST", "/api/v1/team")}


def test_health_is_outside_the_gates() -> None:
    assert RULES["GET", "/healthz"].work is Work.HEALTH
    assert RULES["GET", "/readyz"].work is Work.HEALTH
