"""What a facilitator says happened, as the form of a repair has it, and the news that it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from matchmaker.events import Absence, AbsenceKind, LostTable, News, Slot, Span
from service.pages.events.telling import Telling, slot_from
from service.pages.filters import readable
from service.pages.wording import Wording

MOST_MOVES = 50
MOST_ROWS = 200
BLANK_ROWS = 2
BACK, LOST, USABLE = "back", "lost", "usable"
HAPPENED = (AbsenceKind.NO_SHOW, AbsenceKind.CANCELLED, BACK)
OF_TABLES = (LOST, USABLE)


@dataclass(slots=True)
class RepairDraft:
    """The form as it was filled in."""

    people: list[tuple[str, str]] = field(default_factory=list)
    """Participants, each with what happened."""
    tables: list[tuple[str, str]] = field(default_factory=list)
    starts: str = ""
    """The start of a slot; empty means from now on."""
    moves: str = "0"
    only_free: bool = False
    at: str = ""
    """The time that counts as now; empty for the real one."""

    def rows(self, filled: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """The rows of the form: what is filled, and some to fill."""
        return [*filled, *[("", "")] * BLANK_ROWS]

    def fields(self) -> list[tuple[str, str]]:
        """What carries the draft in hidden fields."""
        found = [
            (name, value)
            for rows, names in ((self.people, ("who", "what")), (self.tables, ("table", "state")))
            for row in rows
            for name, value in zip(names, row, strict=True)
        ]
        found += [("starts", self.starts), ("moves", self.moves), ("at", self.at)]
        return found + ([("only_free", "1")] if self.only_free else [])


def draft_from(
    who: Sequence[str],
    what: Sequence[str],
    table: Sequence[str],
    state: Sequence[str],
    *,
    starts: str,
    moves: str,
    only_free: bool,
    at: str,
) -> RepairDraft:
    """The form from its fields; rows without a name are left out."""
    return RepairDraft(
        _rows(who, what, HAPPENED),
        _rows(table, state, OF_TABLES),
        readable(starts)[:40],
        readable(moves)[:10],
        only_free,
        readable(at)[:40],
    )


def _rows(names: Sequence[str], kinds: Sequence[str], known: Sequence[str]) -> list[tuple[str, str]]:
    rows: dict[str, str] = {}
    for place, name in enumerate(names[:MOST_ROWS]):
        kind = kinds[place] if place < len(kinds) else ""
        if name:
            rows[name] = str(kind if kind in known else known[0])
    return list(rows.items())


def news_of(
    draft: RepairDraft, telling: Telling, slots: Sequence[Slot], now: datetime, wording: Wording
) -> tuple[News, list[str]]:
    """The news, and what is wrong with the form in words."""
    wrong = [
        wording("event.repair.unknown", text=name)
        for name, here in (
            *((one, telling.knows(one)) for one, _ in draft.people),
            *((name, name in telling.tables) for name, _ in draft.tables),
        )
        if not here
    ]
    if moves_of(draft) is None:
        wrong.append(wording("event.repair.number", most=MOST_MOVES))
    if wrong or not slots:
        return News(), wrong
    first, last = slots[0].span.starts, max(each.span.ends for each in slots)
    slot = slot_from(draft.starts, slots)
    starts = slot.span.starts if slot else max(first, now)
    some = any(kind == AbsenceKind.NO_SHOW for _, kind in draft.people) or any(
        state == LOST for _, state in draft.tables
    )
    if some and starts >= last:
        return News(), [wording("event.repair.over")]
    here = Span(starts, last)
    spans = {AbsenceKind.NO_SHOW: here, AbsenceKind.CANCELLED: Span(first, last)}
    return News(
        tuple(
            Absence(one, kind, spans[kind])
            for one, what in draft.people
            for kind in AbsenceKind
            if kind == what
        ),
        tuple(LostTable(name, here) for name, state in draft.tables if state == LOST),
        tuple(one for one, what in draft.people if what == BACK),
        tuple(name for name, state in draft.tables if state == USABLE),
    ), []


def moves_of(draft: RepairDraft) -> int | None:
    """How many other meetings may be moved; ``None`` for what is no such number."""
    text = draft.moves or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return None
    return int(text) if int(text) <= MOST_MOVES else None
