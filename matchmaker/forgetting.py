"""After an erasure: a build without the erased, the older builds removed, and a file without a byte of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matchmaker.builds import Builds
from matchmaker.encoding import Encoding
from matchmaker.errors import DamagedBuildError
from matchmaker.store import Store
from matchmaker.text import passages


@dataclass(frozen=True, slots=True)
class Finished:
    """What was done so that nothing is left."""

    generation: str | None
    """The build that is published now; ``None`` where nothing is."""
    made: bool
    """Whether it was made for this."""
    removed: tuple[str, ...]
    """Builds that were removed because the erased were in them."""
    vectors: int
    """Vectors of texts that are no longer stored."""


def finish(
    store: Store, builds: Builds, encoding: Encoding, *, rebuild: Callable[[], str] | None
) -> Finished:
    """Make the build anew with ``rebuild``, or remove all builds, then compact the store; may be repeated after a kill.

    Persons are in no build, so builds are touched only where an actor was erased after one of them.
    """
    before = builds.names()
    older = tuple(each for each in before if holds_erased(store, builds, each))
    made = False
    if older and rebuild is None:
        builds.remove(before)
    elif older and rebuild is not None:
        made = rebuild() not in before
        builds.remove(tuple(each for each in builds.names() if holds_erased(store, builds, each)))
    removed = tuple(each for each in before if each not in builds.names())
    vectors = _forget_vectors(store, encoding)
    # A reader of an older build was told by these ids whom to leave out.
    store.erasing.forget_ids()
    store.compact()
    pointer = builds.pointer()
    return Finished(pointer.published if pointer else None, made, removed, vectors)


def holds_erased(store: Store, builds: Builds, name: str) -> bool:
    """Whether a build may hold an actor that was erased: it is older than the latest erasure, or cannot be read."""
    latest = store.erasing.latest_change()
    if not latest:
        return False
    try:
        fingerprint = str(builds.check(name)["fingerprint"])
    except (KeyError, DamagedBuildError):
        return True
    return store.change_of(fingerprint) < latest


def _forget_vectors(store: Store, encoding: Encoding) -> int:
    actors, collaborations = list(store.actors()), list(store.collaborations())
    texts = passages(actors, collaborations)
    return store.keep_vectors(encoding.keys([each.text for each in texts], [each.language for each in texts]))
