"""What came of an event's meetings: said in one press whether they were held, and later what they led to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.actors import Commitment
from matchmaker.alphabet import name_key
from matchmaker.answers import DeclineReason
from matchmaker.errors import ActorNotFoundError, EventRejectedError, OutcomeNotFoundError
from matchmaker.events import (
    Appointment,
    Attendance,
    CameOf,
    Committed,
    FollowUp,
    NewCompany,
    NoGood,
    Outcome,
    Rating,
    Remark,
)
from matchmaker.events.outcomes import RATINGS, Statement
from matchmaker.published import Published
from matchmaker.workspace import Workspace
from service.arranged import Attending, acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.events.frame import DoneNow, EventFrame, Framed, event_page
from service.pages.events.naming import actor_meant, actor_typed
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import address_with, event_address
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

ROWS_PER_PAGE = 40
Show = Literal["all", "open", "held", "no_show"]
ParticipantName = Annotated[str, Query(max_length=500)]

Problem = tuple[str, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the latest version, or one that somebody spoke of."""

    a: Attending
    b: Attending
    appointment: Appointment | None
    outcome: Outcome | None

    @property
    def state(self) -> str:
        """``open`` where nobody said whether it was held."""
        if self.outcome is None:
            return "open"
        if self.outcome.attendance is not None and self.outcome.attendance.missing:
            return "no_show"
        return "held" if self.outcome.held else "open"

    @property
    def sides(self) -> tuple[Attending, Attending]:
        """Both participants."""
        return self.a, self.b

    @property
    def missing(self) -> tuple[str, ...]:
        """Who did not come."""
        attendance = self.outcome.attendance if self.outcome else None
        return attendance.missing if attendance else ()


@router.get("/events/{event_id}/follow-up")
def follow_up(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    show: Show = "all",
    text: TextFilter = "",
    number: PageNumber = 1,
    a: ParticipantName = "",
    b: ParticipantName = "",
    done: DoneNow = "",
) -> Response:
    """All meetings with what is said of them, and one of them opened."""
    return _page(
        request, workspace, snapshot, frame,
        show=show, text=readable(text), number=number, a=a, b=b, done=done,
    )  # fmt: skip


@router.post("/events/{event_id}/follow-up")
def say(
    request: Request, workspace: OpenWorkspace, snapshot: MaybeSnapshot, frame: Framed, form: Sent
) -> Response:
    """Keep what is said of a meeting, or take the last of it back."""
    what, _ = form.pressed
    a, b = sorted((form.text("a", longest=500), form.text("b", longest=500)))
    problems: list[Problem] = []
    said: Sequence[str] = ()
    if what == "take_back":
        try:
            workspace.events.follow_up.take_back(frame.event.id, a, b, who=acting())
        except OutcomeNotFoundError:
            problems = [("event.said.wrong.nothing", {})]
    else:
        remarks = (
            _pressed(what, a, b)
            if what in ("held", "missing_a", "missing_b")
            else _read(form, a, b, snapshot, workspace, problems)
        )
        if not problems:
            try:
                workspace.events.follow_up.say(frame.event.id, remarks, who=acting())
            except EventRejectedError as error:
                said = error.problems
            except ActorNotFoundError:
                problems = [("event.said.wrong.company", {"name": form.text("company")})]
    if problems or said:
        return _page(
            request, workspace, snapshot, frame,
            a=a, b=b, typed=form, problems=problems, said=said, status=422,
        )  # fmt: skip
    back = address_with(request, done="unsaid" if what == "take_back" else "said", a=None, b=None, at=None)
    return RedirectResponse(f"{back}#{anchor(a, b)}", status_code=303)


def anchor(a: str, b: str) -> str:
    """What a meeting's row is called within the page."""
    plain = "-".join("".join(each if each.isalnum() else "_" for each in one) for one in sorted((a, b)))
    return f"m-{plain}"


def _pressed(what: str, a: str, b: str) -> list[Remark]:
    missing = {"held": (), "missing_a": (a,), "missing_b": (b,)}[what]
    return [Remark(a, b, Attendance(missing))]


def _read(
    form: Form,
    a: str,
    b: str,
    snapshot: Published | None,
    workspace: Workspace,
    problems: list[Problem],
) -> list[Remark]:
    """What the form of one meeting says; a field that is empty says nothing."""
    attendance = form.text("attendance")
    found: list[Remark] = []
    if attendance in ("held", "missing_a", "missing_b", "both"):
        missing = {"held": (), "missing_a": (a,), "missing_b": (b,), "both": (a, b)}[attendance]
        found.append(Remark(a, b, Attendance(missing)))
    for side, by in (("a", a), ("b", b)):
        found += [Remark(a, b, each, by) for each in _of_side(form, side, problems)]
    agreed = (_committed(form, problems), _founded(form, snapshot, workspace, problems))
    return found + [Remark(a, b, each) for each in agreed if each is not None]


