"""Who may call what: one table, read by one dependency; a route without a row is closed to everybody."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.routing import compile_path

from matchmaker.errors import ActorNotFoundError
from service.callers import ACTING, caller_of, keep_what_was_sent, role_of, sent_a_bad_key, sent_a_secret
from service.grants import Action, Reach, Resource, Role, who_reaches

__all__ = [
    "RULES",
    "Role",
    "Rule",
    "Work",
    "check_reach",
    "may",
    "permission",
    "reaches",
    "role_of",
    "rule_of",
]


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
    SIGN_IN = "sign_in"
    """Hashes a password, which is meant to cost time and memory."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may call a route, and what the call costs."""

    roles: Collection[Role]
    work: Work


_EVERYTHING = frozenset({Reach.ALL})
_PARTS = frozenset({Reach.ALL, Reach.OWN})
_OWN_KEYS = frozenset({Reach.OWN, Reach.OWN_OR_END})


def _reading(resource: Resource, work: Work = Work.READ, served: frozenset[Reach] = _EVERYTHING) -> Rule:
    return Rule(who_reaches(resource, Action.READ, served), work)


def _changing(resource: Resource, work: Work = Work.WRITE, served: frozenset[Reach] = _EVERYTHING) -> Rule:
    return Rule(who_reaches(resource, Action.CHANGE, served), work)


_HEALTH = _reading(Resource.SERVICE, Work.HEALTH)
_ENTERING = _changing(Resource.SERVICE, Work.SIGN_IN)
_PROFILE = _reading(Resource.PUBLIC_PROFILE)
_DIRECTORY = _reading(Resource.PUBLIC_PROFILE, served=frozenset({Reach.ALL, Reach.OPTED_IN}))
_LISTING = _changing(Resource.PUBLIC_PROFILE, served=_PARTS)
_SEARCH = _reading(Resource.SEARCH, Work.SEARCH)
_OWN_PARTNERS = _reading(Resource.RECOMMENDATIONS, Work.SEARCH, _PARTS)
_CLUSTER = _reading(Resource.RECOMMENDATIONS, Work.CLUSTER)
_EXPORT = _reading(Resource.EXPORT, Work.CLUSTER)
_MAP = _reading(Resource.MAP)
_LANDSCAPE = _reading(Resource.LANDSCAPE)
_REPORT = _reading(Resource.LANDSCAPE, Work.CLUSTER)
_STATUS = _reading(Resource.BUILDS, served=frozenset({Reach.ALL, Reach.FIGURES}))
_ACCOUNT = _reading(Resource.ACCOUNT, served=_PARTS)
# Events name persons, so all of an event is the facilitators', reading too.
_EVENT = _reading(Resource.EVENTS)
_EVENT_CHANGE = _changing(Resource.EVENTS)
_EVENT_FILES = _reading(Resource.EVENTS, Work.CLUSTER)
"""Made beside the handlers, as everybody's lists are."""
_EVENT_WORK = _changing(Resource.EVENTS, Work.SCHEDULE)
_BUILD_CHANGE = _changing(Resource.BUILDS)
_JOB = _reading(Resource.JOBS)
_JOB_CHANGE = _changing(Resource.JOBS)
_TAKING_IN = _changing(Resource.IMPORT)
_TRAIL = _reading(Resource.AUDIT_TRAIL, served=_PARTS)
# What is imported is the whole cluster, so all of an import is the facilitators', and so is who is who in it.
_IMPORT = _reading(Resource.IMPORT)
_IMPORT_LOOK = _reading(Resource.IMPORT, Work.CLUSTER)
"""Worked out beside the handlers."""
_IMPORT_CHANGE = _changing(Resource.IMPORT)
# What a firm does for itself; over the API a facilitator does it for any actor.
_OWN_PROFILE = _reading(Resource.PRIVATE_FIELDS, served=_PARTS)
_PROFILE_CHANGE = _changing(Resource.PUBLIC_PROFILE, served=_PARTS)
_DRAFTS = _reading(Resource.DRAFTS, served=_PARTS)
_DRAFT_CHANGE = _changing(Resource.DRAFTS, served=_PARTS)
_CONTACTS = _reading(Resource.CONTACT_PERSON, served=_PARTS | {Reach.MUTUAL})
_CONTACT_CHANGE = _changing(Resource.CONTACT_PERSON, served=_PARTS)
_DECISIONS = _reading(Resource.DECISIONS, served=_PARTS | {Reach.MUTUAL})
_DECISION = _changing(Resource.DECISIONS, served=_PARTS)
_OWN_MEETINGS = _reading(Resource.OWN_MEETINGS, served=_PARTS)
# The pages of a firm's workplace are for firms alone: what is all of a resource is on other pages.
_MINE = frozenset({Reach.OWN, Reach.MUTUAL})
_MY_PROFILE = _changing(Resource.PUBLIC_PROFILE, served=_MINE)
_MY_SUGGESTIONS = _reading(Resource.RECOMMENDATIONS, Work.SEARCH, _MINE)
_MY_ANSWER = _changing(Resource.DECISIONS, served=_MINE)
_MY_CONTACTS = _reading(Resource.CONTACT_PERSON, served=_MINE)
_MY_MEETINGS = _reading(Resource.OWN_MEETINGS, served=_MINE)
_MY_WISHES = _changing(Resource.OWN_MEETINGS, served=_MINE)
_MY_DATA = _reading(Resource.AUDIT_TRAIL, served=_MINE)
_MY_HOME = _reading(Resource.RECOMMENDATIONS, Work.SEARCH, _MINE)
_ALERTS = _reading(Resource.ALERTS, served=_PARTS)
_ALERTS_CHANGE = _changing(Resource.ALERTS, served=_PARTS)
_SEARCH_SAVED = _changing(Resource.ALERTS, served=_PARTS)
"""Asks the search once, for what its list is like."""
_JUDGING = _changing(Resource.DECISIONS)

