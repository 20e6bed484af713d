"""The OpenAPI description: one shape of errors, written down once, and nothing the routes do not do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from service.api.contract import API_VERSION, errors
from service.repeating import HEADER, KEY, REPLAYED, takes_key
from service.schemas.problems import Problem

TAGS = [
    {"name": "actors", "description": "Actors and their suggested partners."},
    {"name": "search", "description": "From a sentence to actors."},
    {"name": "teams", "description": "From an idea to a small set of actors that covers it."},
    {"name": "proposals", "description": "The whole cluster's proposals at once, with exposure balanced."},
    {"name": "answers", "description": "What firms and facilitators say of matches, and notes about pairs."},
    {"name": "landscape", "description": "Sub-clusters, spin-off candidates and the map."},
    {
        "name": "firms",
        "description": "A firm's own: profile, drafts, contact persons, answers, meetings, data.",
    },
    {"name": "events", "description": "Matchmaking meetings: their set-up, who attends, what is wished."},
    {"name": "schedules", "description": "Who meets whom, when and at which table, with a bound."},
    {"name": "builds", "description": "Which builds are there, making a new one, going back."},
    {"name": "jobs", "description": "Long work: progress, what came of it, cancelling."},
    {"name": "audit", "description": "Who changed what and when."},
    {"name": "outcomes", "description": "What came of meetings."},
    {
        "name": "imports",
        "description": "Tables brought in, profiles to complete, organisations under two names.",
    },
    {"name": "directory", "description": "The actors that everybody may see, where the cluster opens that."},
    {"name": "keys", "description": "What programs sign in with."},
    {"name": "account", "description": "Who one is, one's password, and where one is signed in."},
    {
        "name": "alerts",
        "description": "Saved searches, and who began to fit them; each caller has their own.",
    },
    {"name": "webhooks", "description": "Other systems that are told of what happens."},
    {"name": "status", "description": "What is stored, published and stale."},
    {"name": "health", "description": "For whoever runs the service."},
]

ABOUT = (
    "Finds partners across the actor groups of a business cluster and says why, and arranges their "
    "meetings. A firm changes what is its own, whoever saved a search changes that; what else changes something is for facilitators where a route does not say otherwise; a POST or PATCH that does may "
    "carry an `Idempotency-Key`. Long work answers 202 with a job. Collections answer "
    '`{"items": [...], "next": cursor or null}`; errors follow RFC 9457. Every answer comes from one published build; '
    "its `ETag` holds until a profile changes or the next one is published. An event's `ETag` is its revision, that of "
    "its schedule the number of the latest version."
)


RATE_HEADERS = {
    "RateLimit-Policy": {
        "description": "The class of work, how many requests of it (`q`) one caller may send in how many seconds (`w`).",
        "schema": {"type": "string", "examples": ['"read";q=1200;w=60']},
    },
    "RateLimit": {
        "description": "How many of them are left (`r`), and in how many seconds all are there again (`t`).",
        "schema": {"type": "string", "examples": ['"read";r=1187;t=41']},
    },
}
"""Of every answer but to health checks, and of none where the service is open on its own machine."""


def describe(app: FastAPI) -> None:
    """Let ``app.openapi()`` give the description, made on first use."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _described(app: FastAPI) -> dict[str, Any]:
    description = get_openapi(
        title="Matchmaker",
        version=API_VERSION,
        openapi_version="3.1.0",
        description=ABOUT,
        routes=app.routes,
        tags=TAGS,
        license_info={"name": "MIT", "identifier": "MIT"},
        servers=[{"url": "/"}],
    )
    schemas = description["components"]["schemas"]
    description["components"]["securitySchemes"] = {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key that `matchmaker key create` or its owner made.",
        }
    }
    # Without a key there is an answer as well, where the service is open.
    description["security"] = [{"key": []}, {}]
    _, problems = models_json_schema(
        [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas.update(problems["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):
        # The framework's own shape of errors, which no route of ours answers with.
        schemas.pop(name, None)
    _take_keys(description)
    for answer in _answers(description):
        answer.setdefault("headers", {}).update(RATE_HEADERS)
        answer["headers"]["X-Request-ID"] = {
            "description": "Names the request in the log.",
            "schema": {"type": "string"},
        }
    return description


def _take_keys(description: dict[str, Any]) -> None:
    """Say of every operation that heeds a key that it does, as ``service.repeating`` does for all of them."""
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            if not takes_key(method, path):
                continue
            operation.setdefault("parameters", []).append(
                {
                    "name": HEADER,
                    "in": "header",
                    "required": False,
                    "description": "Any text of your own, new for each request: sent again with the same body within "
                    "24 hours, the request is not carried out again and its answer is repeated.",
                    "schema": {"type": "string", "pattern": KEY},
                }
            )
            operation["responses"].setdefault("409", errors(409)[409])
            for status, answer in operation["responses"].items():
                if status.startswith("2"):
                    answer.setdefault("headers", {})[REPLAYED] = {
                        "description": "`true` where the answer is repeated.",
                        "schema": {"type": "string"},
                    }


def _answers(description: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for operations in description["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status in ("429", "503"):
                    answer.setdefault("headers", {})["Retry-After"] = {
                        "description": "Seconds to wait before trying again.",
                        "schema": {"type": "integer"},
                    }
                yield answer
