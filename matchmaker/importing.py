"""What files hold is taken into the store: all of it, or nothing and a report of every rejected value."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from matchmaker.actors import Actor, ActorGroup, Collaboration, Rejection
from matchmaker.errors import ImportRejectedError, SourceError
from matchmaker.progress import Progress, no_progress
from matchmaker.sources.actor_lines import read_actor, read_actor_lines
from matchmaker.sources.cordis import read_cordis
from matchmaker.sources.rows import what_was_read
from matchmaker.sources.tables import ActorTable, CollaborationTable, Column, read_tables
from matchmaker.store import Changes, Store
from matchmaker.telling import told

TOLD_EACH = 500
"""Rows after which it is told how many are stored."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was read of the files of one import."""

    source: str
    """Name of the file that the changes are recorded under."""
    actors: tuple[Actor, ...]
    collaborations: tuple[Collaboration, ...]
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...] = ()
    """How the headers were understood."""
    notes: tuple[str, ...] = ()
    """What was detected (delimiter, encoding) or left out."""
    unsaid: tuple[str, ...] = ()
    """Fields that the files say nothing of: an actor that is there keeps what is stored of them when it is written."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    changes: Changes
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    """How the headers were understood."""
    notes: tuple[str, ...]
    """What was detected (delimiter, encoding) or left out."""
    applied: bool


def from_tables(
    path: Path,
    store: Store,
    *,
    collaborations: Path | None = None,
    participations: Path | None = None,
    mapping: Mapping[str, str] | None = None,
    default_group: ActorGroup | None = None,
    of_files: Mapping[str, Mapping[str, str]] | None = None,
) -> Incoming:
    """Read actors from a table, and collaborations, which may name stored actors, from a second one where given.

    An actor that was merged is still found by its former id and name. ``of_files`` gives each file a mapping of its own.
    Raises ``SourceError`` for a file that cannot be read.
    """
    tables = read_tables(
        path,
        collaborations=collaborations,
        participations=participations,
        mapping=mapping or {},
        default_group=default_group,
        known_actors=store.actors() if collaborations else (),
        aliases=store.merges.aliases() if collaborations else {},
        of_files=of_files,
    )
    second = tables.collaborations
    columns, notes = list(tables.actors.columns), [_noticed(path, tables.actors)]
    if second is not None and collaborations is not None:
        columns += [*second.columns, *second.participation_columns]
        notes.append(_noticed(collaborations, second))
    return Incoming(
        path.name,
        tables.actors.actors,
        tuple(second.collaborations) if second else (),
        tables.rejections,
        tuple(columns),
        tuple(notes),
        _unsaid(tables.actors),
    )


_MAY_BE_UNSAID = (
    "group",
    "country",
    "region",
    "city",
    "latitude",
    "longitude",
    "size",
    "registration_number",
    "website",
    "tags",
    "member",
    "offers",
    "requests",
    "description",
)


def _unsaid(table: ActorTable) -> tuple[str, ...]:
    """What a table has no column for, or a column that is left out."""
    said = {column.field for column in table.columns}
    return tuple(name for name in _MAY_BE_UNSAID if name not in said)


def from_cordis(
    path: Path,
    *,
    signed_until: date | None = None,
    countries: Collection[str] = (),
    topics: Collection[str] = (),
    fields: Collection[str] = (),
    progress: Progress = no_progress,
) -> Incoming:
    """Read the official CORDIS bulk download, a zip or a folder; raises ``SourceError`` where it cannot be read."""
    reading = read_cordis(
        path,
        signed_until=signed_until,
        countries=countries,
        topics=topics,
        fields=fields,
        progress=lambda done, total: progress("reading", done, total),
    )
    progress("storing", 0, 0)
    return Incoming(
        path.name, tuple(reading.actors), tuple(reading.collaborations), tuple(reading.rejections)
    )


def from_lines(path: Path, name: str, *, progress: Progress = no_progress) -> Incoming:
    """Read actors from lines of JSON, each a whole actor; ``name`` is what the changes are recorded under.

    Raises ``SourceError`` where the file cannot be read.
    """
    try:
        with path.open("rb") as lines:
            read = read_actor_lines(lines, name, progress=lambda done: progress("reading", done, 0))
    except OSError as error:
        raise SourceError(
            told("{file} cannot be read: {strerror}.", path=path, strerror=error.strerror), file=path
        ) from error
    progress("storing", 0, 0)
    return Incoming(
        name,
        read.actors,
        (),
        read.rejections,
        notes=(told("{name}: {lines} lines", name=name, lines=read.lines),),
    )


def from_object(told: Mapping[str, object], name: str) -> Incoming:
    """The same of one actor; raises ``FieldsRejectedError`` with every field that is wrong."""
    return Incoming(name, (read_actor(told),), (), ())


def take_in(
    incoming: Incoming,
    store: Store,
    *,
    who: str,
    dry_run: bool,
    partial: bool,
    progress: Progress = no_progress,
) -> ImportReport:
    """Store what was read, or say what storing it would do.

    ``progress`` is told of it while it is stored; where that raises, nothing is. Raises ``ImportRejectedError`` with all bad rows, unless ``partial`` is set; then the good rows are applied.
    """
    if incoming.rejections and not partial and not dry_run:
        raise ImportRejectedError(
            told(
                "{number} value(s) were rejected, so nothing was imported. Correct them, or import the good rows alone (--partial).",
                number=len(incoming.rejections),
            ),
            rejections=incoming.rejections,
        )
    total = len(incoming.actors) + len(incoming.collaborations)
    progress("storing", 0, total)
    actors = _counted(incoming.actors, progress, 0, total)
    collaborations = _counted(incoming.collaborations, progress, len(incoming.actors), total)
    if dry_run:
        changes = store.preview(actors, collaborations, unsaid=incoming.unsaid)
    else:
        changes = store.apply(actors, collaborations, unsaid=incoming.unsaid, source=incoming.source, who=who)
    return ImportReport(changes, incoming.rejections, incoming.columns, incoming.notes, applied=not dry_run)


def _counted(values: Sequence[_Value], progress: Progress, before: int, total: int) -> Iterator[_Value]:
    for number, each in enumerate(values):
        if number and number % TOLD_EACH == 0:
            progress("storing", before + number, total)
        yield each


def _noticed(path: Path, table: ActorTable | CollaborationTable) -> str:
    return what_was_read(
        path.name,
        table.rows,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet,
        others=table.other_sheets,
    )