RULES: dict[tuple[str, str], Rule] = {
    ("GET", "/healthz"): _HEALTH,
    ("GET", "/readyz"): _HEALTH,
    # Open to every role and closed to every other machine: its route turns away whoever is not on this one.
    ("GET", "/metrics"): _HEALTH,
    ("GET", "/api/v1/openapi.json"): _HEALTH,
    ("GET", "/api/v1/status"): _STATUS,
    ("GET", "/api/v1/actors"): _PROFILE,
    ("GET", "/api/v1/actors/{actor_id}"): _PROFILE,
    ("GET", "/api/v1/actors/{actor_id}/suggestions"): _OWN_PARTNERS,
    ("POST", "/api/v1/search"): _SEARCH,
    ("POST", "/api/v1/team"): _SEARCH,
    ("GET", "/api/v1/proposals"): _CLUSTER,
    ("GET", "/api/v1/balance"): _CLUSTER,
    ("GET", "/api/v1/sub-clusters"): _MAP,
    ("GET", "/api/v1/sub-clusters/{sub_cluster_id}"): _MAP,
    ("GET", "/api/v1/spin-offs"): _LANDSCAPE,
    ("GET", "/api/v1/map"): _MAP,
    ("GET", "/"): _PROFILE,
    ("GET", "/search"): _SEARCH,
    ("GET", "/actors"): _PROFILE,
    ("GET", "/actors/{actor_id:path}"): _reading(Resource.PUBLIC_PROFILE, Work.SEARCH),
    ("GET", "/proposals"): _CLUSTER,
    ("GET", "/proposals/download"): _EXPORT,
    ("GET", "/team"): _SEARCH,
    ("GET", "/sub-clusters"): _MAP,
    ("GET", "/sub-clusters/{sub_cluster_id:path}"): _MAP,
    ("GET", "/spin-offs"): _LANDSCAPE,
    ("GET", "/report"): _REPORT,
    ("GET", "/report.pdf"): _REPORT,
    ("GET", "/report/{sub_cluster_id:path}"): _REPORT,
    ("GET", "/map"): _MAP,
    ("GET", "/map/data.json"): _MAP,
    ("GET", "/static"): _HEALTH,
    ("GET", "/sign-in"): _reading(Resource.SERVICE),
    ("POST", "/sign-in"): _ENTERING,
    ("POST", "/sign-out"): _changing(Resource.SERVICE),
    ("GET", "/invitation/{token}"): _reading(Resource.SERVICE),
    ("POST", "/invitation/{token}"): _ENTERING,
    ("GET", "/account"): _ACCOUNT,
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
    ("GET", "/calendars/{token}.ics"): _reading(Resource.CALENDAR),
    ("GET", "/api/v1/events/{event_id}/agendas"): _EVENT_FILES,
    ("GET", "/api/v1/events/{event_id}/calendars"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/calendars/{participant_id}/renew"): _EVENT_CHANGE,
    ("GET", "/api/v1/events/{event_id}/lists/participants"): _EVENT,
    ("POST", "/api/v1/events/{event_id}/lists/participants"): _EVENT_CHANGE,
    ("POST", "/api/v1/events/{event_id}/lists/participants/{number}/undo"): _EVENT_CHANGE,
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
    ("GET", "/events/{event_id}/lists/participants/{number}"): _EVENT,
    ("POST", "/events/{event_id}/lists/participants/{number}"): _EVENT_CHANGE,
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
    # Long work, builds, the audit trail, actors from other systems.
    ("GET", "/api/v1/jobs"): _JOB,
    ("GET", "/api/v1/jobs/{job_id}"): _JOB,
    ("DELETE", "/api/v1/jobs/{job_id}"): _JOB_CHANGE,
    ("GET", "/api/v1/jobs/{job_id}/file"): _JOB,
    ("POST", "/api/v1/exports/landscape"): _JOB_CHANGE,
    ("GET", "/api/v1/builds"): _STATUS,
    ("POST", "/api/v1/builds"): _BUILD_CHANGE,
    ("POST", "/api/v1/builds/roll-back"): _BUILD_CHANGE,
    ("GET", "/api/v1/audit"): _TRAIL,
    ("PUT", "/api/v1/actors/{actor_id}"): _TAKING_IN,
    ("POST", "/api/v1/actors/bulk"): _TAKING_IN,
    ("GET", "/builds"): _STATUS,
    ("POST", "/builds"): _BUILD_CHANGE,
    ("POST", "/builds/cancel"): _BUILD_CHANGE,
    ("POST", "/builds/roll-back"): _BUILD_CHANGE,
    ("GET", "/history"): _TRAIL,
    ("GET", "/history/download"): _TRAIL,
    ("GET", "/import"): _IMPORT,
    ("POST", "/import"): _IMPORT_CHANGE,
    ("GET", "/import/template"): _IMPORT,
    ("GET", "/import/made/{number}"): _IMPORT_CHANGE,
    ("POST", "/import/made/{number}"): _IMPORT_CHANGE,
    ("GET", "/import/{draft_id}"): _IMPORT,
    ("POST", "/import/{draft_id}"): _IMPORT_CHANGE,
    ("GET", "/import/{draft_id}/preview"): _IMPORT_LOOK,
    ("POST", "/import/{draft_id}/preview"): _IMPORT_CHANGE,
    ("GET", "/import/{draft_id}/taking"): _IMPORT_LOOK,
    ("POST", "/import/{draft_id}/taking"): _IMPORT_CHANGE,
    ("GET", "/import/{draft_id}/rejections.csv"): _IMPORT_LOOK,
    ("GET", "/import/{draft_id}/rows.csv"): _IMPORT_LOOK,
    ("GET", "/duplicates"): _IMPORT_LOOK,
    ("POST", "/duplicates"): _IMPORT_CHANGE,
    ("GET", "/duplicates/pair"): _IMPORT,
    ("POST", "/duplicates/pair"): _IMPORT_CHANGE,
    ("GET", "/profiles"): _IMPORT_LOOK,
    ("GET", "/profiles/download"): _IMPORT_LOOK,
    ("GET", "/api/v1/imports"): _IMPORT,
    ("POST", "/api/v1/imports"): _IMPORT_CHANGE,
    ("GET", "/api/v1/imports/template"): _IMPORT,
    ("POST", "/api/v1/imports/{number}/undo"): _IMPORT_CHANGE,
    ("GET", "/api/v1/duplicates"): _IMPORT_LOOK,
    ("POST", "/api/v1/duplicates/merge"): _IMPORT_CHANGE,
    ("POST", "/api/v1/duplicates/not-the-same"): _IMPORT_CHANGE,
    ("POST", "/api/v1/duplicates/merges/{number}/undo"): _IMPORT_CHANGE,
    ("GET", "/api/v1/profiles-to-complete"): _IMPORT_LOOK,
    ("GET", "/sign-in/forgotten"): _reading(Resource.SERVICE),
    ("POST", "/sign-in/forgotten"): _changing(Resource.SERVICE),
    # Both may wait for the provider, as long as a password is hashed.
    ("GET", "/sign-in/provider"): _reading(Resource.SERVICE, Work.SIGN_IN),
    ("GET", "/sign-in/provider/back"): _reading(Resource.SERVICE, Work.SIGN_IN),
    ("POST", "/account/password"): _changing(Resource.ACCOUNT, Work.SIGN_IN, _PARTS),
    ("POST", "/account/sessions"): _changing(Resource.ACCOUNT, served=_PARTS),
    ("POST", "/account/keys"): _changing(Resource.KEYS, served=_OWN_KEYS),
    ("GET", "/api/v1/keys"): _reading(Resource.KEYS, served=_PARTS),
    ("POST", "/api/v1/keys"): _changing(Resource.KEYS, served=_OWN_KEYS),
    ("DELETE", "/api/v1/keys/{key_id}"): _changing(Resource.KEYS, served=_OWN_KEYS),
    # Serves of every actor only what it opted in to.
    ("GET", "/directory"): _DIRECTORY,
    ("GET", "/directory/{actor_id:path}"): _DIRECTORY,
    ("POST", "/directory/{actor_id:path}"): _LISTING,
    ("GET", "/api/v1/directory"): _DIRECTORY,
    ("GET", "/api/v1/directory/{actor_id}"): _DIRECTORY,
    ("PUT", "/api/v1/directory/{actor_id}"): _LISTING,
    ("DELETE", "/api/v1/directory/{actor_id}"): _LISTING,
    # Firms.
    ("PATCH", "/api/v1/actors/{actor_id}"): _PROFILE_CHANGE,
    ("GET", "/api/v1/actors/{actor_id}/own"): _OWN_PROFILE,
    ("GET", "/api/v1/actors/{actor_id}/drafts"): _DRAFTS,
    ("POST", "/api/v1/actors/{actor_id}/drafts"): _DRAFT_CHANGE,
    ("PUT", "/api/v1/actors/{actor_id}/drafts/{draft_id}"): _DRAFT_CHANGE,
    ("DELETE", "/api/v1/actors/{actor_id}/drafts/{draft_id}"): _DRAFT_CHANGE,
    ("POST", "/api/v1/actors/{actor_id}/drafts/{draft_id}/publish"): _DRAFT_CHANGE,
    ("GET", "/api/v1/actors/{actor_id}/contacts"): _CONTACTS,
    ("POST", "/api/v1/actors/{actor_id}/contacts"): _CONTACT_CHANGE,
    ("PUT", "/api/v1/actors/{actor_id}/contacts/{contact_id}"): _CONTACT_CHANGE,
    ("DELETE", "/api/v1/actors/{actor_id}/contacts/{contact_id}"): _CONTACT_CHANGE,
    ("GET", "/api/v1/actors/{actor_id}/answers"): _DECISIONS,
    ("PUT", "/api/v1/actors/{actor_id}/answers/{partner_id}"): _DECISION,
    ("DELETE", "/api/v1/actors/{actor_id}/answers/{partner_id}"): _DECISION,
    ("GET", "/api/v1/actors/{actor_id}/mutual"): _DECISIONS,
    ("GET", "/api/v1/actors/{actor_id}/meetings"): _OWN_MEETINGS,
    ("GET", "/api/v1/actors/{actor_id}/held"): _OWN_PROFILE,
    ("GET", "/my"): _MY_HOME,
    ("GET", "/my/profile"): _MY_PROFILE,
    ("POST", "/my/profile"): _MY_PROFILE,
    ("GET", "/my/profile/seen"): _MY_PROFILE,
    ("GET", "/my/contact-persons"): _MY_PROFILE,
    ("POST", "/my/contact-persons"): _changing(Resource.CONTACT_PERSON, served=_MINE),
    ("GET", "/my/suggestions"): _MY_SUGGESTIONS,
    ("POST", "/my/suggestions"): _MY_ANSWER,
    ("GET", "/my/contacts"): _MY_CONTACTS,
    ("GET", "/my/meetings"): _MY_MEETINGS,
    ("GET", "/my/meetings/{event_id}"): _MY_MEETINGS,
    ("POST", "/my/meetings/{event_id}"): _MY_WISHES,
    ("GET", "/my/data"): _MY_DATA,
    ("POST", "/my/data"): _MY_PROFILE,
    ("GET", "/my/data/held.{ending}"): _MY_DATA,
    # An analyst's pages and figures: worked out beside the readers, some of it for minutes.
    **dict.fromkeys(
        (
            ("GET", path)
            for path in (
                "/landscape",
                "/specialisation",
                "/trends",
                "/phases",
                "/gaps",
                "/portfolio",
                "/brokers",
                "/backtest",
                "/comparison",
                "/downloads",
                "/downloads/landscape.{ending}",
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
            )
        ),
        _REPORT,
    ),
    ("GET", "/alerts"): _ALERTS,
    ("POST", "/alerts"): _ALERTS_CHANGE,
    ("GET", "/alerts/{number}"): _ALERTS,
    ("GET", "/alerts/searches"): _ALERTS,
    ("POST", "/alerts/searches"): _SEARCH_SAVED,
    ("GET", "/alerts/feed/{token}.atom"): _reading(Resource.FEED),
    ("GET", "/alerts/unsubscribe/{token}"): _reading(Resource.FEED),
    ("POST", "/alerts/unsubscribe/{token}"): _changing(Resource.FEED),
    ("GET", "/webhooks"): _reading(Resource.WEBHOOKS),
    ("POST", "/webhooks"): _changing(Resource.WEBHOOKS),
    ("GET", "/api/v1/saved-searches"): _ALERTS,
    ("POST", "/api/v1/saved-searches"): _SEARCH_SAVED,
    ("GET", "/api/v1/saved-searches/{search_id}"): _ALERTS,
    ("PATCH", "/api/v1/saved-searches/{search_id}"): _SEARCH_SAVED,
    ("DELETE", "/api/v1/saved-searches/{search_id}"): _ALERTS_CHANGE,
    ("POST", "/api/v1/saved-searches/{search_id}/restore"): _ALERTS_CHANGE,
    ("GET", "/api/v1/alerts"): _ALERTS,
    ("POST", "/api/v1/alerts/read"): _ALERTS_CHANGE,
    ("GET", "/api/v1/alerts/settings"): _ALERTS,
    ("PUT", "/api/v1/alerts/settings"): _ALERTS_CHANGE,
    ("POST", "/api/v1/alerts/feed/renew"): _ALERTS_CHANGE,
    ("GET", "/api/v1/webhooks"): _reading(Resource.WEBHOOKS),
    ("GET", "/api/v1/webhook-deliveries"): _reading(Resource.WEBHOOKS),
    ("POST", "/api/v1/webhook-deliveries/{number}/send-again"): _changing(Resource.WEBHOOKS),
    # The working list of proposals, answers and notes.
    ("GET", "/api/v1/answers"): _reading(Resource.DECISIONS, served=frozenset({Reach.ALL, Reach.MUTUAL})),
    ("GET", "/api/v1/notes"): _reading(Resource.DECISIONS),
    ("GET", "/api/v1/actors/{actor_id}/notes/{partner_id}"): _reading(Resource.DECISIONS),
    ("PUT", "/api/v1/actors/{actor_id}/notes/{partner_id}"): _JUDGING,
    ("DELETE", "/api/v1/actors/{actor_id}/notes/{partner_id}"): _JUDGING,
    ("GET", "/api/v1/events/{event_id}/proposals"): _EVENT_FILES,
    ("POST", "/proposals"): _JUDGING,
    ("GET", "/events/{event_id}/proposals"): _EVENT_FILES,
    ("POST", "/events/{event_id}/proposals"): _EVENT_CHANGE,
    ("GET", "/events/{event_id}/proposals/download"): _EVENT_FILES,
    # What firms keep and say, for those who reach all of it: contact persons and drafts are no wider than decisions.
    ("GET", "/firms"): _reading(Resource.DECISIONS),
    ("GET", "/firms/one"): _reading(Resource.CONTACT_PERSON),
    ("GET", "/firms/download"): _reading(Resource.DECISIONS),
    # One's own account over the API.
    ("GET", "/api/v1/account"): _ACCOUNT,
    ("PUT", "/api/v1/account/password"): _changing(Resource.ACCOUNT, Work.SIGN_IN, _PARTS),
    ("POST", "/api/v1/account/password-links"): _ENTERING,
    ("PUT", "/api/v1/account/password-links/used"): _ENTERING,
    ("GET", "/api/v1/account/sessions"): _ACCOUNT,
    ("DELETE", "/api/v1/account/sessions"): _changing(Resource.ACCOUNT, served=_PARTS),
    ("DELETE", "/api/v1/account/sessions/{session_id}"): _changing(Resource.ACCOUNT, served=_PARTS),
}
"""Method and path of every route, as the route itself writes its path."""


def rule_of(request: Request) -> Rule | None:
    """The row of the route that a request has reached, or ``None`` where the table has none."""
    return RULES.get((request.method, getattr(request.scope.get("route"), "path", "")))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((compile_path(path)[0], method) for method, path in RULES)


def methods_at(path: str) -> frozenset[str]:
    """The methods that an address takes; those of every route that stands there."""
    return frozenset(method for pattern, method in _patterns() if pattern.match(path))


def may(request: Request, path: str, method: str = "GET") -> bool:
    """Whether the caller may call a route, so that pages offer nothing that would be refused; a route without a row is closed."""
    rule = RULES.get((method, path))
    return rule is not None and role_of(request) in rule.roles


def reaches(request: Request, actor_id: str) -> bool:
    """Whether what is an actor's own is open to the caller: the actor itself, or a facilitator."""
    caller = caller_of(request)
    if role_of(request) is Role.FIRM:
        return caller is not None and caller.actor_id == actor_id
    return role_of(request) is Role.FACILITATOR


def check_reach(request: Request, actor_id: str) -> None:
    """Turn away whoever asks for what is another's, as if it were not there; raises ``ActorNotFoundError``."""
    if not reaches(request, actor_id):
        raise ActorNotFoundError(actor_id)


async def permission(request: Request) -> None:
    """The dependency that turns away whoever the table does not name.

    Raises ``HTTPException`` 401 for somebody who may have to sign in and 403 for somebody who did.
    """
    rule = rule_of(request)
    if rule is not None and rule.work is Work.HEALTH:
        return
    if sent_a_secret(request):
        # Looked up in the database, and remembered with the request.
        await run_in_threadpool(caller_of, request)
    role = role_of(request)
    if rule is None:
        raise HTTPException(403, detail="This is not open to you.")
    # Whoever sends a key wants to be somebody, and is told that they are not also where everybody may come in.
    if role not in rule.roles or sent_a_bad_key(request):
        if role is not Role.ANONYMOUS:
            raise HTTPException(403, detail="This is not open to you.")
        await keep_what_was_sent(request)
        raise HTTPException(
            401, detail="Sign in, or send a key that is good.", headers={"WWW-Authenticate": "Bearer"}
        )
    caller = caller_of(request)
    ACTING.set(caller.who if caller else "")
    if caller is not None and caller.read_only and request.method != "GET" and rule.work is not Work.SEARCH:
        raise HTTPException(403, detail="This key may read only.")
