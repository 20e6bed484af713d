"""Names that analysts give to sub-clusters, kept with who gave them and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.naming import GivenName, checked_label
from matchmaker.store.audit import Stamp, record
from matchmaker.store.connections import Connection

_COLUMNS = "sub_cluster_id, label, found_label, who, at, change"

Opened = Callable[[], AbstractContextManager[Connection]]


class SubClusterNames:
    """The names of one store; methods raise ``StoreError`` as the store's own do."""

    def __init__(self, reading: Opened, writing: Opened, stamp: Callable[[str], Stamp]) -> None:
        """``reading`` and ``writing`` open a transaction, ``stamp`` says who changes something now."""
        self._reading = reading
        self._writing = writing
        self._stamp = stamp

    def give(self, sub_cluster_id: str, label: str, *, found_label: str, who: str) -> GivenName:
        """Keep a name in place of an earlier one; the same again changes nothing.

        Raises ``ValueError`` for a name that is none and for one that another sub-cluster has.
        """
        label = checked_label(label)
        with self._writing() as connection:
            taken = {each.label.casefold(): each for each in _read(connection)}
            other = taken.get(label.casefold())
            if other is not None and other.sub_cluster_id != sub_cluster_id:
                raise ValueError(
                    f"{label!r} is the name of {other.sub_cluster_id} already. Choose another, or clear that one first."
                )
            before = _of(connection, sub_cluster_id)
            if before is not None and before.label == label:
                return before
            stamp = self._stamp(who)
            told = {} if before is None else {"label": before.label}
            change = record(connection, stamp, "named", "sub_cluster", sub_cluster_id, told, {"label": label})
            given = GivenName(sub_cluster_id, label, found_label, who, stamp.at, change)
            connection.execute(
                f"INSERT OR REPLACE INTO sub_cluster_names ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                (sub_cluster_id, label, found_label, who, given.at, change),
            )
            return given

    def clear(self, sub_cluster_id: str, *, who: str) -> GivenName:
        """Take a name away and return it; raises ``SubClusterNotFoundError`` where there is none."""
        with self._writing() as connection:
            given = _of(connection, sub_cluster_id)
            if given is None:
                raise SubClusterNotFoundError(sub_cluster_id, named=True)
            record(
                connection,
                self._stamp(who),
                "unnamed",
                "sub_cluster",
                sub_cluster_id,
                {"label": given.label},
                {},
            )
            connection.execute("DELETE FROM sub_cluster_names WHERE sub_cluster_id = ?", (sub_cluster_id,))
            return given

    def all(self) -> tuple[GivenName, ...]:
        """All names in the order in which they were given."""
        with self._reading() as connection:
            return tuple(_read(connection))


def _read(connection: Connection) -> list[GivenName]:
    rows = connection.execute(f"SELECT {_COLUMNS} FROM sub_cluster_names ORDER BY change")
    return [GivenName(*row) for row in rows]


def _of(connection: Connection, sub_cluster_id: str) -> GivenName | None:
    return next((each for each in _read(connection) if each.sub_cluster_id == sub_cluster_id), None)
