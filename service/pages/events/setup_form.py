"""The set-up of an event as it is typed: from an event to the fields of its form and back, with what is wrong beside each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import combinations_with_replacement, pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from matchmaker.actors import ActorGroup
from matchmaker.events import Event, MetBefore, Rules, Session, Span, Table, at_same_hours
from service.pages.events.forms import Form, whole_number
from service.pages.wording import LANGUAGES, WORDINGS, Wording

DEFAULT_ZONE = "Europe/Copenhagen"
FAIRNESS_SHARES = ("0", "0.01", "0.02", "0.05")
MOST_SESSIONS = 200
MOST_TABLES = 10_000
MOST_MEETINGS = 1000
LONGEST_SLOT = 1440
SESSION = ("session_name", "session_day", "session_starts", "session_ends", "session_slot", "session_break")
TABLE = ("table_name", "table_when", "table_actor")
PAIRS = tuple(combinations_with_replacement(ActorGroup, 2))

FindActor = Callable[[str], str | None]
"""The id of the actor that a name, a number or an id means."""


@dataclass(slots=True)
class SessionRow:
    """A session as it is typed."""

    name: str = ""
    day: str = ""
    starts: str = ""
    ends: str = ""
    slot: str = ""
    pause: str = ""


@dataclass(slots=True)
class TableRow:
    """A table that is only for a part of the programme, or for one actor, as it is typed."""

    name: str = ""
    when: str = ""
    """Empty for always, ``session:NAME``, or ``spans:`` with the times that were set elsewhere and the zone that they were shown in."""
    actor: str = ""

    @property
    def session(self) -> str:
        """The name of the session in which it is open, empty for always and for other times."""
        kind, _, name = self.when.partition(":")
        return name if kind == "session" else ""


@dataclass(slots=True)
class Draft:
    """All that is typed in the form."""

    name: str = ""
    place: str = ""
    zone: str = DEFAULT_ZONE
    sessions: list[SessionRow] = field(default_factory=list)
    number: str = ""
    """Of tables that are called by number."""
    called: str = ""
    """The language in which they are called by number."""
    names: list[str] = field(default_factory=list)
    """Of tables with names of their own, in place of a number."""
    tables: list[TableRow] = field(default_factory=list)
    pairs: set[str] = field(default_factory=set)
    """Of actor groups that may meet, each as ``company+supplier``."""
    most: str = ""
    least: str = "0"
    wishes_weigh: str = "0.7"
    fairness: str = "0"
    met_before: str = MetBefore.LATER


Errors = dict[str, tuple[str, Mapping[str, object]]]
"""By field, the key of what is wrong and the values in it."""


def pair_name(one: ActorGroup, other: ActorGroup) -> str:
    """Two groups as one value of a field."""
    return f"{one}+{other}"


ACROSS = frozenset(pair_name(one, other) for one, other in PAIRS if one is not other)
"""Any two different groups, which is what no choice means."""


def new_draft(wording: Wording) -> Draft:
    """What a new event begins with: a morning, some tables, meetings across the groups."""
    return Draft(
        sessions=[SessionRow(wording("event.setup.first_session"), "", "09:00", "12:00", "20", "5")],
        number="10",
        called=wording.language,
        pairs=set(ACROSS),
    )


def by_number(number: int, language: str) -> list[str]:
    """Names for so many tables in a language."""
    return [WORDINGS[language]("event.setup.table_name", number=place) for place in range(1, number + 1)]


def draft_of(event: Event, wording: Wording, name_of: Callable[[str], str]) -> Draft:
    """The fields that lead to an event; ``name_of`` gives what to type for an actor's id."""
    rules = event.rules
    plain = [each.name for each in event.tables if not each.open and not each.actor_id]
    called = next((each for each in LANGUAGES if plain == by_number(len(plain), each)), "")
    allowed = {pair_name(one, other) for one, other in PAIRS if rules.allows(one, other)}
    return Draft(
        event.name,
        event.place,
        event.zone,
        [
            SessionRow(
                each.name,
                f"{each.starts:%Y-%m-%d}",
                f"{each.starts:%H:%M}",
                f"{each.ends:%H:%M}",
                str(each.slot_minutes),
                str(each.break_minutes),
            )
            for each in event.sessions
        ],
        str(len(plain)) if called and plain else "",
        called if plain else wording.language,
        [] if called else plain,
        [
            TableRow(each.name, _when(event, each), name_of(each.actor_id) if each.actor_id else "")
            for each in event.tables
            if each.open or each.actor_id
        ],
        allowed,
        "" if rules.most_meetings is None else str(rules.most_meetings),
        str(rules.least_meetings),
        f"{rules.wishes_weigh:g}",
        f"{rules.fairness:g}",
        rules.met_before,
    )


