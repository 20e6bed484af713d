"""The files of a CORDIS bulk download, in a zip or a folder, as records with the columns that are asked for."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple, Self

from matchmaker.actors import Rejection
from matchmaker.errors import SourceError

MAX_ENTRIES = 1_000
MAX_UNPACKED = 4 * 1024**3
"""Bytes; all framework programmes together unpack to less than a quarter of it."""
MAX_RATIO = 100
"""Unpacked over packed bytes; CORDIS' own files stay below 20."""
_RATIO_MATTERS_FROM = 10 * 1024**2
_ROWS_BETWEEN_REPORTS = 1_000
_VALUE_SHOWN = 200
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 1
LONGEST_FIELD = 131_072
"""Characters of a field at most; a longer one is a quotation mark that nobody closed."""

_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Table:
    """One file of the download: its name today, the names it may have, and its columns by any of their names."""

    name: str
    pattern: re.Pattern[str]
    required: dict[str, tuple[str, ...]]
    optional: dict[str, tuple[str, ...]]


def _table(name: str, pattern: str, *, required: dict[str, str], optional: dict[str, str]) -> Table:
    return Table(
        name,
        re.compile(rf"(cordis-?.*)?{pattern}\.csv", re.IGNORECASE),
        {key: tuple(names.split()) for key, names in required.items()},
        {key: tuple(names.split()) for key, names in optional.items()},
    )


PROJECTS = _table(
    "project.csv",
    "projects?",
    required={"id": "id reference", "title": "title", "objective": "objective"},
    optional={
        "acronym": "acronym",
        "keywords": "keywords",
        "signed": "ecSignatureDate",
        "start": "startDate",
        "end": "endDate",
        "topics": "topics topic",
    },
)
ORGANISATIONS = _table(
    "organization.csv",
    "organi[sz]ations?",
    required={
        "project": "projectID projectReference",
        "id": "organisationID organizationID id",
        "name": "name",
    },
    optional={
        "activity": "activityType",
        "sme": "SME",
        "country": "country",
        "region": "nutsCode",
        "city": "city",
        "geolocation": "geolocation",
        "vat": "vatNumber",
        "website": "organizationURL organisationURL",
        "role": "role",
        "net_funding": "netEcContribution",
        "funding": "ecContribution",
    },
)
FIELDS_OF_SCIENCE = _table(
    "euroSciVoc.csv",
    "euroSciVoc",
    required={"project": "projectID", "path": "euroSciVocPath"},
    optional={},
)
TOPICS = _table("topics.csv", "topics", required={"project": "projectID", "topic": "topic"}, optional={})
_TABLES = (PROJECTS, ORGANISATIONS, FIELDS_OF_SCIENCE, TOPICS)


class Record(NamedTuple):
    """One row: its number as a spreadsheet counts (1 is the header), and its values by our column names."""

    row: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    size: int
    open: Callable[[], IO[bytes]]


