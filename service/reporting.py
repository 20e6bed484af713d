"""Reports for the handlers: worked out beside them, once for each build and sub-cluster, and kept."""

from __future__ import annotations

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.published import Published
from matchmaker.reporting import Report, report
from service.balancing import PATIENCE, Kept

REPORTS_KEPT = 256


class Reporting:
    """What the handlers ask; the report of a large cluster takes longer than a reader waits."""

    def __init__(self) -> None:
        self._reports: Kept[Report] = Kept("reports", kept=REPORTS_KEPT)

    def report(
        self, snapshot: Published, sub_cluster_id: str, *, patience: float = PATIENCE
    ) -> Report | None:
        """The report, or ``None`` while it is being worked out; raises ``SubClusterNotFoundError`` and as ``Kept.get``."""
        if sub_cluster_id and all(each.id != sub_cluster_id for each in snapshot.sub_clusters()):
            raise SubClusterNotFoundError(sub_cluster_id)
        return self._reports.get(
            (snapshot.edition, sub_cluster_id), lambda: report(snapshot, sub_cluster_id), patience=patience
        )

    def close(self) -> None:
        """Begin nothing that waits."""
        self._reports.close()
