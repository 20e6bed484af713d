"""Who may call what: one table, read by one dependency; a route without a row is closed to everybody.

Nobody can sign in yet, so all callers of one app play the same part: anonymous, or facilitator where the app was created open
on this machine, which ``service.app`` allows on loopback alone.
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
    WRITE = "write"
    """Changes what is stored, one after the other."""
    SCHEDULE = "schedule"
    """Asks the recommender for everybody at an event, or has a schedule made: heavy, one at a time."""
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

FACILITATORS = frozenset({Role.FACILITATOR})
"""Events name persons, so all of an event is theirs, reading too."""

_EVENT = Rule(FACILITATORS, Work.READ)
_EVENT_CHANGE = Rule(FACILITATORS, Work.WRITE)
_EVENT_FILES = Rule(FACILITATORS, Work.CLUSTER)
"""Made beside the handlers, as everybody's lists are."""
_EVENT_WORK = Rule(FACILITATORS, Work.SCHEDULE)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): _HEALTH,
    ("GET", "/readyz"): _HEALTH,
    # Open to every role and closed to every other machine: its route turns away whoever is not on this one.
    ("GET", "/metrics"): _HEALTH,
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
    ("GET", "/api/v1/events"): _EVENT,
    ("POST", "/api/v1/events"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}"): _EVENT,
    ("PUT", "/api/v1/events/{event_id}"): _EVENT_CHANGE,
    ("DELETE", "/api/v1/events/{event_id}"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/participants"): _EVENT,
    ("GET", "/api/v1/events/{event_id}/participants/{participant_id}"): _EVENT,
    ("PUT", "/api/v1/events/{event_id}/participants/{participant_id}"): _EVENT_CHANGE,
    ("DELETE", "/api/v1/events/{event_id}/participants/{participant_id}"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/preferences"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/preferences"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/requests"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/propose"): _EVENT_WORK,
    ("POST", "/api/v1/events/{event_id}/schedule"): _EVENT_WORK,
    ("GET", "/api/v1/events/{event_id}/schedule"): _EVENT,
    ("GET", "/api/v1/events/{event_id}/schedule/run"): _EVENT,
    ("DELETE", "/api/v1/events/{event_id}/schedule/run"): _EVENT,
    ("GET", "/api/v1/events/{event_id}/schedule/{number}"): _EVENT,
    ("GET", "/calendars/{token}.ics"): _READ,
    ("GET", "/api/v1/events/{event_id}/agendas"): _EVENT_FILES,
    ("GET", "/api/v1/events/{event_id}/calendars"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/calendars/{participant_id}/renew"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/lists/participants"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/requests"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/requests/{sender}/{recipient}"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/round-tables"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/round-tables"): _EVENT_WORK,
    ("GET", "/api/v1/event-report"): _EVENT_FILES,
    ("GET", "/api/v1/targets"): _EVENT,
    ("POST", "/api/v1/targets"): _EVENT_CHANGE,
    ("DELETE", "/api/v1/targets/{target_id}"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/edits"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/repair"): _EVENT_WORK,
    ("POST", "/api/v1/events/{event_id}/undo"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/redo"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/restore"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/versions"): _EVENT,
    ("GET", "/api/v1/events/{event_id}/comparison"): _EVENT,
    ("GET", "/api/v1/events/{event_id}/explanations"): _EVENT_WORK,
    ("GET", "/api/v1/events/{event_id}/explanation"): _EVENT_WORK,
    ("GET", "/api/v1/events/{event_id}/outcomes"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/outcomes"): _EVENT_CHANGE,
    ("DELETE", "/api/v1/events/{event_id}/outcomes"): _EVENT_CHANGE,
    ("GET", "/events"): _EVENT,
    ("GET", "/events/new"): _EVENT,
    ("POST", "/events/new"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}"): _EVENT,
    ("POST", "/events/{event_id}"): _EVENT_CHANGE,
    ("POST", "/events/{event_id}/erase"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/participants"): _EVENT,
    ("POST", "/events/{event_id}/participants"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/participants/{participant_id}"): _EVENT,
    ("POST", "/events/{event_id}/participants/{participant_id}"): _EVENT_CHANGE,
    ("POST", "/events/{event_id}/undo"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/wishes"): _EVENT,
    ("POST", "/events/{event_id}/wishes"): _EVENT_CHANGE,
    ("POST", "/events/{event_id}/propose"): _EVENT_WORK,
    ("GET", "/events/{event_id}/schedule"): _EVENT,
    ("POST", "/events/{event_id}/schedule"): _EVENT_WORK,
    ("POST", "/events/{event_id}/schedule/stop"): _EVENT,
    ("GET", "/events/{event_id}/versions"): _EVENT,
    ("GET", "/events/report"): _EVENT_FILES,
    ("POST", "/events/report"): _EVENT_CHANGE,
    ("GET", "/events/report/file.{ending}"): _EVENT_FILES,
    ("GET", "/events/{event_id}/report"): _EVENT_FILES,
    ("GET", "/events/{event_id}/rounds"): _EVENT,
    ("POST", "/events/{event_id}/rounds"): _EVENT_WORK,
    ("GET", "/events/{event_id}/rounds/seats.xlsx"): _EVENT,
    ("GET", "/events/{event_id}/requests"): _EVENT,
    ("POST", "/events/{event_id}/requests"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/apart"): _EVENT_FILES,
    ("POST", "/events/{event_id}/apart"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/lists/{what}"): _EVENT,
    ("GET", "/events/{event_id}/lists/{what}/template"): _EVENT,
    ("POST", "/events/{event_id}/lists/{what}"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/follow-up"): _EVENT,
    ("POST", "/events/{event_id}/follow-up"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/agendas"): _EVENT_FILES,
    ("GET", "/events/{event_id}/agendas/{participant_id}"): _EVENT_FILES,
    ("POST", "/events/{event_id}/agendas/{participant_id}"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/handouts"): _EVENT_FILES,
    ("GET", "/events/{event_id}/schedule/change"): _EVENT,
    ("POST", "/events/{event_id}/schedule/change"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/repair"): _EVENT_WORK,
    ("POST", "/events/{event_id}/repair"): _EVENT_WORK,
    ("POST", "/events/{event_id}/versions"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/why"): _EVENT_WORK,
    ("GET", "/events/{event_id}/desk"): _EVENT,
    ("POST", "/events/{event_id}/desk"): _EVENT_CHANGE,
}
"""Method and path of every route, as the route itself writes its path."""


def role_of(request: Request) -> Role:
    """The caller's role, which is the same for all callers of an app as long as nobody can sign in."""
    role: Role = request.app.state.everybody_is
    return role


def rule_of(request: Request) -> Rule | None:
    """The row of the route that a request has reached, or ``None`` where the table has none."""
    return RULES.get((request.method, getattr(request.scope.get("route"), "path", "")))


async def permission(request: Request) -> None:
    """The dependency that turns away whoever the table does not name; raises ``HTTPException`` 403."""
    rule = rule_of(request)
    if rule is None or role_of(request) not in rule.roles:
        raise HTTPException(403, detail="This is not open to you.")
