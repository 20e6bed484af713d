"""What the buttons of a working list do: one judgement of one pair or of several, and taking the last one back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import RedirectResponse

from matchmaker.answers import LONGEST_NOTE, AnswerKind, Note
from matchmaker.errors import ActorNotFoundError, EventRejectedError, NoteChangedError
from matchmaker.events import Preference, PreferenceKind
from matchmaker.ways_back import Answered, NoteBefore, Noted, Preferred, WayBack
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.pages.events.forms import Form
from service.pages.rendering import own_path
from service.working_list import attendee_of

MOST_AT_ONCE = 500
KINDS = {
    "pinned": AnswerKind.PINNED,
    "hidden": AnswerKind.HIDDEN,
    "never": AnswerKind.NEVER,
    "cleared": None,
}
DONE = frozenset(
    {
        *(*KINDS, "must_meet", "may_meet", "noted", "note_erased", "nothing", "gone"),
        *("undone", "undone_partly", "changed_since", "too_late"),
    }
)
"""What can have been done; ``working.done.…`` says it."""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done to how many pairs."""

    what: str
    count: int = 0
    undo: str = ""
    row: int = -1
    """The row to go on at."""


def done_before(
    done: Annotated[str, Query(max_length=40)] = "",
    count: Annotated[int, Query(ge=0, le=10_000)] = 0,
    undo: Annotated[str, Query(max_length=40)] = "",
) -> Done:
    """What ``back_to_list`` wrote into the address; any other word is nothing that was done."""
    return Done(done if done in DONE else "", count, undo)


DoneBefore = Annotated[Done, Depends(done_before)]
NOTHING_DONE = Done("")


@dataclass(frozen=True, slots=True)
class Typed:
    """A note that was not kept, since somebody else wrote one first."""

    pair: Pair
    words: str
    kept: Note | None


def judge(workspace: Workspace, form: Form, *, both_ways: bool, event_id: str = "") -> Done | Typed:
    """Do what was pressed; nothing half done. What cannot be done is told, and nothing is changed.

    Where each pair is shown once (``both_ways``), it is pinned, hidden and put back in the lists of both.
    """
    what, row = form.pressed
    if what == "undo":
        undone = workspace.undoing.undo(form.text("undo"), about=event_id, who=acting())
        return Done(undone.came, undone.count)
    seekers, partners = form.all_as_sent("seeker"), form.all_as_sent("partner")
    rows = list(zip(seekers, partners, strict=False))[:MOST_AT_ONCE]
    ticked = [int(each) for each in form.texts("row") if each.isascii() and each.isdigit() and len(each) < 5]
    places = [row] if row >= 0 else ticked
    pairs = [rows[place] for place in dict.fromkeys(places) if place < len(rows)]
    if not pairs:
        return Done("nothing")
    turned = [(other, one) for one, other in pairs] if both_ways and what != "never" else []
    try:
        with workspace.undoing.together():
            if what in KINDS:
                before = workspace.curating.judge([*pairs, *turned], KINDS[what], who=acting())
                return Done(
                    what,
                    len(set(map(frozenset, pairs))),
                    _remembered(workspace, Answered(before), event_id),
                    row,
                )
            if what in ("must_meet", "may_meet") and event_id:
                return _must_meet(workspace, event_id, pairs, what, row)
            if what == "note":
                return _note(workspace, form, pairs, row, event_id)
    except ActorNotFoundError:
        return Done("gone", row=row)
    return Done("nothing")


def _remembered(workspace: Workspace, way: WayBack, event_id: str) -> str:
    return workspace.undoing.remember(way, about=event_id, who=acting())


def _must_meet(workspace: Workspace, event_id: str, pairs: list[Pair], what: str, row: int) -> Done:
    attendees = attendee_of(workspace, event_id)
    wanted = tuple(
        Preference(min(one, other), max(one, other), PreferenceKind.MUST_MEET)
        for one, other in ((attendees.get(a, ""), attendees.get(b, "")) for a, b in pairs)
        if one and other
    )
    touched = {(each.a, each.b, each.of) for each in wanted}
    before = tuple(
        each for each in workspace.events.preferences(event_id) if (each.a, each.b, each.of) in touched
    )
    try:
        if what == "must_meet":
            workspace.events.prefer(event_id, wanted, who=acting())
        else:
            workspace.events.prefer(event_id, (), wanted, who=acting())
    except EventRejectedError:
        return Done("gone", row=row)
    way = Preferred(event_id, before, wanted if what == "must_meet" else ())
    return Done(what, len(wanted), _remembered(workspace, way, event_id), row)


def _note(workspace: Workspace, form: Form, pairs: list[Pair], row: int, event_id: str) -> Done | Typed:
    words = form.as_sent(f"note.{row}" if row >= 0 else "note")
    words = "".join(each for each in words if each == "\n" or each.isprintable()).strip()
    curating = workspace.curating
    before = {pair: curating.note_of(*pair) for pair in pairs}
    seen = form.text(f"seen.{row}")
    expected = int(seen) if row >= 0 and seen.isascii() and seen.isdigit() and len(seen) < 16 else None
    if not words:
        there = [note for note in before.values() if note]
        if expected is not None and any(note.change != expected for note in there):
            return Typed(pairs[0], words, there[0])
        for note in there:
            curating.erase_note(note.a, note.b, who=acting())
        if not there:
            return Done("nothing")
        way = Noted(tuple(NoteBefore(note.a, note.b, note.words, 0) for note in there))
        return Done("note_erased", len(there), _remembered(workspace, way, event_id), row)
    try:
        written = curating.note(pairs, words[:LONGEST_NOTE], expected=expected, who=acting())
    except NoteChangedError:
        return Typed(pairs[0], words, curating.note_of(*pairs[0]))
    was = {(note.a, note.b): note.words for note in before.values() if note}
    way = Noted(
        tuple(NoteBefore(each.a, each.b, was.get((each.a, each.b), ""), each.change) for each in written)
    )
    return Done("noted", len(written), _remembered(workspace, way, event_id), row)


def back_to_list(request: Request, done: Done) -> RedirectResponse:
    """The same list again, which says what was done; its place in the list is kept."""
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in ("lang", "done", "count", "undo")
    ]
    kept += [("done", done.what)]
    if done.count:
        kept.append(("count", str(done.count)))
    if done.undo:
        kept.append(("undo", done.undo))
    anchor = f"#row-{done.row}" if done.row >= 0 else "#list"
    return RedirectResponse(f"{own_path(request)}?{urlencode(kept)}{anchor}", 303)
