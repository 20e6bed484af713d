"""What events came to, for the handlers: worked out beside them, once for each state of the events, and kept."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from matchmaker.arranging import Followed
from matchmaker.errors import NotBuiltError
from matchmaker.reporting import event_report, write
from matchmaker.wording import Wording
from matchmaker.workspace import Workspace
from service.balancing import PATIENCE, Kept

REPORTS_KEPT = 16
FILES_KEPT = 16


@dataclass(frozen=True, slots=True)
class Window:
    """Which events are asked about, and until when."""

    event_ids: tuple[str, ...] = ()
    """Empty for all."""
    since: date | None = None
    until: date | None = None
    """``None`` where no end is given."""


class Following:
    """What the handlers ask; the figures of many events take longer than a reader waits."""

    def __init__(self) -> None:
        self._found: Kept[Followed] = Kept("following", kept=REPORTS_KEPT)
        self._files: Kept[bytes] = Kept("event-reports", kept=FILES_KEPT)

    def found(
        self, workspace: Workspace, window: Window, today: date, *, patience: float = PATIENCE
    ) -> Followed | None:
        """The figures, or ``None`` while they are worked out.

        Raises ``EventNotFoundError``, and ``EventRejectedError`` for a window that ends before it begins.
        """
        return self._found.get(
            edition(workspace, window, today),
            lambda: workspace.events.follow_up.report(
                window.event_ids, since=window.since, until=window.until
            ),
            patience=patience,
        )

    def file(
        self,
        workspace: Workspace,
        window: Window,
        today: date,
        ending: Literal["pdf", "xlsx"],
        wording: Wording,
        *,
        patience: float = PATIENCE,
    ) -> bytes | None:
        """The report as a file; ``None`` while it is being made. Raises as ``found``."""
        key = (edition(workspace, window, today), ending, wording.language)

        def made() -> bytes:
            found = self.found(workspace, window, today, patience=600)
            if found is None:
                raise TimeoutError("report")
            report = event_report(found)
            # The typesetter and the workbooks are loaded with the first file that somebody asks for.
            if ending == "xlsx":
                from matchmaker.reporting.workbook import workbook

                return workbook(report, wording)
            from matchmaker.reporting.pdf import pdf

            return pdf([write(report, wording)], wording)

        return self._files.get(key, made, patience=patience)

    def close(self) -> None:
        """Begin nothing that waits."""
        self._files.close()
        self._found.close()


def edition(workspace: Workspace, window: Window, today: date) -> Hashable:
    """Names all that a report follows from."""
    events = workspace.events
    try:
        built = workspace.published().edition
    except NotBuiltError:
        built = ""
    return (
        window,
        today,
        built,
        events.follow_up.targets(),
        tuple(_state(workspace, each) for each in _ids(workspace)),
    )


def _ids(workspace: Workspace) -> Sequence[str]:
    return [each.event.id for each in workspace.events.all()]


def _state(workspace: Workspace, event_id: str) -> Hashable:
    events = workspace.events
    kept, version, said = events.one(event_id), events.version(event_id), events.follow_up.said(event_id)
    requests = tuple((each.sender, each.recipient, each.state) for each in events.requests.all(event_id))
    return (
        event_id,
        kept.revision,
        kept.at,
        version.number if version else 0,
        len(said),
        said[-1].change if said else 0,
        requests,
    )
