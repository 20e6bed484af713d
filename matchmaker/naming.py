"""Names that analysts give to sub-clusters: what the store keeps and what readers are shown in place of found labels."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.telling import told

LONGEST = 80
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class GivenName:
    """The name of a sub-cluster, and who gave it."""

    sub_cluster_id: str
    label: str
    found_label: str
    """The label that was found in the data when the name was given; it tells what is meant once the sub-cluster is gone."""
    who: str
    at: str
    """UTC, ISO 8601."""
    change: int
    """Number of the change in the audit trail."""


def checked_label(label: str) -> str:
    """The name without space around it; raises ``ValueError`` for one that is empty, of several lines or too long."""
    label = label.strip()
    if not label or not label.isprintable():
        raise ValueError(told("A name is one line of text that can be read. Give one, or clear the name."))
    if len(label) > LONGEST:
        raise ValueError(
            told(
                "The name has {number} characters; at most {most} fit. Shorten it.",
                number=len(label),
                most=LONGEST,
            )
        )
    return label
