"""Tables that are taken in as a job: several files kept as one, and a report of every rejected value as its result."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from matchmaker.actors import ActorGroup, Rejection
from matchmaker.errors import ImportRejectedError, SourceError
from matchmaker.importing import ImportReport
from matchmaker.jobs import Lane
from matchmaker.progress import Progress
from matchmaker.working.kinds import FailedWithAnswerError, Kind, Task, patiently

IMPORT = "import"
TABLES = ("actors", "collaborations", "participations")
MOST_IDS = 1000
MOST_REJECTIONS = 1000
"""Of each a report names so many at most."""


class _Takes(Protocol):
    def __call__(
        self,
        path: Path,
        *,
        collaborations: Path | None,
        participations: Path | None,
        mapping: Mapping[str, str],
        default_group: ActorGroup | None,
        dry_run: bool,
        partial: bool,
        who: str,
        progress: Progress,
    ) -> ImportReport: ...


def pack(tables: Mapping[str, Path], out: BinaryIO) -> None:
    """Write tables, by what they hold, into the one file that a job keeps; each with its name, which reports tell."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for holds, path in tables.items():
            packed.write(path, f"{holds}/{path.name}")


def import_kind(take: _Takes) -> Kind:
    """Tables from a kept file: ``input``, ``mapping``, ``default_group``, ``dry_run`` and ``partial``."""

    def work(task: Task) -> Mapping[str, object]:
        assert task.input is not None
        folder = task.input.with_suffix(".tables")
        # One that was interrupted may have left its files.
        shutil.rmtree(folder, ignore_errors=True)
        try:
            tables = _unpacked(task.input, folder)
            return told(patiently(lambda: _taken(take, tables, task), task.progress))
        except ImportRejectedError as error:
            raise FailedWithAnswerError(error, refused(error)) from error
        except SourceError as error:
            # Where the file lay for a moment is nobody's business.
            reason = f"{error}".replace(error.file, Path(error.file).name)
            raise FailedWithAnswerError(error, _empty() | {"notes": [reason]}) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return Kind(IMPORT, Lane.LIGHT, work)


def _unpacked(packed: Path, folder: Path) -> dict[str, Path]:
    found = {}
    folder.mkdir(mode=0o700)
    with zipfile.ZipFile(packed) as opened:
        for info in opened.infolist():
            holds, name = PurePosixPath(info.filename).parts
            (folder / holds).mkdir(mode=0o700)
            found[holds] = folder / holds / name
            with opened.open(info) as source, found[holds].open("xb") as out:
                shutil.copyfileobj(source, out)
    return found


def _taken(take: _Takes, tables: Mapping[str, Path], task: Task) -> ImportReport:
    mapping, group = task.arguments.get("mapping"), str(task.arguments.get("default_group") or "")
    return take(
        tables["actors"],
        collaborations=tables.get("collaborations"),
        participations=tables.get("participations"),
        mapping={str(name): str(field) for name, field in mapping.items()}
        if isinstance(mapping, Mapping)
        else {},
        default_group=ActorGroup(group) if group else None,
        dry_run=bool(task.arguments.get("dry_run")),
        partial=bool(task.arguments.get("partial")),
        who=task.who,
        progress=task.progress,
    )


def told(report: ImportReport) -> dict[str, object]:
    """What an import did or would do, as JSON values, cut where it is long."""
    actors, collaborations = (
        {
            "new": len(each.new),
            "changed": len(each.changed),
            "unchanged": len(each.unchanged),
            "new_ids": list(each.new[:MOST_IDS]),
            "changed_ids": list(each.changed[:MOST_IDS]),
        }
        for each in (report.changes.actors, report.changes.collaborations)
    )
    return {
        "applied": report.applied,
        "actors": actors,
        "collaborations": collaborations,
        "kept_by_hand": [f"{each.actor_id}: {each.field}" for each in report.changes.kept[:MOST_IDS]],
        "rejected": len(report.rejections),
        "rejections": _rows(report.rejections),
        "columns": [
            {name: getattr(each, name) for name in ("header", "letter", "field", "how", "certainty")}
            for each in report.columns
        ],
        "notes": [f"{each}" for each in report.notes],
    }


def refused(error: ImportRejectedError) -> dict[str, object]:
    """The same of an import that was not applied."""
    return _empty() | {"rejected": len(error.rejections), "rejections": _rows(error.rejections)}


def _empty() -> dict[str, object]:
    nothing = {"new": 0, "changed": 0, "unchanged": 0, "new_ids": list[str](), "changed_ids": list[str]()}
    return {
        "applied": False,
        "actors": nothing,
        "collaborations": nothing,
        "kept_by_hand": [],
        "rejected": 0,
        "rejections": [],
        "columns": [],
        "notes": [],
    }


def _rows(rejections: tuple[Rejection, ...]) -> list[dict[str, object]]:
    return [asdict(each) for each in rejections[:MOST_REJECTIONS]]