def draft_from(form: Form) -> Draft:
    """The fields as they were sent."""
    return Draft(
        form.text("name"),
        form.text("place"),
        form.text("zone"),
        [SessionRow(*row.values()) for row in form.rows(*SESSION)][:MOST_SESSIONS],
        form.text("number"),
        form.text("called") if form.text("called") in LANGUAGES else "",
        form.lines("names"),
        [TableRow(*row.values()) for row in form.rows(*TABLE)][:MOST_TABLES],
        set(form.texts("pair")),
        form.text("most"),
        form.text("least"),
        form.text("wishes_weigh"),
        form.text("fairness"),
        form.text("met_before"),
    )


def read(draft: Draft, event_id: str, wording: Wording, find_actor: FindActor) -> tuple[Event | None, Errors]:
    """The event that a draft describes, or what is wrong with it, field by field."""
    errors: Errors = {}
    if not draft.name:
        errors["name"] = ("event.setup.wrong.name", {})
    zone = _zone(draft.zone)
    if zone is None:
        errors["zone"] = ("event.setup.wrong.zone", {})
    sessions = _sessions(draft, errors)
    tables = _tables(draft, sessions, zone, errors, wording, find_actor)
    rules = _rules(draft, errors)
    if errors:
        return None, errors
    return Event(event_id, draft.name, draft.place, draft.zone, sessions, tables, rules), {}


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _sessions(draft: Draft, errors: Errors) -> tuple[Session, ...]:
    found: list[tuple[int, Session]] = []
    for place, row in enumerate(draft.sessions):
        session = _session(row, place, errors)
        if session:
            found.append((place, session))
    named: dict[str, int] = {}
    for place, session in found:
        if session.name in named:
            errors[f"session_name.{place}"] = ("event.setup.wrong.twice", {"name": session.name})
        named.setdefault(session.name, place)
    for (_, one), (place, other) in pairwise(sorted(found, key=lambda entry: entry[1].starts)):
        if other.starts < one.ends:
            errors.setdefault(
                f"session_starts.{place}",
                ("event.setup.wrong.overlap", {"name": one.name, "time": f"{one.ends:%H:%M}"}),
            )
    return tuple(session for _, session in found)


def _session(row: SessionRow, place: int, errors: Errors) -> Session | None:
    before = len(errors)
    if not row.name:
        errors[f"session_name.{place}"] = ("event.setup.wrong.session_name", {})
    day, starts, ends = _day(row.day), _time(row.starts), _time(row.ends)
    for name, value in (("day", day), ("starts", starts), ("ends", ends)):
        if value is None:
            errors[f"session_{name}.{place}"] = (f"event.setup.wrong.{name}", {})
    slot, pause = whole_number(row.slot, 1, LONGEST_SLOT), whole_number(row.pause or "0", 0, LONGEST_SLOT)
    if slot is None:
        errors[f"session_slot.{place}"] = ("event.setup.wrong.slot", {"most": LONGEST_SLOT})
    if pause is None:
        errors[f"session_break.{place}"] = ("event.setup.wrong.break", {"most": LONGEST_SLOT})
    if starts is not None and ends is not None and slot:
        minutes = 60 * (ends.hour - starts.hour) + ends.minute - starts.minute
        if minutes <= 0:
            errors[f"session_ends.{place}"] = ("event.setup.wrong.backwards", {"time": row.starts})
        elif slot > minutes:
            errors[f"session_slot.{place}"] = ("event.setup.wrong.too_long", {"minutes": minutes})
    if len(errors) > before or day is None or starts is None or ends is None or slot is None:
        return None
    return Session(row.name, datetime.combine(day, starts), datetime.combine(day, ends), slot, pause or 0)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 <= day.year <= 2200 else None


def _time(text: str) -> time | None:
    try:
        return time.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0) if text else None
    except ValueError:
        return None


