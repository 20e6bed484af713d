"""Makes a generation of what is stored and publishes it: the columns, their vectors, and what follows from both."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matchmaker.builds import Builds
from matchmaker.corpus import Corpus, corpus
from matchmaker.encoding import Encoding
from matchmaker.errors import StoreBusyError
from matchmaker.generation import (
    LAYOUT,
    landscape_digest,
    load_past,
    make_generation,
    recipe,
    save_generation,
)
from matchmaker.landscape import Past
from matchmaker.matching.preferences import Lesson, digest, lessons
from matchmaker.progress import Progress
from matchmaker.store import Store
from matchmaker.store.lock import WriterLock
from matchmaker.text import passages

BUILD_WAIT = 2.0
"""Seconds to wait for another build before saying that one is under way."""

INPUTS = ("fingerprint", "encoder", "glossary", "lessons", "recipe")
"""What a build that is up to date was made from; what it went on from (``before``) is in its name as well."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made; ``made`` is false when the published generation was up to date."""

    generation: str
    made: bool
    actors: int
    passages: int


def build(store: Store, builds: Builds, encoding: Encoding, *, lock: Path, progress: Progress) -> BuildReport:
    """Make and publish a generation of what is stored now; the one that is up to date is left alone.

    Damaged generations are let go, whether one is made or not, so that there is no way back to them. ``lock`` is the file
    that keeps builds apart. Raises ``StoreBusyError`` while another process is building.
    """
    with WriterLock(lock, wait=BUILD_WAIT).held():
        encoder = encoding.encoder()
        fingerprint = _marked_fingerprint(store)
        taught = lessons(store.answers.all())
        facts: dict[str, object] = {
            "encoder": encoder.name,
            "encoder_setting": encoding.setting,
            "glossary": encoding.glossary_key(),
            "fingerprint": fingerprint,
            "layout": LAYOUT,
            "recipe": recipe(),
            "lessons": digest(taught),
        }
        builds.drop_damaged()
        health = builds.checked()
        if health.name is not None and all(health.facts.get(each) == facts[each] for each in INPUTS):
            return _report(health.name, health.facts, made=False)
        past = None if health.name is None else load_past(builds.path(health.name))
        facts["before"] = "" if past is None else str(health.facts.get("landscape", ""))
        name = _name(facts)
        columns, vectors = encoded_columns(store, encoding, progress)
        facts |= {
            "actors": len(columns.ids),
            "passages": len(columns.texts),
            "collaborations": len(columns.collaboration_ids),
        }

        def make(folder: Path) -> dict[str, object]:
            _write(folder, columns, vectors, taught, encoding, progress, past)
            facts["landscape"] = landscape_digest(folder)
            return facts

        builds.publish(name, make)
    return _report(name, facts, made=True)


def encoded_columns(
    store: Store, encoding: Encoding, progress: Progress
) -> tuple[Corpus, NDArray[np.float32]]:
    """What is stored now as columns, and its passages' vectors, shape (passages, d), as the encoder gives them."""
    progress("passages", 0, 0)
    actors, collaborations = list(store.actors()), list(store.collaborations())
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    vectors = encoding.passages(columns.texts, columns.languages, progress=partial(progress, "meaning"))
    return columns, vectors


def _marked_fingerprint(store: Store) -> str:
    try:
        return store.mark_content()
    except StoreBusyError:
        # Without the mark, readers of this build compare every profile once to see what changed after it.
        return store.fingerprint()


def _name(facts: dict[str, object]) -> str:
    inputs = [str(facts[each]) for each in (*INPUTS, "before")]
    return hashlib.sha256("\0".join(inputs).encode("utf-8")).hexdigest()[:16]


def _report(name: str, facts: dict[str, object], *, made: bool) -> BuildReport:
    return BuildReport(name, made, int(str(facts["actors"])), int(str(facts["passages"])))


def _write(
    folder: Path,
    columns: Corpus,
    vectors: NDArray[np.float32],
    taught: Sequence[Lesson],
    encoding: Encoding,
    progress: Progress,
    past: Past | None,
) -> None:
    def step(name: str) -> None:
        progress(name, 0, 0)

    made = make_generation(columns, vectors, step=step, glossary=encoding.glossary, taught=taught, past=past)
    save_generation(made, folder, step=step)