class CordisFiles:
    """Finds the files and reads them row by row; what cannot be read is added to ``rejections``.

    Raises ``SourceError`` for something that is not a CORDIS download, for a zip that is damaged, encrypted or unpacks
    to far more than such a download does, and for a file without the columns that are needed.
    """

    def __init__(
        self, path: Path, *, rejections: list[Rejection], progress: Callable[[int, int], None] | None
    ) -> None:
        self.path = path
        self._rejections = rejections
        self._progress = progress
        self._done = 0
        with ExitStack() as opening:
            if path.is_dir():
                self._files = _by_table(
                    path, [_folder_file(each) for each in path.iterdir() if each.is_file()]
                )
            else:
                archive = opening.enter_context(_opened_zip(path))
                self._files = _by_table(path, _zip_files(path, archive))
            self._open = opening.pop_all()
        self._total = sum(file.size for file in self._files.values())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def has(self, table: Table) -> bool:
        """Whether the download holds this file."""
        return table.name in self._files

    def require(self, *tables: Table) -> None:
        """Raise ``SourceError`` unless the download holds all of these."""
        missing = [table.name for table in tables if not self.has(table)]
        if missing:
            found = ", ".join(sorted(each.name for each in self._files.values())) or "no CORDIS file"
            raise SourceError(
                f"{self.path} holds no {' and no '.join(missing)} (found: {found}). "
                "Give the whole zip of a CORDIS bulk download, or the folder it was unpacked to.",
                file=self.path,
            )

    def records(self, table: Table) -> Iterator[Record]:
        """The rows of a file that is there, each with every column of the table; a column it lacks is empty."""
        file = self._files[table.name]
        try:
            # Bytes that are not UTF-8 become lone surrogates, so that the rows they stand in can be named.
            with (
                file.open() as raw,
                io.TextIOWrapper(raw, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
            ):
                yield from self._rows(table, file, text, raw.tell)
        except _UNREADABLE as error:
            raise SourceError(
                f"{self.path}: {file.name} is damaged or cannot be unpacked ({error}). Download it again.",
                file=self.path,
            ) from error
        self._done += file.size

    def reject(self, table: Table, row: int, column: str, value: str, reason: str) -> None:
        """Note a value that cannot be accepted; ``column`` is one of the table's keys, or ``""`` for the whole row."""
        names = {**table.required, **table.optional}.get(column, ("",))
        shown = value[:_VALUE_SHOWN].encode("utf-8", "replace").decode()
        self._rejections.append(Rejection(self._files[table.name].name, row, names[0], shown, reason))

    def _rows(
        self, table: Table, file: _File, text: Iterable[str], bytes_read: Callable[[], int]
    ) -> Iterator[Record]:
        # The limit belongs to the whole process, so every reader sets its own before it begins.
        csv.field_size_limit(LONGEST_FIELD)
        numbered = self._numbered(table, csv.reader(text, delimiter=";"))
        _, header = next(numbered, (1, []))
        places = self._places(table, file, header)
        for row, values in numbered:
            if row % _ROWS_BETWEEN_REPORTS == 0 and self._progress:
                self._progress(self._done + bytes_read(), self._total)
            if not values:
                continue
            if len(values) < len(header) or any(values[len(header) :]):
                reason = f"{len(values)} columns where the header has {len(header)}"
                self.reject(table, row, "", ";".join(values), reason)
                continue
            record = {key: values[place] if place >= 0 else "" for key, place in places.items()}
            if unreadable := _unreadable_column(record):
                self.reject(table, row, unreadable, record[unreadable], "not readable as UTF-8 text")
                continue
            yield Record(row, record)
        if self._progress:
            self._progress(self._done + file.size, self._total)

    def _numbered(self, table: Table, rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
        row = 0
        while True:
            row += 1
            try:
                values = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                # A quotation mark that nobody closed; reading goes on at the next line.
                self.reject(table, row, "", "", f"not readable as CSV ({error})")
            else:
                yield row, values

    def _places(self, table: Table, file: _File, header: list[str]) -> dict[str, int]:
        """Where each column stands, -1 for one that is not there."""
        place_of = {name.strip().casefold(): place for place, name in reversed(list(enumerate(header)))}
        places = {
            key: next((place_of[name.casefold()] for name in names if name.casefold() in place_of), -1)
            for key, names in {**table.required, **table.optional}.items()
        }
        missing = [names[0] for key, names in table.required.items() if places[key] < 0]
        if missing:
            shown = "; ".join(header)[:300].encode("utf-8", "replace").decode()
            raise SourceError(
                f"{self.path}: {file.name} has no column {missing[0]!r} (columns: {shown}). "
                "It should be as CORDIS publishes it: separated by semicolons, with a header.",
                file=self.path,
            )
        return places


def _unreadable_column(record: dict[str, str]) -> str:
    """The first column with a NUL or with bytes that were not UTF-8, or ``""``."""
    for column, value in record.items():
        if "\0" in value:
            return column
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                return column
    return ""


def _by_table(path: Path, files: list[_File]) -> dict[str, _File]:
    """The files that are needed, by the table's name; names are matched in any case."""
    chosen: dict[str, _File] = {}
    for table in _TABLES:
        matching = sorted(
            (file for file in files if table.pattern.fullmatch(file.name)), key=lambda file: file.name
        )
        if len(matching) > 1:
            names = ", ".join(file.name for file in matching)
            raise SourceError(
                f"{path} holds several files of one kind ({names}). Keep one download in a folder or zip.",
                file=path,
            )
        if matching:
            chosen[table.name] = matching[0]
    return chosen


def _folder_file(path: Path) -> _File:
    return _File(path.name, path.stat().st_size, lambda: path.open("rb"))


def _opened_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise SourceError(f"There is no file or folder {path}.", file=path) from error
    except _UNREADABLE as error:
        raise SourceError(
            f"{path} is not a readable zip ({error}). Give the zip of a CORDIS bulk download, "
            "or the folder it was unpacked to.",
            file=path,
        ) from error


def _zip_files(path: Path, archive: zipfile.ZipFile) -> list[_File]:
    """The files in a zip that is not out to fill the memory; raises ``SourceError`` for one that is."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    reason = ""
    if len(entries) > MAX_ENTRIES:
        reason = f"it holds {len(entries)} files"
    elif sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        reason = f"it unpacks to more than {MAX_UNPACKED // 1024**3} GiB"
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            reason = f"{entry.filename} is encrypted"
        elif entry.compress_type not in _METHODS:
            reason = f"{entry.filename} is packed in an unusual way"
        elif entry.file_size > max(_RATIO_MATTERS_FROM, MAX_RATIO * entry.compress_size):
            reason = f"{entry.filename} unpacks to more than {MAX_RATIO} times its size"
    if reason:
        raise SourceError(f"{path} is refused: {reason}, which no CORDIS download is.", file=path)
    return [
        _File(Path(entry.filename).name, entry.file_size, partial(archive.open, entry)) for entry in entries
    ]
