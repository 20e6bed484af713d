"""Reports for the handlers: worked out beside them, once for each build and sub-cluster, and kept."""

from __future__ import annotations

from collections import deque

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.backtest import Backtest
from matchmaker.published import Published
from matchmaker.reporting import LookingBack, Report, report
from service.balancing import PATIENCE, Kept

REPORTS_KEPT = 256
EDITIONS_KEPT = 2
"""Of the landscape, and an actor that is gone or called otherwise makes another: a reader may still hold the one before."""
BACKTESTS_KEPT = 4
LARGE = 5_000
"""Actors beyond which looking back would keep a processor busy for minutes."""


class Reporting:
    """What the handlers ask; the report of a large cluster takes longer than a reader waits."""

    def __init__(self) -> None:
        self._reports: Kept[Report] = Kept("reports", kept=REPORTS_KEPT)
        self._backtests: Kept[Backtest] = Kept("backtests", kept=BACKTESTS_KEPT)
        self._editions: deque[str] = deque(maxlen=EDITIONS_KEPT)

    def report(
        self, snapshot: Published, sub_cluster_id: str, *, patience: float = PATIENCE
    ) -> Report | None:
        """The report, or ``None`` while it is being worked out; raises ``SubClusterNotFoundError`` and as ``Kept.get``."""
        if sub_cluster_id and all(each.id != sub_cluster_id for each in snapshot.sub_clusters()):
            raise SubClusterNotFoundError(sub_cluster_id)
        past = self._looked_back(snapshot)
        edition = snapshot.landscape_edition
        self._leave_behind(edition)
        return self._reports.get(
            (edition, sub_cluster_id, past is LookingBack.WORKING),
            lambda: report(snapshot, sub_cluster_id, past),
            patience=patience,
        )

    def _leave_behind(self, edition: str) -> None:
        """Keep no report of editions that nobody is given any more, of which a busy day would fill the memory.

        ``edition`` is the landscape's, as in the keys: a report stands where something else of a profile changes.
        """
        if edition not in self._editions:
            self._editions.append(edition)
            self._reports.forget(lambda key: isinstance(key, tuple) and key[0] not in self._editions)

    def _looked_back(self, snapshot: Published) -> Backtest | LookingBack:
        """What came of earlier candidates; nobody waits for it, and where it takes too long it is left to a command."""
        if snapshot.counts().actors > LARGE:
            return LookingBack.LATER
        # Profiles that change after a build do not move it.
        found = self._backtests.get(snapshot.generation, snapshot.analysis.looked_back, patience=0.0)
        return LookingBack.WORKING if found is None else found

    def close(self) -> None:
        """Begin nothing that waits."""
        self._reports.close()
        self._backtests.close()
