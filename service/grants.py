"""What each role may read and change: one table that the routes, the tests and the documentation are held to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The part that a caller plays; the operator has the host's command line and calls nothing here."""

    ANONYMOUS = "anonymous"
    FIRM = "firm"
    FACILITATOR = "facilitator"
    ANALYST = "analyst"


class Resource(StrEnum):
    """What a call is about."""

    SERVICE = "health, description, files of the pages, signing in"
    CALENDAR = "a calendar, by its secret address"
    ACCOUNT = "one's own account and sessions"
    PUBLIC_PROFILE = "public profile"
    PRIVATE_FIELDS = "private fields"
    CONTACT_PERSON = "contact person"
    DRAFTS = "offers, requests: draft"
    PUBLISHED_WARES = "offers, requests: published"
    RECOMMENDATIONS = "recommendations"
    DECISIONS = "decisions on matches"
    SEARCH = "search, team for an idea"
    MAP = "sub-clusters, map"
    LANDSCAPE = "spin-offs, report"
    EVENTS = "events"
    OWN_MEETINGS = "own meetings and wishes"
    IMPORT = "import"
    EXPORT = "export"
    BUILDS = "builds"
    JOBS = "jobs"
    KEYS = "keys"
    AUDIT_TRAIL = "audit trail"
    ALERTS = "saved searches and alerts"
    FEED = "alerts as a feed and the end of letters, by a secret address"
    WEBHOOKS = "webhooks: who is told, deliveries"
    DATABASE = "vectors, database"


class Reach(StrEnum):
    """How much of a resource a role reaches."""

    NOTHING = "–"
    OPTED_IN = "if opted in"
    OWN = "own"
    OWN_OR_END = "own, revoke all"
    MUTUAL = "own; others' after mutual yes"
    TOTALS = "totals of 5 or more"
    PSEUDONYMS = "pseudonymous"
    FIGURES = "figures"
    ALL = "all"


class Action(StrEnum):
    """What is done with a resource."""

    READ = "read"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may do with one resource."""

    read: Reach = Reach.NOTHING
    change: Reach = Reach.NOTHING

    def __str__(self) -> str:
        """As the documentation tells it."""
        if self.change is Reach.NOTHING:
            return "–" if self.read is Reach.NOTHING else f"read {self.read}"
        return f"read {self.read}, change {self.change}"


_NO = Grant()
_READ = Grant(Reach.ALL)
_ALL = Grant(Reach.ALL, Reach.ALL)
_OWN = Grant(Reach.OWN, Reach.OWN)

GRANTS: Mapping[Resource, Mapping[Role, Grant]] = {
    resource: dict(zip(Role, grants, strict=True))
    for resource, grants in {
        #                          anonymous, firm, facilitator, analyst
        Resource.SERVICE: (_ALL, _ALL, _ALL, _ALL),
        Resource.CALENDAR: (_READ, _READ, _READ, _READ),
        Resource.ACCOUNT: (_NO, _OWN, _OWN, _OWN),
        Resource.PUBLIC_PROFILE: (Grant(Reach.OPTED_IN), Grant(Reach.ALL, Reach.OWN), _ALL, _READ),
        Resource.PRIVATE_FIELDS: (_NO, _OWN, _ALL, Grant(Reach.TOTALS)),
        Resource.CONTACT_PERSON: (_NO, Grant(Reach.MUTUAL, Reach.OWN), _ALL, _NO),
        Resource.DRAFTS: (_NO, _OWN, _READ, _NO),
        Resource.PUBLISHED_WARES: (Grant(Reach.OPTED_IN), Grant(Reach.ALL, Reach.OWN), _ALL, _READ),
        Resource.RECOMMENDATIONS: (_NO, Grant(Reach.OWN), _ALL, Grant(Reach.PSEUDONYMS)),
        Resource.DECISIONS: (_NO, Grant(Reach.MUTUAL, Reach.OWN), _ALL, Grant(Reach.TOTALS)),
        Resource.SEARCH: (_NO, _READ, _READ, _READ),
        Resource.MAP: (_NO, _READ, _READ, _READ),
        Resource.LANDSCAPE: (_NO, _NO, _READ, _READ),
        Resource.EVENTS: (_NO, _NO, _ALL, _NO),
        Resource.OWN_MEETINGS: (_NO, _OWN, _ALL, _NO),
        Resource.IMPORT: (_NO, Grant(Reach.OWN, Reach.OWN), _ALL, _NO),
        Resource.EXPORT: (_NO, Grant(Reach.OWN), _READ, Grant(Reach.PSEUDONYMS)),
        Resource.BUILDS: (_NO, _NO, _ALL, Grant(Reach.FIGURES)),
        Resource.JOBS: (_NO, _NO, _ALL, _NO),
        Resource.KEYS: (_NO, _OWN, Grant(Reach.ALL, Reach.OWN_OR_END), _OWN),
        Resource.AUDIT_TRAIL: (_NO, Grant(Reach.OWN), _READ, _NO),
        Resource.ALERTS: (_NO, _OWN, _OWN, _OWN),
        Resource.FEED: (_ALL, _ALL, _ALL, _ALL),
        Resource.WEBHOOKS: (_NO, _NO, _ALL, _NO),
        Resource.DATABASE: (_NO, _NO, _NO, _NO),
    }.items()
}
"""Who may do what; what is not here is closed. A role that reaches a part is let in by a route that serves that part alone."""


def who_reaches(resource: Resource, action: Action, served: frozenset[Reach]) -> frozenset[Role]:
    """The roles to which a route is open that serves these parts of a resource."""
    return frozenset(
        role
        for role, grant in GRANTS[resource].items()
        if (grant.read if action is Action.READ else grant.change) in served
    )


def as_table() -> str:
    """The table in Markdown, as the documentation shows it."""
    lines = ["| resource | " + " | ".join(Role) + " |", "|---" * (len(Role) + 1) + "|"]
    lines += [
        f"| {resource} | " + " | ".join(str(grants[role]) for role in Role) + " |"
        for resource, grants in GRANTS.items()
    ]
    return "\n".join(lines)
