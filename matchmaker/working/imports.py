"""Tables that are taken in as a job: several files kept as one, and a report of every rejected value as its result."""

from __future__ import annotations

import errno
import shutil
import zipfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol

from matchmaker.actors import ActorGroup, Rejection
from matchmaker.drafts import Draft
from matchmaker.errors import ImportRejectedError, SourceError, StoreFullError
from matchmaker.importing import ImportReport
from matchmaker.intake import Intake
from matchmaker.jobs import Job, Lane
from matchmaker.progress import Progress, no_progress
from matchmaker.working.kinds import FailedWithAnswerError, Kind, Task, patiently
from matchmaker.working.working import Working

IMPORT = "import"
DRAFT = "draft"
"""The argument that names files that were sent and looked at in steps."""
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
        of_files: Mapping[str, Mapping[str, str]] | None,
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


class Imports:
    """What is asked of a workspace's imports in steps; methods raise ``StoreError`` as the store does."""

    def __init__(self, working: Working, intake: Intake, take: _Takes) -> None:
        """``take`` takes tables in, or says what that would do."""
        self._working = working
        self._intake = intake
        working.register(import_kind(take, intake))

    def ask(self, draft: Draft, *, partial: bool, who: str) -> Job:
        """Ask for the files of a draft to be taken in as they are now; the job that is not over yet is given instead of a second one.

        Raises ``ImportDraftNotFoundError``, ``JobsFullError`` where too many wait, and ``StoreFullError``.
        """
        paths = {kind: self._intake.drafts.file(draft, kind) for kind in draft.files}
        arguments: dict[str, object] = {
            DRAFT: draft.id,
            "name": draft.files["actors"],
            "mappings": {kind: dict(each) for kind, each in draft.mappings.items()},
            "default_group": draft.default_group,
            "partial": partial,
        }
        tables = {kind: path for kind, path in paths.items() if path is not None}
        return ask(self._working, tables, arguments, who=who)

    def latest(self, draft_id: str, *, who: str) -> Job | None:
        """The job that this person asked for last for a draft, over or not; ``None`` where there is none any more."""
        job = self._working.latest(IMPORT, DRAFT, draft_id)
        return job if job is not None and job.who == who else None

    def under_way(self, *, who: str) -> tuple[Job, ...]:
        """This person's imports in steps that wait or run, the newest first."""
        jobs = self._working.page(kind=IMPORT, limit=100)
        return tuple(each for each in jobs if not each.over and each.who == who and DRAFT in each.arguments)


def ask(working: Working, tables: Mapping[str, Path], arguments: Mapping[str, object], *, who: str) -> Job:
    """Keep tables, by what they hold, for a job that takes them in, and ask for it; raises as ``Imports.ask``."""
    try:
        with working.keeping() as (name, out):
            pack(tables, out)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFullError("No space is left for what was sent.", path=working.inputs) from error
        raise
    try:
        job = working.ask(IMPORT, {"input": name, **arguments}, who=who)
    except BaseException:
        working.discard(name)
        raise
    if job.arguments.get("input") != name:
        # It was asked for already.
        working.discard(name)
    return job


def import_kind(take: _Takes, intake: Intake) -> Kind:
    """Tables from a kept file: ``input``, ``mapping``, ``default_group``, ``dry_run`` and ``partial``.

    Of a draft, ``draft``, and ``mappings`` by what each file holds in place of ``mapping``; its answer has the ``number`` of the
    import, 0 where nothing was changed. The draft goes with the success.
    """

    def work(task: Task) -> Mapping[str, object]:
        assert task.input is not None
        folder = task.input.with_suffix(".tables")
        # One that was interrupted may have left its files.
        shutil.rmtree(folder, ignore_errors=True)
        try:
            tables = _unpacked(task.input, folder)
            answer = told(patiently(lambda: _taken(take, tables, task), task.progress))
            # The rows are stored: nothing ends the job any more but its end.
            return answer | patiently(lambda: _settled(intake, tables, task), no_progress)
        except ImportRejectedError as error:
            raise FailedWithAnswerError(error, refused(error)) from error
        except SourceError as error:
            # Where the file lay for a moment is nobody's business.
            reason = f"{error}".replace(error.file, Path(error.file).name)
            raise FailedWithAnswerError(error, _empty() | {"notes": [reason]}) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    return Kind(IMPORT, Lane.LIGHT, work, alone=True, alone_by=DRAFT)


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


def _settled(intake: Intake, tables: Mapping[str, Path], task: Task) -> dict[str, object]:
    """After files of a draft were taken in, by this try or one that was killed right after it."""
    draft_id = str(task.arguments.get(DRAFT, ""))
    if not draft_id:
        return {}
    group = str(task.arguments.get("default_group") or "")
    intake.settle(draft_id, tables, mappings=_mappings(task) or {}, default_group=group, who=task.who)
    return {"number": intake.made_since(tables["actors"].name, task.asked, who=task.who)}


def _mappings(task: Task) -> dict[str, dict[str, str]] | None:
    """What was said of each file of a draft; ``None`` where one mapping is for all."""
    said = task.arguments.get("mappings")
    if not isinstance(said, Mapping):
        return None
    return {
        str(kind): {str(header): str(field) for header, field in each.items()} for kind, each in said.items()
    }


def _taken(take: _Takes, tables: Mapping[str, Path], task: Task) -> ImportReport:
    mapping, group = task.arguments.get("mapping"), str(task.arguments.get("default_group") or "")
    mappings = _mappings(task)
    return take(
        tables["actors"],
        collaborations=tables.get("collaborations"),
        participations=tables.get("participations"),
        mapping={str(name): str(field) for name, field in mapping.items()}
        if isinstance(mapping, Mapping)
        else {},
        default_group=ActorGroup(group) if group else None,
        of_files=None if mappings is None else {kind: mappings.get(kind, {}) for kind in tables},
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
