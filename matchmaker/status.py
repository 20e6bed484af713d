"""What is stored, what is published, and what the published generation is behind of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from matchmaker.builds import Builds, Health
from matchmaker.encoding import Encoding
from matchmaker.freshness import MOST_SEARCHABLE, Changed
from matchmaker.generation import LAYOUT, load_weights, recipe
from matchmaker.latest import Latest
from matchmaker.matching.preferences import digest, lessons
from matchmaker.matching.weights import OnAnswers
from matchmaker.store import Store
from matchmaker.telling import told


class Stale(StrEnum):
    """Why the published generation is behind, as a sentence."""

    CONTENT = "actors or collaborations changed after the build"
    ENCODER = "another encoder is set"
    GLOSSARY = "the glossary changed after the build"
    ANSWERS = "answers were given after the build, which are heeded but not yet learned from"
    PROGRAM = "this version of the program builds differently"


@dataclass(frozen=True, slots=True)
class PointsOrigin:
    """Where the points come from that evidence earns, and how they did where that could be checked."""

    origin: str
    ndcg_20: float | None
    """Of new partners in collaborations held back, where there were enough."""
    answers: OnAnswers | None
    """On answers held back, where there were enough."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is in the workspace, what is published, and what is stale and why."""

    folder: str
    actors: int
    collaborations: int
    published: str | None
    stale: tuple[str, ...]
    """Why the published generation is behind, of ``Stale`` where it is a usual reason; empty when it is up to date."""
    fresh: int
    """Profiles that changed after the build and are shown and searched as they are now."""
    damaged: tuple[str, ...]
    """One message for each damaged generation."""
    encoder: str
    """Name of the encoder of the published generation, or of the setting before the first build."""
    answers: int
    """What is said of matches; all of it is heeded."""
    points: PointsOrigin | None
    """Where the points of the published generation come from; ``None`` while there is none."""


def status_of(folder: Path, store: Store, builds: Builds, encoding: Encoding, latest: Latest) -> Status:
    """The status of the workspace in a folder."""
    counts = store.counts()
    health = builds.checked()
    changed = latest.changed(health)
    return Status(
        folder=str(folder),
        actors=counts["actors"],
        collaborations=counts["collaborations"],
        published=health.name,
        stale=tuple(_stale(health.facts, changed, store, encoding)) if health.name else (),
        fresh=len(changed.searchable) + len(changed.gone),
        damaged=health.damaged,
        encoder=str(health.facts.get("encoder", encoding.setting or "default")),
        answers=counts["answers"],
        points=_points(builds, health),
    )


def _stale(facts: Mapping[str, object], changed: Changed, store: Store, encoding: Encoding) -> Iterable[str]:
    if facts["fingerprint"] != store.fingerprint():
        yield Stale.CONTENT
    if changed.waiting:
        yield (
            told(
                "{number} changed profiles are not searched yet, beyond the {most} that changed last",
                number=len(changed.waiting),
                most=MOST_SEARCHABLE,
            )
        )
    if facts["encoder_setting"] != encoding.setting:
        yield Stale.ENCODER
    if facts["glossary"] != encoding.glossary_key():
        yield Stale.GLOSSARY
    if facts.get("lessons", "") != digest(lessons(store.answers.all())):
        yield Stale.ANSWERS
    if facts["recipe"] != recipe():
        yield Stale.PROGRAM


def _points(builds: Builds, health: Health) -> PointsOrigin | None:
    if health.name is None or health.facts["layout"] != LAYOUT:
        return None
    weights = load_weights(builds.path(health.name))
    return PointsOrigin(weights.origin, weights.figure, weights.answers)
