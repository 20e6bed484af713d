"""The newest published generation together with what changed after it, loaded once and replaced when there is more."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matchmaker.answers import Answer
from matchmaker.builds import Builds, Health
from matchmaker.corpus import load_corpus
from matchmaker.encoding import Encoding
from matchmaker.errors import NotBuiltError, StoreError
from matchmaker.freshness import Changed, Following, look, profiles, unchanged
from matchmaker.generation import LAYOUT, load_generation
from matchmaker.naming import GivenName
from matchmaker.published import Published
from matchmaker.store import Store

log = logging.getLogger(__name__)


class Latest:
    """What readers are shown of one workspace; many threads may ask."""

    def __init__(self, store: Store, builds: Builds, encoding: Encoding) -> None:
        self._store = store
        self._builds = builds
        self._encoding = encoding
        self._lock = threading.Lock()
        self._loaded: tuple[Published, Following] | None = None
        """The bare build, and what follows the store away from it."""
        self._published: Published | None = None
        self._said: tuple[tuple[int, str], tuple[Answer, ...], tuple[GivenName, ...]] | None = None

    def published(self) -> Published:
        """The published generation and what changed after it; the same object until there is something new.

        Raises ``NotBuiltError`` when nothing is published or everything published is damaged.
        """
        self._store.stand_alone()
        # While one caller loads what is new, the others go on with what they have.
        if not self._lock.acquire(blocking=self._published is None):
            assert self._published is not None
            return self._published
        try:
            return self._newest()
        finally:
            self._lock.release()

    def earlier(self, name: str) -> Published:
        """Another generation that is kept, loaded anew: as it was built, with what changed since and the names as they are now.

        Raises ``DamagedBuildError``, and ``NotBuiltError`` for one of another layout.
        """
        facts = self._builds.check(name)
        if facts["layout"] != LAYOUT:
            raise NotBuiltError("That build was made by another version of the program.")
        built, following = self._load(name, facts)
        # Whoever was erased or withdrawn after it is not shown from it either.
        overlay = following.overlay()
        shown = built if overlay is None else built.under(overlay)
        names = self._store.sub_cluster_names.all()
        return shown.naming(names) if names else shown

    def changed(self, health: Health) -> Changed:
        """Which actors differ from the generation that can be served, shown to readers already or not."""
        if health.name is None:
            return Changed(0)
        loaded = self._loaded
        if loaded is not None and loaded[0].generation == health.name:
            return loaded[1].changed()
        start = unchanged(self._store, str(health.facts["fingerprint"]))
        if start.until == self._store.latest_change() or health.facts["layout"] != LAYOUT:
            return start
        built = load_corpus(self._builds.path(health.name))
        return look(start, self._store, profiles(built, built.row_of))

    def _newest(self) -> Published:
        health = self._builds.checked()
        if health.name is None:
            raise NotBuiltError
        loaded = self._loaded
        if loaded is None or loaded[0].generation != health.name:
            for message in health.damaged:
                log.error("%s", message)
            if health.facts["layout"] != LAYOUT:
                raise NotBuiltError(
                    "The published build was made by another version of the program. Run `matchmaker build`."
                )
            loaded = self._loaded = self._load(health.name, health.facts)
        # Nobody sees the bare build on the way: it may hold what was withdrawn after it.
        self._published = self._with_changes(*loaded)
        return self._published

    def _load(self, name: str, facts: dict[str, object]) -> tuple[Published, Following]:
        setting = str(facts["encoder_setting"])

        def encode(texts: Sequence[str], languages: Sequence[str], width: int) -> NDArray[np.float32]:
            return self._encoding.changed_passages(texts, languages, setting=setting, width=width)

        made = load_generation(self._builds.path(name))
        glossary = self._encoding.glossary
        built = Published(name, made, self._encoding.query, glossary)
        return built, Following(made, str(facts["fingerprint"]), self._store, encode, glossary)

    def _with_changes(self, built: Published, following: Following) -> Published:
        """What was shown last of this build, or what replaces it when a profile or an answer changed since."""
        last = self._published
        shown = last if last is not None and last.generation == built.generation else built
        try:
            overlay = following.overlay()
            answers, names = self._said_now()
        except StoreError as error:
            # A build answers without the store; all it cannot know is what changed.
            log.warning("changes after the build are not shown: %s", error)
            return shown
        if overlay is not shown.overlay:
            shown = built if overlay is None else built.under(overlay)
        if names != shown.names:
            shown = shown.naming(names)
        if answers != shown.answers:
            shown = shown.heeding(answers)
        shown.until = following.until
        return shown

    def _said_now(self) -> tuple[tuple[Answer, ...], tuple[GivenName, ...]]:
        """All answers and names; read again only after something changed in the store."""
        # An erasure may take a name out of both without a change on record.
        at = self._store.latest_change(), self._store.erasing.edition()
        if self._said is None or self._said[0] != at:
            self._said = (at, self._store.answers.all(), self._store.sub_cluster_names.all())
        return self._said[1:]
