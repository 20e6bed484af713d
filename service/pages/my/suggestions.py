"""A firm's suggestions with both sides' sentences, its answers to them, and the way back from each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from pydantic import BeforeValidator

from matchmaker.actors import Actor, ActorGroup
from matchmaker.answers import LONGEST_WORDS, Answer, AnswerKind, DeclineReason, Judgement, Side
from matchmaker.answers import Wanted as ToBeSaid
from matchmaker.errors import ActorNotFoundError, AnswerNotFoundError
from matchmaker.matching.matches import Match
from matchmaker.profiles import SizeClass, kilometres, size_class
from matchmaker.published import Published
from matchmaker.ways_back import Answered
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.filters import (
    GroupFilter,
    PageNumber,
    RegionFilter,
    TextFilter,
    chosen,
    names_alike,
    pages_of,
    readable,
)
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, go_to, my_page, remembered, undone
from service.pages.overview import empty_page
from service.pages.signing_in.ways import local_path
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

ADDRESS = "/my/suggestions"
AT_ONCE = 6
"""Pages with what a firm knows alone are sent uncompressed, so a page holds few cards and the next is a press away."""
INTERESTED_SHOWN = 3
"""Partners that said so, before the suggestions; the rest have pages of their own."""
ANSWERED_SHOWN = 25
MOST = 50
MOST_LOOKED_AT = 300
"""Among which known partners are looked for where only those are wanted."""
DISTANCES = (25, 50, 100, 250)
"""Kilometres to choose from."""


def _or_none(value: object) -> object:
    return value or None


Distance = Annotated[int | None, BeforeValidator(_or_none), Query(ge=1, le=20_000, alias="within")]
Size = Annotated[SizeClass | None, BeforeValidator(_or_none), Query()]
Known = Annotated[Literal["new", "known"] | None, BeforeValidator(_or_none), Query()]
Member = Annotated[Literal["yes", "no"] | None, BeforeValidator(_or_none), Query()]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which suggestions a firm wants to see."""

    groups: tuple[ActorGroup, ...]
    region: str
    sub_cluster: str
    within: int | None
    size: SizeClass | None
    member: str | None
    known: str | None
    scope: str

    @property
    def any(self) -> bool:
        """Whether anything is left out."""
        return bool(
            self.groups
            or self.region
            or self.sub_cluster
            or self.within
            or self.size
            or self.member
            or self.known
            or self.scope == "all"
        )


