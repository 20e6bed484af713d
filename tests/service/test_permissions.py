"""The table of permissions and the routes are about the same addresses."""

from __future__ import annotations

import pytest
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
    before = RULES[address]
    RULES[address] = Rule(frozenset({Role.ANALYST}), Work.READ)
    try:
        with TestClient(create_app(workspace, open_here=True), base_url="http://127.0.0.1") as client:
            assert client.get("/api/v1/status").status_code == 403
    finally:
        RULES[address] = before


READING = {("POST", "/api/v1/search"), ("POST", "/api/v1/team")}
"""What is asked with a body and changes nothing."""
ENTERING = {
    ("POST", "/sign-in"),
    ("POST", "/sign-in/forgotten"),
    ("POST", "/sign-out"),
    ("POST", "/invitation/{token}"),
    ("POST", "/api/v1/account/password-links"),
    ("PUT", "/api/v1/account/password-links/used"),
}
OWN = {
    ("POST", "/account/password"),
    ("POST", "/account/sessions"),
    ("POST", "/account/keys"),
    ("POST", "/api/v1/keys"),
    ("DELETE", "/api/v1/keys/{key_id}"),
    ("PUT", "/api/v1/account/password"),
    ("DELETE", "/api/v1/account/sessions"),
    ("DELETE", "/api/v1/account/sessions/{session_id}"),
}
"""What everybody who signed in may do with what is their own."""
FOR_THE_FIRM = {
    ("POST", "/directory/{actor_id:path}"),
    ("PUT", "/api/v1/directory/{actor_id}"),
    ("DELETE", "/api/v1/directory/{actor_id}"),
}
"""What a firm decides about its own actor."""

OF_FIRMS = {
    ("PATCH", "/api/v1/actors/{actor_id}"),
    ("POST", "/api/v1/actors/{actor_id}/drafts"),
    ("PUT", "/api/v1/actors/{actor_id}/drafts/{draft_id}"),
    ("DELETE", "/api/v1/actors/{actor_id}/drafts/{draft_id}"),
    ("POST", "/api/v1/actors/{actor_id}/drafts/{draft_id}/publish"),
    ("POST", "/api/v1/actors/{actor_id}/contacts"),
    ("PUT", "/api/v1/actors/{actor_id}/contacts/{contact_id}"),
    ("DELETE", "/api/v1/actors/{actor_id}/contacts/{contact_id}"),
    ("PUT", "/api/v1/actors/{actor_id}/answers/{partner_id}"),
    ("DELETE", "/api/v1/actors/{actor_id}/answers/{partner_id}"),
    ("POST", "/my/profile"),
    ("POST", "/my/contact-persons"),
    ("POST", "/my/suggestions"),
    ("POST", "/my/meetings/{event_id}"),
    ("POST", "/my/data"),
}
"""What a firm changes of its own."""
OWN_ALERTS = {
    ("POST", "/alerts"),
    ("POST", "/alerts/searches"),
    ("POST", "/api/v1/saved-searches"),
    ("PATCH", "/api/v1/saved-searches/{search_id}"),
    ("DELETE", "/api/v1/saved-searches/{search_id}"),
    ("POST", "/api/v1/saved-searches/{search_id}/restore"),
    ("POST", "/api/v1/alerts/read"),
    ("PUT", "/api/v1/alerts/settings"),
    ("POST", "/api/v1/alerts/feed/renew"),
    ("POST", "/alerts/unsubscribe/{token}"),
}
"""Everybody's own, and the end of letters by a secret address."""


def test_a_firms_own_is_for_firms_and_at_most_for_facilitators() -> None:
    assert all(set(RULES[each].roles) <= {Role.FIRM, Role.FACILITATOR} for each in OF_FIRMS)
    mine = [rule for (_, path), rule in RULES.items() if path == "/my" or path.startswith("/my/")]
    assert len(mine) > 10
    assert all(set(rule.roles) == {Role.FIRM} for rule in mine)


def test_only_facilitators_write_and_firms_what_is_their_own() -> None:
    writing = {address: rule for address, rule in RULES.items() if address[0] != "GET"}
    open_to_others = {address for address, rule in writing.items() if set(rule.roles) != {Role.FACILITATOR}}
    assert open_to_others == READING | ENTERING | OWN | FOR_THE_FIRM | OF_FIRMS | OWN_ALERTS
    assert all(Role.ANONYMOUS not in RULES[address].roles for address in OWN | READING | FOR_THE_FIRM)


def test_all_of_an_event_is_for_facilitators() -> None:
    of_events = [rule for (_, path), rule in RULES.items() if "/events" in path]
    assert len(of_events) > 30
    assert all(set(rule.roles) == {Role.FACILITATOR} for rule in of_events)


def test_who_has_not_signed_in_reaches_nothing_but_the_way_in() -> None:
    reached = {path for (_, path), rule in RULES.items() if Role.ANONYMOUS in rule.roles}
    writing = {
        (method, path)
        for (method, path), rule in RULES.items()
        if Role.ANONYMOUS in rule.roles and method != "GET"
    }
    # Letters are ended by whoever has the secret address at their foot.
    assert writing == ENTERING | {("POST", "/alerts/unsubscribe/{token}")}
    open_directory = {
        "/directory",
        "/directory/{actor_id:path}",
        "/api/v1/directory",
        "/api/v1/directory/{actor_id}",
    }
    assert reached - open_directory == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/static",
        "/sign-in",
        "/sign-in/forgotten",
        "/sign-in/provider",
        "/sign-in/provider/back",
        "/sign-out",
        "/invitation/{token}",
        "/calendars/{token}.ics",
        "/api/v1/account/password-links",
        "/api/v1/account/password-links/used",
        "/alerts/feed/{token}.atom",
        "/alerts/unsubscribe/{token}",
    }


def test_an_app_for_other_machines_cannot_be_open(workspace: Workspace) -> None:
    with pytest.raises(ValueError, match="cannot be open"):
        create_app(workspace, hosts=["127.0.0.1", "matchmaker.example"], open_here=True)


def test_health_is_outside_the_gates() -> None:
    assert RULES["GET", "/healthz"].work is Work.HEALTH
    assert RULES["GET", "/readyz"].work is Work.HEALTH
