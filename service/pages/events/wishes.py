"""Who wishes to meet whom: as a list, as a grid of participants, and one pair with what speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from matchmaker.alphabet import name_key
from matchmaker.answers import LONGEST_WORDS
from matchmaker.errors import EventChangedError, EventRejectedError, NotBuiltError
from matchmaker.events import FACILITATOR, MeetingRequest, Preference, PreferenceKind, RequestState
from matchmaker.matching.matches import Match
from matchmaker.published import Published
from matchmaker.ways_back import Preferred
from matchmaker.workspace import Workspace
from service.arranged import Attending, acting, attending
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent, seen
from service.pages.events.frame import DoneNow, EventFrame, Framed, UndoName, event_frame, event_page, go_to
from service.pages.events.pairs import Pairs, PairState, PairView
from service.pages.filters import PageNumber, TextFilter, pages_of, readable
from service.pages.rendering import address_with, event_address
from service.pages.snapshot import MaybeSnapshot

router = APIRouter()

GRID_MOST = 60
"""Participants up to which the grid is drawn; of more, one participant's row."""
ROWS_PER_PAGE = 50
REASONS_SHOWN = 3
REQUESTS_SHOWN = 10
"""Requests for meetings below the wishes; all of them have a page of their own."""
OF_FACILITATOR = tuple(PreferenceKind)
OF_PARTICIPANT = (PreferenceKind.MEET, PreferenceKind.NO_THANKS, PreferenceKind.MET_BEFORE)