@router.get("/my/suggestions")
def suggestions(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    actor_id: OwnActorId,
    group: GroupFilter = (),
    region: RegionFilter = "",
    sub_cluster: TextFilter = "",
    within: Distance = None,
    size: Size = None,
    member: Member = None,
    known: Known = None,
    scope: Literal["across", "all"] = "across",
    top: Annotated[int | None, Query(ge=1, le=MOST)] = None,
    view: Literal["open", "interested", "answered"] = "open",
    number: Annotated[PageNumber, Query(alias="page")] = 1,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """Whom to meet and why; in other tabs who would like to meet the firm, and what was answered."""
    if snapshot is None:
        return empty_page(request)
    answers = workspace.firms.answers(actor_id)
    wanted = Wanted(
        chosen(group), readable(region), readable(sub_cluster), within, size, member, known, scope
    )
    told = workspace.firms.interested_in(actor_id)
    each_page = {"open": INTERESTED_SHOWN, "interested": AT_ONCE, "answered": ANSWERED_SHOWN}[view]
    pages = pages_of(len(answers if view == "answered" else told), each_page)
    number = 1 if view == "open" else min(number, pages)
    part = slice((number - 1) * each_page, number * each_page)
    interested = _between(snapshot, actor_id, told[part]) if view != "answered" else []
    top = top or AT_ONCE - len(interested)
    matches = _matches(snapshot, actor_id, wanted, answers, told, top) if view == "open" else []
    mutual = {each.partner_of(actor_id) for each in workspace.firms.mutual(actor_id)}
    everybody = [*matches, *(each for _, each in interested if each)]
    return my_page(
        request,
        "suggestions.html",
        "suggestions",
        snapshot=snapshot,
        done=done,
        undo=undo,
        view=view,
        matches=matches,
        interested=interested,
        told=len(told),
        number=number,
        pages=pages,
        answers=[
            (each, _actor(workspace, each.partner_id), each.partner_id in mutual) for each in answers[part]
        ]
        if view == "answered"
        else [],
        answered=len(answers),
        alike=names_alike(snapshot, everybody),
        most_points=max((reason.points for match in everybody for reason in match.reasons), default=1.0),
        wanted=wanted,
        sub_clusters=[each for each in snapshot.sub_clusters() if not each.parent_id],
        distances=DISTANCES,
        sizes=tuple(SizeClass),
        placed=_is_placed(workspace.actor(actor_id)),
        reasons=tuple(DeclineReason),
        more=min(MOST, top + AT_ONCE) if len(matches) == top < MOST else 0,
        here=_here(request),
        longest=LONGEST_WORDS,
    )


@router.post("/my/suggestions")
def answer(workspace: OpenWorkspace, actor_id: OwnActorId, form: Sent) -> Response:
    """What the firm says of a partner, heeded at once; each can be undone."""
    what, _ = form.pressed
    address = _back_to(form)
    if what == "undo":
        return undone(workspace, actor_id, form, address)
    partner_id = form.as_sent("partner")[:500]
    said = None if what == "take_back" else _said(what, form)
    if said is None and what != "take_back":
        return go_to(address)
    try:
        with workspace.undoing.together():
            undo = _say(workspace, actor_id, partner_id, said)
    except (ActorNotFoundError, AnswerNotFoundError, ValueError):
        # The partner is gone since the page was shown, or the answer is taken back already.
        return go_to(address, done="too_late")
    if said is None:
        return go_to(address, done="taken_back", undo=undo)
    both = said.kind is AnswerKind.INTERESTED and any(
        each.partner_of(actor_id) == partner_id for each in workspace.firms.mutual(actor_id)
    )
    return go_to(
        "/my/contacts" if both else address,
        done="mutual" if both else said.kind.value,
        undo=undo,
    )


def _say(workspace: Workspace, actor_id: str, partner_id: str, said: Judgement | None) -> str:
    """Keep what is said, or take back with ``None`` what was; the name by which that can be undone."""
    if said is None:
        gone = workspace.firms.take_back_answer(actor_id, partner_id, who=acting())
        return _way_back(workspace, gone, gone.said, after=0)
    before = next((each for each in workspace.firms.answers(actor_id) if each.partner_id == partner_id), None)
    given = workspace.answer(actor_id, partner_id, said, who=acting())
    return _way_back(workspace, given, before.said if before else None, after=given.change)


def _said(what: str, form: Form) -> Judgement | None:
    if what == "interested":
        return Judgement(AnswerKind.INTERESTED, told=form.text("told") == "yes")
    if what == "known":
        return Judgement(AnswerKind.KNOWN)
    if what != "declined":
        return None
    reason = form.text("reason")
    return Judgement(
        AnswerKind.DECLINED,
        DeclineReason(reason) if reason in tuple(DeclineReason) else None,
        form.text("words", longest=LONGEST_WORDS),
    )


def _way_back(workspace: Workspace, answer: Answer, before: Judgement | None, *, after: int) -> str:
    """To what was said before, or to nothing; nowhere where the same was said again."""
    if before == answer.said and after:
        return ""
    pair = ToBeSaid(answer.seeker_id, answer.partner_id, Side.FIRM, before, after=after)
    return remembered(workspace, answer.seeker_id, Answered((pair,)))


def _matches(
    snapshot: Published,
    actor_id: str,
    wanted: Wanted,
    answers: Sequence[Answer],
    told: Sequence[str],
    top: int,
) -> list[Match]:
    try:
        fits = _fits(snapshot, actor_id, wanted, {each.partner_id for each in answers} | set(told))
        found = snapshot.suggestions(
            actor_id,
            top=MOST_LOOKED_AT if wanted.known == "known" else top,
            groups=wanted.groups,
            region=wanted.region,
            new=wanted.known == "new",
            across=wanted.scope == "across",
            fits=fits,
        )
    except ActorNotFoundError:
        # Added a moment ago; the next look knows it.
        return []
    if wanted.known == "known":
        found = [each for each in found if each.known]
    return found[:top]


def _fits(snapshot: Published, actor_id: str, wanted: Wanted, done: set[str]) -> Callable[[str], bool]:
    inside = next((each for each in snapshot.sub_clusters() if each.id == wanted.sub_cluster), None)
    members = {each.actor_id for each in inside.members} if inside else None
    here = snapshot.actor(actor_id).place

    def fits(partner_id: str) -> bool:
        if partner_id in done or (members is not None and partner_id not in members):
            return False
        if not (wanted.within or wanted.size or wanted.member):
            return True
        try:
            partner = snapshot.actor(partner_id)
        except ActorNotFoundError:
            return False
        if wanted.member and partner.member != (wanted.member == "yes"):
            return False
        if wanted.size and size_class(partner.size) is not wanted.size:
            return False
        if wanted.within:
            away = kilometres(here, partner.place)
            return away is not None and away <= wanted.within
        return True

    return fits


def _between(snapshot: Published, actor_id: str, partners: Sequence[str]) -> list[tuple[Actor, Match | None]]:
    """Those who said that they are interested, with what speaks for it where anything does."""
    matches = {each.partner_id: each for each in snapshot.between([(actor_id, each) for each in partners])}
    found = []
    for partner_id in partners:
        try:
            found.append((snapshot.actor(partner_id), matches.get(partner_id)))
        except ActorNotFoundError:
            continue
    return found


def _actor(workspace: Workspace, actor_id: str) -> Actor:
    return workspace.actor(actor_id)


def _is_placed(actor: Actor) -> bool:
    return actor.place.latitude is not None and actor.place.longitude is not None


def _here(request: Request) -> str:
    """This page with its filters, to come back to after an answer."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("done", "undo", "lang") and value
    ]
    return f"{ADDRESS}?{urlencode(kept)}" if kept else ADDRESS


def _back_to(form: Form) -> str:
    way = local_path(form.as_sent("back"))
    return way if way.split("?")[0] in (ADDRESS, "/my/contacts", "/my") else ADDRESS
