"""The kinds of long work that every workspace knows: a build, actors in bulk, an export of the landscape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from matchmaker.actors import Rejection
from matchmaker.building import BuildReport
from matchmaker.errors import ImportRejectedError
from matchmaker.importing import ImportReport
from matchmaker.jobs import Lane
from matchmaker.progress import Progress
from matchmaker.working.kinds import Kind, Task, patiently, rejected

BUILD = "build"
BULK = "bulk"
LANDSCAPE_EXPORT = "landscape-export"

ROWS_TOLD = 1000
"""Rejected values that a report names at most."""


class _TakesLines(Protocol):
    def __call__(
        self, path: Path, *, dry_run: bool, partial: bool, who: str, progress: Progress
    ) -> ImportReport: ...


class _Exports(Protocol):
    def __call__(self, path: Path, *, with_backtest: bool) -> int: ...


def build_kind(build: Callable[[Progress], BuildReport]) -> Kind:
    """A build; one that waits or runs does for all who ask."""

    def work(task: Task) -> Mapping[str, object]:
        return asdict(patiently(lambda: build(task.progress), task.progress))

    return Kind(BUILD, Lane.HEAVY, work, alone=True)


def bulk_kind(take: _TakesLines) -> Kind:
    """Actors as lines of JSON from a kept file: ``input``, and ``dry_run`` and ``partial`` where they are true."""

    def work(task: Task) -> Mapping[str, object]:
        assert task.input is not None
        dry_run, partial = bool(task.arguments.get("dry_run")), bool(task.arguments.get("partial"))
        path = task.input
        try:
            report = patiently(
                lambda: take(path, dry_run=dry_run, partial=partial, who=task.who, progress=task.progress),
                task.progress,
            )
        except ImportRejectedError as error:
            raise rejected(error, refused(error)) from error
        return told(report)

    return Kind(BULK, Lane.LIGHT, work)


def landscape_kind(export: _Exports) -> Kind:
    """Every figure of the landscape in one file: ``ending`` (``.zip``, ``.xlsx``, ``.graphml``) and ``with_backtest``."""

    def work(task: Task) -> Mapping[str, object]:
        ending = str(task.arguments.get("ending", ".zip"))
        task.progress("landscape", 0, 0)
        task.result.parent.mkdir(mode=0o700, exist_ok=True)
        path = task.result.with_suffix(ending)
        # One that was interrupted may have left its file.
        path.unlink(missing_ok=True)
        rows = export(path, with_backtest=bool(task.arguments.get("with_backtest")))
        path.chmod(0o600)
        return {"rows": rows, "file": f"landscape{ending}"}

    return Kind(LANDSCAPE_EXPORT, Lane.HEAVY, work)


def told(report: ImportReport) -> dict[str, object]:
    """What an import of lines did, as JSON values."""
    actors = report.changes.actors
    return {
        "applied": report.applied,
        "new": len(actors.new),
        "changed": len(actors.changed),
        "unchanged": len(actors.unchanged),
        "rejected": len({each.row for each in report.rejections}),
        "kept": [
            {"actor_id": each.actor_id, "field": each.field} for each in report.changes.kept[:ROWS_TOLD]
        ],
        "rows": _rows(report.rejections),
    }


def refused(error: ImportRejectedError) -> dict[str, object]:
    """The same of an import that was not applied."""
    return {
        "applied": False,
        "new": 0,
        "changed": 0,
        "unchanged": 0,
        "rejected": len({each.row for each in error.rejections}),
        "kept": [],
        "rows": _rows(error.rejections),
    }


def _rows(rejections: tuple[Rejection, ...]) -> list[dict[str, object]]:
    return [
        {"line": each.row, "field": each.column, "value": each.value, "reason": each.reason}
        for each in rejections[:ROWS_TOLD]
    ]