def _of_side(form: Form, side: str, problems: list[Problem]) -> Iterator[Statement]:
    rating = form.text(f"rating_{side}")
    if rating in {str(each) for each in RATINGS}:
        yield Rating(int(rating))
    reason = next((each for each in DeclineReason if each == form.text(f"reason_{side}")), None)
    words = form.text(f"words_{side}", longest=500)
    if reason is not None:
        yield NoGood(reason, words)
    elif words:
        problems.append(("event.said.wrong.reason", {}))
    came_of = next((each for each in CameOf if each == form.text(f"came_of_{side}")), None)
    if came_of is not None and (on := _day(form.text(f"came_of_on_{side}"), problems)):
        yield FollowUp(came_of, on)


def _committed(form: Form, problems: list[Problem]) -> Committed | None:
    level = next((each for each in Commitment if each == form.text("level")), None)
    title = form.text("title", longest=300)
    if level is None:
        if title:
            problems.append(("event.said.wrong.level", {}))
        return None
    on = _day(form.text("level_on"), problems)
    return Committed(level, on, title) if on else None


def _founded(
    form: Form, snapshot: Published | None, workspace: Workspace, problems: list[Problem]
) -> NewCompany | None:
    company = form.text("company")
    if not company:
        return None
    meant, on = actor_meant(snapshot, workspace, company), _day(form.text("company_on"), problems)
    if meant is None:
        problems.append(("event.said.wrong.company", {"name": company}))
    return NewCompany(meant, on) if meant and on else None


def _day(text: str, problems: list[Problem]) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(("event.said.wrong.day", {"day": text}))
        return None


def _meetings(workspace: Workspace, frame: EventFrame, by_id: Mapping[str, Attending]) -> list[Meeting]:
    outcomes = {
        frozenset((each.a, each.b)): each for each in workspace.events.follow_up.outcomes(frame.event.id)
    }
    planned = frame.version.plan.appointments if frame.version else ()
    found = []
    for each in sorted(planned, key=lambda one: (one.span.starts, one.table)):
        if each.a in by_id and each.b in by_id:
            a, b = sorted((each.a, each.b))
            found.append(Meeting(by_id[a], by_id[b], each, outcomes.pop(each.pair, None)))
    return found + [
        Meeting(by_id[each.a], by_id[each.b], None, each)
        for each in outcomes.values()
        if each.a in by_id and each.b in by_id
    ]


def _holds(each: Meeting, text: str) -> bool:
    wanted = text.casefold()
    return not wanted or any(
        wanted in one.actor.name.casefold()
        or wanted == one.attendee.id.casefold()
        or any(wanted in person.name.casefold() for person in one.attendee.persons)
        for one in each.sides
    )


def _page(
    request: Request,
    workspace: Workspace,
    snapshot: Published | None,
    frame: EventFrame,
    *,
    show: Show = "all",
    text: str = "",
    number: int = 1,
    a: str = "",
    b: str = "",
    done: str = "",
    typed: Form | None = None,
    problems: Sequence[Problem] = (),
    said: Sequence[str] = (),
    status: int = 200,
) -> Response:
    everybody = sorted(attending(workspace, frame.event.id), key=lambda each: name_key(each.actor.name))
    by_id = {each.attendee.id: each for each in everybody}
    meetings = _meetings(workspace, frame, by_id)
    rows = [each for each in meetings if show in ("all", each.state) and _holds(each, text)]
    pages = pages_of(len(rows), ROWS_PER_PAGE)
    number = min(number, pages)
    chosen = next((each for each in meetings if {one.attendee.id for one in each.sides} == {a, b}), None)
    if chosen is None and a != b and a in by_id and b in by_id:
        one, other = sorted((a, b))
        chosen = Meeting(by_id[one], by_id[other], None, None)
    company = chosen.outcome.new_company if chosen and chosen.outcome else None
    return event_page(
        request,
        "follow_up.html",
        frame,
        "follow-up",
        done=done,
        status=status,
        everybody=everybody,
        rows=rows[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE],
        count=len(rows),
        counts={
            state: sum(state in ("all", each.state) for each in meetings)
            for state in ("all", "open", "held", "no_show")
        },
        show=show,
        text=text,
        number=number,
        pages=pages,
        chosen=chosen,
        company=actor_typed(snapshot, workspace, company.actor_id) if company else "",
        typed=typed,
        problems=problems,
        said=said,
        anchor=anchor,
        here=address_with(request, done=None),
        ratings=tuple(RATINGS),
        came_of=tuple(CameOf),
        reasons=tuple(DeclineReason),
        levels=tuple(Commitment),
        today=date.today().isoformat(),
        address=event_address(frame.event.id, "follow-up"),
    )