View = Literal["list", "grid", "one"]
ParticipantName = Annotated[str, Query(max_length=500)]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A pair that is looked at."""

    a: Attending
    b: Attending
    view: PairView
    match: Match | None
    """Why the recommender proposes it."""
    mark: str
    """Of its preferences, so that a change by somebody else is noticed."""

    def said(self, of: str) -> Preference | None:
        """What somebody wants of the pair."""
        return next((each for each in self.view.preferences if each.of == of), None)


@router.get("/events/{event_id}/wishes")
def wishes(
    request: Request,
    workspace: OpenWorkspace,
    snapshot: MaybeSnapshot,
    frame: Framed,
    view: View = "list",
    a: ParticipantName = "",
    b: ParticipantName = "",
    of: ParticipantName = "",
    text: TextFilter = "",
    kind: TextFilter = "",
    number: PageNumber = 1,
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """The wishes of an event in one of three views, with a pair opened where one is chosen."""
    return _page(
        request,
        workspace,
        snapshot,
        frame,
        view=view,
        a=a,
        b=b,
        of=of,
        text=readable(text),
        kind=kind,
        number=number,
        done=done,
        undo=undo,
    )


@router.post("/events/{event_id}/wishes")
def change_wishes(
    request: Request, workspace: OpenWorkspace, snapshot: MaybeSnapshot, frame: Framed, form: Sent
) -> Response:
    """Keep or take back what is wanted of a pair; whoever began from an older state is told."""
    what, _ = form.pressed
    a, b = form.text("a", longest=500), form.text("b", longest=500)
    view: View = "grid" if form.text("view") == "grid" else "one" if form.text("view") == "one" else "list"
    of = form.text("of_view", longest=500)
    current = [each for each in workspace.events.preferences(frame.event.id) if {each.a, each.b} == {a, b}]
    if what == "pair" and form.text("seen") != seen(current):
        return _page(
            request, workspace, snapshot, frame, view=view, a=a, b=b, of=of, conflict=form, status=412
        )
    if what == "add" and _added_kind(form) is None:
        return _page(
            request, workspace, snapshot, frame,
            view=view, of=of, problem="event.wishes.wrong.kind", typed=form, status=422,
        )  # fmt: skip
    given, gone = _changes(what, form, a, b, current)
    if given or gone:
        try:
            name = change(workspace, frame, given, gone)
        except (EventRejectedError, EventChangedError) as error:
            problem = (
                "event.wishes.wrong.pair"
                if isinstance(error, EventRejectedError)
                else "event.wishes.wrong.changed"
            )
            return _page(
                request, workspace, snapshot, event_frame(request, frame.event.id),
                view=view, of=of, problem=problem, typed=form, status=422,
            )  # fmt: skip
        done = "wished" if given else "taken_back"
    else:
        done, name = "wished" if what == "add" else "", ""
    # The same place of the same list again, with the pair still open where it was saved.
    pair = (a, b) if what == "pair" and done else ("", "")
    shown = {"view": "" if view == "list" else view, "of": of, "a": pair[0], "b": pair[1]}
    changes = {**shown, "done": done, "undo": name}
    back = address_with(request, **{name: value or None for name, value in changes.items()})
    return RedirectResponse(back, 303)


@router.post("/events/{event_id}/propose")
def propose(request: Request, workspace: OpenWorkspace, frame: Framed, form: Sent) -> Response:
    """Ask the recommender for the scores of all who attend."""
    try:
        workspace.events.propose(frame.event.id, who=acting())
    except NotBuiltError:
        return _page(request, workspace, None, frame, problem="event.wishes.unbuilt", status=503)
    view = form.text("view") if form.text("view") in ("grid", "one") else ""
    return go_to(event_address(frame.event.id, "wishes"), view=view, done="proposed")


def change(
    workspace: Workspace,
    frame: EventFrame,
    given: Sequence[Preference],
    gone: Sequence[Preference],
) -> str:
    """Keep what changed of a pair; the name by which that can be undone.

    Raises ``EventRejectedError`` and ``EventChangedError``.
    """
    event_id, touched = frame.event.id, {(each.a, each.b, each.of) for each in (*given, *gone)}
    with workspace.undoing.together():
        # Read again: whoever was erased since the page was read is in no way back.
        now = workspace.events.preferences(event_id)
        before = tuple(each for each in now if (each.a, each.b, each.of) in touched)
        workspace.events.prefer(event_id, given, gone, expected=frame.kept.revision, who=acting())
        way = Preferred(event_id, before, tuple(given))
        return workspace.undoing.remember(way, about=event_id, who=acting())


def _changes(
    what: str, form: Form, a: str, b: str, current: Sequence[Preference]
) -> tuple[list[Preference], list[Preference]]:
    """What is given and what is taken back by a form."""
    if what == "take_back":
        # The first is whose wish it is.
        return [], [
            each
            for each in current
            if each.a == a and each.of == (a if form.text("whose") == "own" else FACILITATOR)
        ]
    if what == "add":
        of = a if form.text("whose") == "own" else FACILITATOR
        return _wanted(a, b, of, _added_kind(form), form.text("words", longest=LONGEST_WORDS), current)
    given, gone = list[Preference](), list[Preference]()
    if what == "pair":
        for name, of in (("facilitator", FACILITATOR), ("one", a), ("other", b)):
            kind = _kind(form.text(name), OF_PARTICIPANT if of else OF_FACILITATOR)
            words = form.text(f"{name}_words", longest=LONGEST_WORDS)
            new, old = _wanted(a, b, of, kind, words, current)
            given += new
            gone += old
    return given, gone


def _added_kind(form: Form) -> PreferenceKind | None:
    """What the form for a further wish asks for, ``None`` where that is not for whoever wishes to say."""
    return _kind(form.text("kind"), OF_PARTICIPANT if form.text("whose") == "own" else OF_FACILITATOR)


def _kind(text: str, among: Sequence[PreferenceKind]) -> PreferenceKind | None:
    return next((each for each in among if each == text), None)


def _wanted(
    a: str, b: str, of: str, kind: PreferenceKind | None, words: str, current: Sequence[Preference]
) -> tuple[list[Preference], list[Preference]]:
    """One preference as given, and those of the same one that it replaces, whichever way round they were written."""
    before = [each for each in current if each.of == of]
    if kind is None:
        return [], before
    one, other = (of, b if of == a else a) if of else sorted((a, b))
    wanted = Preference(one, other, kind, of, words)
    if before == [wanted]:
        return [], []
    return [wanted], [each for each in before if (each.a, each.b) != (one, other)]


def _page(
    request: Request,
    workspace: Workspace,
    snapshot: Published | None,
    frame: EventFrame,
    *,
    view: View = "list",
    a: str = "",
    b: str = "",
    of: str = "",
    text: str = "",
    kind: str = "",
    number: int = 1,
    conflict: Form | None = None,
    typed: Form | None = None,
    problem: str = "",
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> Response:
    everybody = sorted(attending(workspace, frame.event.id), key=lambda each: name_key(each.actor.name))
    by_id = {each.attendee.id: each for each in everybody}
    pairs = Pairs(workspace, frame.event, everybody)
    if view == "grid" and len(everybody) > GRID_MOST:
        view = "one"
    seeker = by_id.get(of) or (everybody[0] if everybody else None)
    rows: Sequence[object] = ()
    if view == "list":
        rows = _listed(workspace, frame.event.id, by_id, text, kind)
    elif view == "one" and seeker:
        rows = _row_of(seeker, everybody, pairs)
    asked = _asked(workspace, frame.event.id, by_id) if view == "list" else ()
    pages = pages_of(len(rows), ROWS_PER_PAGE)
    number = min(number, pages)
    return event_page(
        request,
        "wishes.html",
        frame,
        "wishes",
        done=done,
        undo=undo,
        status=status,
        view=view,
        everybody=everybody,
        by_id=by_id,
        pairs=pairs,
        chosen=_chosen(snapshot, workspace, frame, by_id, pairs, a, b),
        seeker=seeker,
        rows=rows[(number - 1) * ROWS_PER_PAGE : number * ROWS_PER_PAGE],
        count=len(rows),
        number=number,
        pages=pages,
        requests=asked[:REQUESTS_SHOWN],
        requested=len(asked),
        text=text,
        kind=kind,
        kinds=OF_FACILITATOR,
        own_kinds=OF_PARTICIPANT,
        states=tuple(PairState),
        grid_most=GRID_MOST,
        conflict=conflict,
        typed=typed,
        problem=problem,
        reasons_shown=REASONS_SHOWN,
        built=snapshot is not None,
        longest=LONGEST_WORDS,
    )


def _listed(
    workspace: Workspace, event_id: str, by_id: dict[str, Attending], text: str, kind: str
) -> list[Preference]:
    wanted = text.casefold()
    return [
        each
        for each in workspace.events.preferences(event_id)
        if each.a in by_id
        and each.b in by_id
        and (not kind or each.kind == kind)
        and (
            not wanted
            or any(wanted in by_id[one].actor.name.casefold() or wanted == one for one in (each.a, each.b))
        )
    ]


def _asked(workspace: Workspace, event_id: str, by_id: dict[str, Attending]) -> list[MeetingRequest]:
    """Requests between those who attend, first those that wait for an answer."""
    found = workspace.events.requests.all(event_id)
    here = [each for each in found if each.sender in by_id and each.recipient in by_id]
    return sorted(here, key=lambda each: each.state is not RequestState.PENDING)


def _row_of(
    seeker: Attending, everybody: Sequence[Attending], pairs: Pairs
) -> list[tuple[Attending, PairView]]:
    others = [
        (each, pairs.view(seeker.attendee.id, each.attendee.id))
        for each in everybody
        if each.attendee.id != seeker.attendee.id
    ]
    return sorted(others, key=lambda entry: (entry[1].rank, name_key(entry[0].actor.name)))


def _chosen(
    snapshot: Published | None,
    workspace: Workspace,
    frame: EventFrame,
    by_id: dict[str, Attending],
    pairs: Pairs,
    a: str,
    b: str,
) -> Chosen | None:
    if a == b or a not in by_id or b not in by_id:
        return None
    one, other = by_id[a], by_id[b]
    match = None
    if snapshot is not None and one.actor.id != other.actor.id:
        names = snapshot.actor_names()
        if one.actor.id in names and other.actor.id in names:
            match = next(iter(snapshot.between([(one.actor.id, other.actor.id)])), None)
    current = [each for each in workspace.events.preferences(frame.event.id) if {each.a, each.b} == {a, b}]
    return Chosen(one, other, pairs.view(a, b), match, seen(current))
