"""Who may call what: one table, read by one dependency; a route without a row is closed to everybody.

Roles beyond ``anonymous`` come with sign-in. Until then everything here is read-only and served on loopback alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from fastapi import HTTPException, Request


class Role(StrEnum):
    """The part that a caller plays."""

    ANONYMOUS = "anonymous"
    FIRM = "firm"
    FACILITATOR = "facilitator"
    ANALYST = "analyst"


class Work(StrEnum):
    """The class of work of a route; each has its own gate in ``service.limits``."""

    HEALTH = "health"
    """Answered from memory, outside every gate."""
    READ = "read"
    SEARCH = "search"
    """Costs processor time: the encoder or a comparison with every passage."""
    CLUSTER = "cluster"
    """May wait for everybody's lists at once, which are worked out beside the handlers."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route, and what the call costs."""

    roles: Collection[Role]
    work: Work


EVERYBODY = frozenset(Role)

_READ = Rule(EVERYBODY, Work.READ)
_SEARCH = Rule(EVERYBODY, Work.SEARCH)
_CLUSTER = Rule(EVERYBODY, Work.CLUSTER)
_HEALTH = Rule(EVERYBODY, Work.HEALTH)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): _HEALTH,
    ("GET", "/readyz"): _HEALTH,
    ("GET", "/api/v1/openapi.json"): _HEALTH,
    ("GET", "/api/v1/status"): _READ,
    ("GET", "/api/v1/actors"): _READ,
    ("GET", "/api/v1/actors/{actor_id}"): _READ,
    ("GET", "/api/v1/actors/{actor_id}/suggestions"): _SEARCH,
    ("POST", "/api/v1/search"): _SEARCH,
    ("POST", "/api/v1/team"): _SEARCH,
    ("GET", "/api/v1/proposals"): _CLUSTER,
    ("GET", "/api/v1/balance"): _CLUSTER,
    ("GET", "/api/v1/sub-clusters"): _READ,
    ("GET", "/api/v1/sub-clusters/{sub_cluster_id}"): _READ,
    ("GET", "/api/v1/spin-offs"): _READ,
    ("GET", "/api/v1/map"): _READ,
    ("GET", "/"): _READ,
    ("GET", "/search"): _SEARCH,
    ("GET", "/actors"): _READ,
    ("GET", "/actors/{actor_id:path}"): _SEARCH,
    ("GET", "/proposals"): _CLUSTER,
    ("GET", "/proposals/download"): _CLUSTER,
    ("GET", "/team"): _SEARCH,
    ("GET", "/sub-clusters"): _READ,
    ("GET", "/sub-clusters/{sub_cluster_id:path}"): _READ,
    ("GET", "/spin-offs"): _READ,
    ("GET", "/report"): _CLUSTER,
    ("GET", "/report.pdf"): _CLUSTER,
    ("GET", "/report/{sub_cluster_id:path}"): _CLUSTER,
    ("GET", "/map"): _READ,
    ("GET", "/map/data.json"): _READ,
    ("GET", "/static"): _HEALTH,
}
"""Method and path of every route, as the route itself writes its path."""


def role_of(request: Request) -> Role:
    """The caller's role; nobody can sign in yet, so everybody is anonymous."""
    return Role.ANONYMOUS


def rule_of(request: Request) -> Rule | None:
    """The row of the route that a request has reached, or ``None`` where the table has none."""
    return RULES.get((request.method, getattr(request.scope.get("route"), "path", "")))


async def permission(request: Request) -> None:
    """The dependency that turns away whoever the table does not name; raises ``HTTPException`` 403."""
    rule = rule_of(request)
    if rule is None or role_of(request) not in rule.roles:
        raise HTTPException(403, detail="This is not open to you.")