def _tables(
    draft: Draft,
    sessions: tuple[Session, ...],
    zone: ZoneInfo | None,
    errors: Errors,
    wording: Wording,
    find_actor: FindActor,
) -> tuple[Table, ...]:
    number = whole_number(draft.number or "0", 0, MOST_TABLES)
    if number is None:
        errors["number"] = ("event.setup.wrong.number", {"most": wording.number(MOST_TABLES)})
        number = 0
    names = draft.names or by_number(number, draft.called or wording.language)
    twice = next((name for place, name in enumerate(draft.names) if name in draft.names[:place]), "")
    if twice:
        errors["names"] = ("event.setup.wrong.twice", {"name": twice})
    tables = [Table(name) for name in names]
    for place, row in enumerate(draft.tables):
        if not row.name:
            errors[f"table_name.{place}"] = ("event.setup.wrong.table_name", {})
        elif row.name in names:
            errors[f"table_name.{place}"] = ("event.setup.wrong.twice", {"name": row.name})
        names = [*names, row.name]
        actor_id = find_actor(row.actor) if row.actor else ""
        if actor_id is None:
            errors[f"table_actor.{place}"] = ("event.setup.wrong.actor", {"name": row.actor})
        if row.session and all(each.name != row.session for each in sessions):
            errors[f"table_when.{place}"] = ("event.setup.wrong.session_gone", {"name": row.session})
        opened = _open(row.when, sessions, zone)
        if opened is None:
            errors[f"table_when.{place}"] = ("event.setup.wrong.hours_gone", {"zone": draft.zone})
        tables.append(Table(row.name, opened or (), actor_id or ""))
    return tuple(tables)


def _open(when: str, sessions: tuple[Session, ...], zone: ZoneInfo | None) -> tuple[Span, ...] | None:
    """When a table can be used; ``None`` where the clocks of the zone leave out an hour that was set elsewhere."""
    kind, _, rest = when.partition(":")
    if kind == "session" and zone:
        return tuple(session_span(each, zone) for each in sessions if each.name == rest)
    if kind == "spans":
        times, _, shown_in = rest.partition("@")
        try:
            spans = _spans(times)
            # Another zone may be typed than that in which these hours were shown; they stay as shown.
            return at_same_hours(spans, shown_in, zone.key) if zone and _zone(shown_in) else spans
        except (ValueError, OverflowError):
            return ()
    return ()


def _spans(text: str) -> tuple[Span, ...]:
    spans = [each.split("/") for each in text.split(",")]
    return tuple(
        Span(datetime.fromisoformat(starts).astimezone(UTC), datetime.fromisoformat(ends).astimezone(UTC))
        for starts, ends in spans
    )


def _when(event: Event, table: Table) -> str:
    if not table.open:
        return ""
    zone = ZoneInfo(event.zone)
    for session in event.sessions:
        if table.open == (session_span(session, zone),):
            return f"session:{session.name}"
    spans = ",".join(f"{each.starts.isoformat()}/{each.ends.isoformat()}" for each in table.open)
    return f"spans:{spans}@{event.zone}"


def session_span(session: Session, zone: ZoneInfo) -> Span:
    """The whole of a session in UTC."""
    return Span(
        session.starts.replace(tzinfo=zone).astimezone(UTC), session.ends.replace(tzinfo=zone).astimezone(UTC)
    )


def _rules(draft: Draft, errors: Errors) -> Rules:
    allowed = [(one, other) for one, other in PAIRS if pair_name(one, other) in draft.pairs]
    if not allowed:
        errors["pair"] = ("event.setup.wrong.pair", {})
    across = {pair_name(one, other) for one, other in allowed} == ACROSS
    most = whole_number(draft.most, 0, MOST_MEETINGS) if draft.most else None
    least = whole_number(draft.least or "0", 0, MOST_MEETINGS)
    for name, text, value in (("most", draft.most, most), ("least", draft.least or "0", least)):
        if text and value is None:
            errors[name] = ("event.setup.wrong.meetings", {"most": MOST_MEETINGS})
    if most is not None and least is not None and most < least:
        errors["least"] = ("event.setup.wrong.least", {"most": most})
    return Rules(
        () if across else tuple(allowed),
        most,
        least or 0,
        _share(draft.wishes_weigh, 0.7),
        MetBefore(draft.met_before) if draft.met_before in list(MetBefore) else MetBefore.LATER,
        _share(draft.fairness, 0.0),
    )


def fairness_shares(present: str) -> tuple[str, ...]:
    """The shares of the value to choose among, the present one too."""
    return FAIRNESS_SHARES if present in FAIRNESS_SHARES else (*FAIRNESS_SHARES, present)


def _share(text: str, otherwise: float) -> float:
    try:
        share = float(text)
    except ValueError:
        return otherwise
    return share if 0 <= share <= 1 else otherwise
