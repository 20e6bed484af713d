"""Tables of actors, CSV or XLSX, into actors and the rows that had to be rejected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Rejection, Request
from matchmaker.errors import SourceError
from matchmaker.sources import values
from matchmaker.sources.collaborations import CollaborationTable, read_collaborations, read_joined
from matchmaker.sources.headers import Column
from matchmaker.sources.identity import ActorIndex, derived_id
from matchmaker.sources.known_names import ACTOR_NAMES, COLLABORATION_NAMES
from matchmaker.sources.records import Record, TableReading, open_table, refuse_not_found
from matchmaker.telling import told

__all__ = [
    "ActorTable",
    "CollaborationTable",
    "Column",
    "Tables",
    "read_actors",
    "read_collaborations",
    "read_tables",
]


@dataclass(frozen=True, slots=True)
class ActorTable:
    """What a table of actors says."""

    actors: tuple[Actor, ...]
    """In the order of the file; those of rejected rows are not among them."""
    rejections: tuple[Rejection, ...]
    """Every value that cannot be accepted, by row."""
    columns: tuple[Column, ...]
    """What was made of each column."""
    delimiter: str
    """Between the cells of a CSV file; ``""`` for a workbook."""
    encoding: str
    """``utf-8``, ``utf-8 with BOM``, ``utf-16``, ``windows-1252``; ``xlsx`` for a workbook."""
    rows: int
    """Rows with content below the headers, rejected ones included."""
    sheet: str = ""
    """The sheet of a workbook that was read, the first visible one."""
    other_sheets: tuple[str, ...] = ()
    """Visible sheets that were not read."""


@dataclass(frozen=True, slots=True)
class Tables:
    """A table of actors and, where one was given, of their collaborations."""

    actors: ActorTable
    collaborations: CollaborationTable | None

    @property
    def rejections(self) -> tuple[Rejection, ...]:
        """Of all files, in the order in which they were read."""
        return self.actors.rejections + (self.collaborations.rejections if self.collaborations else ())


_NO_MAPPING: Mapping[str, str] = {}
_NO_ALIASES: Mapping[str, tuple[str, str]] = {}


def read_actors(
    path: Path | str,
    *,
    mapping: Mapping[str, str] = _NO_MAPPING,
    default_group: ActorGroup | str | None = None,
) -> ActorTable:
    """Read a CSV or XLSX file with one row per actor.

    ``mapping`` gives the field of a header (``""`` or ``"-"`` to leave the column out) where the suggestion is
    wrong; ``default_group`` is for actors whose group is empty, and without it they are rejected. Raises
    ``SourceError`` where the file as a whole cannot be used: no table, no name, no group, a header in ``mapping``
    that it does not have.
    """
    table, reading, _ = _read_actors(Path(path), mapping, default_group)
    refuse_not_found(mapping, [reading])
    return table


def read_tables(
    actors: Path | str,
    *,
    collaborations: Path | str | None = None,
    participations: Path | str | None = None,
    mapping: Mapping[str, str] = _NO_MAPPING,
    default_group: ActorGroup | str | None = None,
    known_actors: Iterable[Actor] = (),
    aliases: Mapping[str, tuple[str, str]] = _NO_ALIASES,
    of_files: Mapping[str, Mapping[str, str]] | None = None,
) -> Tables:
    """Read a table of actors and, beside it, their collaborations, with one mapping for all files.

    ``of_files`` gives instead a mapping of its own to each of ``actors``, ``collaborations`` and ``participations``.

    Participants may also be among ``known_actors``, those that are stored already, and be named as they were before they
    were merged, by ``aliases`` as ``ActorIndex`` takes them. A header of ``mapping`` must be in one of the files; in a
    file that has no such field, it is left to the suggestion. Raises ``SourceError`` as ``read_actors`` and
    ``read_collaborations`` do.
    """
    own = of_files or {}
    actor_table, reading, rejected = _read_actors(
        Path(actors),
        own.get("actors", mapping),
        default_group,
        elsewhere=COLLABORATION_NAMES if collaborations else (),
    )
    if collaborations is None:
        if participations is not None:
            raise SourceError(
                told(
                    "{name} holds participations; give the table of collaborations they belong to as well (--collaborations).",
                    name=Path(participations).name,
                ),
                file=participations,
            )
        refuse_not_found(own.get("actors", mapping), [reading])
        return Tables(actor_table, None)
    collaboration_table, readings = read_joined(
        Path(collaborations),
        Path(participations) if participations else None,
        own.get("collaborations", mapping),
        ActorIndex((*known_actors, *actor_table.actors), rejected=rejected, aliases=aliases),
        elsewhere=ACTOR_NAMES,
        participation_mapping=own.get("participations"),
    )
    if of_files is None:
        refuse_not_found(mapping, [reading, *readings])
    return Tables(actor_table, collaboration_table)


def _read_actors(
    path: Path,
    mapping: Mapping[str, str],
    default_group: ActorGroup | str | None,
    *,
    elsewhere: Collection[str] = (),
) -> tuple[ActorTable, TableReading, set[str]]:
    """The table, its reading, and the ids and names in rejected rows."""
    default = None if default_group is None else values.group(str(default_group))
    reading = open_table(path, mapping, ACTOR_NAMES, elsewhere=elsewhere)
    reading.require("name", told("the actors' names"))
    if default is None:
        reading.require(
            "group", told("the actor group, and no group for all of them is given (--default-group other)")
        )
    actors: dict[str, tuple[int, Actor]] = {}
    rejected: set[str] = set()
    for record in reading.records():
        actor = _actor(record, default)
        if actor is None:
            rejected |= {record.text("id"), record.text("name")} - {""}
            continue
        row, first = actors.setdefault(actor.id, (record.number, actor))
        if first != actor:
            record.reject(record.header("id"), actor.id, _same_id(row, given=bool(record.text("id"))))
    about = reading.about
    table = ActorTable(
        actors=tuple(actor for _, actor in actors.values()),
        rejections=reading.sorted_rejections(),
        columns=reading.plan.columns,
        delimiter=about.delimiter,
        encoding=about.encoding,
        rows=reading.rows,
        sheet=about.sheet,
        other_sheets=about.other_sheets,
    )
    return table, reading, rejected


def _same_id(row: int, *, given: bool) -> str:
    """Why a second actor cannot have an id; one that was not ``given`` was made."""
    if given:
        return told(
            "Row {row} has the same id with other content. Every actor needs an id of its own.", row=row
        )
    return told(
        "Row {row} has the same id with other content. Every actor needs an id of its own; this one was made from the "
        "registration number or name and city.",
        row=row,
    )


def _actor(record: Record, default_group: ActorGroup | None) -> Actor | None:
    """The actor of a row, or ``None`` where anything in it was rejected; everything is looked at either way."""
    name = record.text("name")
    if not name and not record.has_rejected("name"):
        record.reject(record.header("name"), "", told("The name is missing."))
    group = record.parsed("group", values.group, default_group)
    if "group" not in record.cells and group is None and not record.has_rejected("group"):
        reason = told(
            "The actor group is missing. Fill it in, or give one for all empty ones (--default-group other)."
        )
        record.reject(record.header("group"), "", reason)
    place = _place(record)
    member = record.parsed("member", values.yes_or_no, default=True)
    number = record.text("registration_number")
    actor_id = record.text("id") or derived_id(name, place.city, number)
    if not actor_id and name:
        record.reject(record.header("name"), name, told("No id can be made from this name. Add an id."))
    if not record.ok or group is None:
        return None
    return Actor(
        id=actor_id,
        name=name,
        group=group,
        description=record.text("description"),
        offers=tuple(Offer(text) for text in record.several("offers", values.items)),
        requests=tuple(Request(text) for text in record.several("requests", values.items)),
        place=place,
        size=record.text("size"),
        registration_number=number,
        website=record.text("website"),
        tags=record.several("tags", values.tags),
        member=member,
    )


def _place(record: Record) -> Place:
    latitude: float | None = record.parsed("latitude", lambda text: values.degrees(text, 90), None)
    longitude: float | None = record.parsed("longitude", lambda text: values.degrees(text, 180), None)
    alone = {
        "latitude": told("The longitude that belongs to it is missing."),
        "longitude": told("The latitude that belongs to it is missing."),
    }
    for given, missing in (("latitude", "longitude"), ("longitude", "latitude")):
        if given in record.cells and missing not in record.cells and not record.has_rejected(missing):
            record.reject(record.header(given), record.text(given), alone[given])
    return Place(record.text("country"), record.text("region"), record.text("city"), latitude, longitude)
