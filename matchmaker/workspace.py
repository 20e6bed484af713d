"""The one door to a workspace: everything a user can do, for the command line and the service alike."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Collaboration, Rejection
from matchmaker.answers import Answer, Judgement
from matchmaker.builds import Builds, Health, Pointer
from matchmaker.corpus import Corpus, corpus, load_corpus
from matchmaker.embedding import Encoder, MemoryCache, encode_cached, load_encoder
from matchmaker.errors import (
    EncoderUnavailableError,
    ImportRejectedError,
    NotBuiltError,
    SourceError,
    StoreBusyError,
    StoreError,
)
from matchmaker.exports import write_rows
from matchmaker.freshness import MOST_SEARCHABLE, Changed, Following, look, profiles, unchanged
from matchmaker.generation import (
    LAYOUT,
    load_generation,
    load_weights,
    make_generation,
    recipe,
    save_generation,
)
from matchmaker.language import detect, load_glossary
from matchmaker.matching.preferences import Lesson, digest, lessons
from matchmaker.matching.weights import OnAnswers
from matchmaker.published import Published
from matchmaker.records import EXPORTS
from matchmaker.settings import read_settings
from matchmaker.sources.cordis import read_cordis
from matchmaker.sources.tables import ActorTable, CollaborationTable, Column, read_tables
from matchmaker.store import AuditRow, Changes, Store
from matchmaker.store.lock import WriterLock
from matchmaker.text import encoder_text, passages

if TYPE_CHECKING:
    from matchmaker.matching.evaluation import Report

log = logging.getLogger(__name__)

DATABASE = "matchmaker.sqlite"
BUILD_WAIT = 2.0
"""Seconds to wait for another build before saying that one is under way."""

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done and how much there is (0 where that is not known)."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    changes: Changes
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    """How the headers were understood."""
    notes: tuple[str, ...]
    """What was detected (delimiter, encoding) or left out."""
    applied: bool


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build made; ``made`` is false when the published generation was up to date."""

    generation: str
    made: bool
    actors: int
    passages: int


@dataclass(frozen=True, slots=True)
class Status:
    """What is in the workspace, what is published, and what is stale and why."""

    folder: str
    actors: int
    collaborations: int
    published: str | None
    stale: tuple[str, ...]
    """Why the published generation is behind; empty when it is up to date."""
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


@dataclass(frozen=True, slots=True)
class PointsOrigin:
    """Where the points come from that evidence earns, and how they did where that could be checked."""

    origin: str
    ndcg_20: float | None
    """Of new partners in collaborations held back, where there were enough."""
    answers: OnAnswers | None
    """On answers held back, where there were enough."""


def _no_progress(_step: str, _done: int, _total: int) -> None:
    return None


class Workspace:
    """One folder: a database, the published builds and the settings."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store
        self._settings = read_settings(folder, os.environ)
        self._builds = Builds(folder / "builds")
        self._lock = threading.Lock()
        self._encoder_lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._built: Published | None = None
        self._following: Following | None = None
        self._published: Published | None = None
        self._answers: tuple[int, tuple[Answer, ...]] | None = None
        self._checked: tuple[Pointer | None, Health] | None = None
        self._glossary = load_glossary(Path(self._settings.glossary) if self._settings.glossary else None)

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Workspace:
        """Open a workspace; raises ``SourceError`` when the folder holds none and ``create`` is false."""
        if not create and not (folder / DATABASE).is_file():
            raise SourceError(
                f"There is no workspace in {folder}. Import something first, for example: "
                f"matchmaker --workspace {folder} import table actors.csv",
                file=folder,
            )
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder, Store.open(folder / DATABASE))

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def is_empty(self) -> bool:
        """Whether no actor is stored yet."""
        return self._store.counts()["actors"] == 0

    def import_table(
        self,
        path: Path,
        *,
        collaborations: Path | None = None,
        participations: Path | None = None,
        mapping: Mapping[str, str] | None = None,
        default_group: ActorGroup | None = None,
        dry_run: bool = False,
        partial: bool = False,
        who: str,
    ) -> ImportReport:
        """Import actors from a table, and collaborations from a second one where it is given.

        Raises ``SourceError`` for a file that cannot be read and ``ImportRejectedError`` with all bad rows, unless
        ``partial`` is set; then the good rows are applied.
        """
        tables = read_tables(
            path,
            collaborations=collaborations,
            participations=participations,
            mapping=mapping or {},
            default_group=default_group,
            known_actors=list(self._store.actors()) if collaborations else (),
        )
        second = tables.collaborations
        columns, notes = list(tables.actors.columns), [_noticed(path, tables.actors)]
        if second is not None and collaborations is not None:
            columns += [*second.columns, *second.participation_columns]
            notes.append(_noticed(collaborations, second))
        return self._take_in(
            tables.actors.actors,
            second.collaborations if second else (),
            tables.rejections,
            columns,
            notes,
            source=path.name,
            who=who,
            dry_run=dry_run,
            partial=partial,
        )

    def import_cordis(
        self,
        path: Path,
        *,
        signed_until: date | None = None,
        countries: Collection[str] = (),
        topics: Collection[str] = (),
        fields: Collection[str] = (),
        dry_run: bool = False,
        partial: bool = False,
        who: str,
        progress: Progress = _no_progress,
    ) -> ImportReport:
        """Import the official CORDIS bulk download, a zip or a folder; raises as ``import_table``."""
        reading = read_cordis(
            path,
            signed_until=signed_until,
            countries=countries,
            topics=topics,
            fields=fields,
            progress=lambda done, total: progress("reading", done, total),
        )
        progress("storing", 0, 0)
        return self._take_in(
            reading.actors,
            reading.collaborations,
            reading.rejections,
            [],
            [],
            source=path.name,
            who=who,
            dry_run=dry_run,
            partial=partial,
        )

    def _take_in(
        self,
        actors: Sequence[Actor],
        collaborations: Sequence[Collaboration],
        rejections: Sequence[Rejection],
        columns: Sequence[Column],
        notes: Sequence[str],
        *,
        source: str,
        who: str,
        dry_run: bool,
        partial: bool,
    ) -> ImportReport:
        if rejections and not partial and not dry_run:
            raise ImportRejectedError(
                f"{len(rejections)} value(s) were rejected, so nothing was imported. Correct them, or import the "
                "good rows alone (--partial).",
                rejections=rejections,
            )
        if dry_run:
            changes = self._store.preview(actors, collaborations)
        else:
            changes = self._store.apply(actors, collaborations, source=source, who=who)
        return ImportReport(changes, tuple(rejections), tuple(columns), tuple(notes), applied=not dry_run)

    def edit_actor(self, actor_id: str, changes: Mapping[str, object], *, who: str) -> Actor:
        """Change an actor by hand; later imports leave the changed fields alone.

        Raises ``ActorNotFoundError`` and ``ValueError`` for an unknown field or a value that does not fit.
        """
        return self._store.edit_actor(actor_id, changes, who=who)

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id as it is stored; raises ``ActorNotFoundError``."""
        return self._store.actor(actor_id)

    def answer(self, seeker_id: str, partner_id: str, said: Judgement, *, who: str) -> Answer:
        """Keep what is said of a proposed match, in place of what the same side said before; it is heeded at once.

        Raises ``ActorNotFoundError``, and ``ValueError`` for an actor with itself.
        """
        return self._store.answers.give(seeker_id, partner_id, said, who=who)

    def take_back_answer(self, seeker_id: str, partner_id: str, *, who: str) -> Answer:
        """Take back the latest answer about a pair; raises ``ActorNotFoundError`` and ``AnswerNotFoundError``."""
        return self._store.answers.take_back(seeker_id, partner_id, who=who)

    def answers(self, actor_id: str = "") -> tuple[Answer, ...]:
        """What is said of matches, in the order in which it was said; of one actor's, on either side."""
        return self._store.answers.all(actor_id)

    def history(self, *, subject: str = "", limit: int = 100) -> list[AuditRow]:
        """Who changed what and when, newest first; ``subject`` is the id of one actor or collaboration."""
        return self._store.audit(subject=subject, limit=limit)

    def build(self, *, progress: Progress = _no_progress) -> BuildReport:
        """Make and publish a generation of what is stored now; the one that is up to date is left alone.

        Raises ``StoreBusyError`` while another process is building.
        """
        with WriterLock(self.folder / "builds.lock", wait=BUILD_WAIT).held():
            encoder = self.encoder()
            fingerprint = self._marked_fingerprint()
            taught = lessons(self._store.answers.all())
            name = _generation_name(fingerprint, encoder.name, self._glossary_key(), digest(taught))
            if self._health().name == name:
                facts = self._health().facts
                return BuildReport(name, False, int(str(facts["actors"])), int(str(facts["passages"])))
            columns = self._columns(progress)
            vectors = self._vectors(columns, encoder, progress)
            facts = {
                "actors": len(columns.ids),
                "passages": len(columns.texts),
                "collaborations": len(columns.collaboration_ids),
                "encoder": encoder.name,
                "encoder_setting": self._settings.encoder,
                "glossary": self._glossary_key(),
                "fingerprint": fingerprint,
                "layout": LAYOUT,
                "recipe": recipe(),
                "lessons": digest(taught),
            }

            def make(folder: Path) -> dict[str, object]:
                return self._write(folder, columns, vectors, taught, facts, progress)

            self._builds.publish(name, make)
            self._checked = None
        return BuildReport(name, True, len(columns.ids), len(columns.texts))

    def _marked_fingerprint(self) -> str:
        try:
            return self._store.mark_content()
        except StoreBusyError:
            # Without the mark, readers of this build compare every profile once to see what changed after it.
            return self._store.fingerprint()

    def _vectors(self, columns: Corpus, encoder: Encoder, progress: Progress) -> NDArray[np.float32]:
        texts = [
            self._to_encode(text, language)
            for text, language in zip(columns.texts, columns.languages, strict=True)
        ]
        return encode_cached(encoder, texts, self._store, progress=partial(progress, "meaning"))

    def _write(
        self,
        folder: Path,
        columns: Corpus,
        vectors: NDArray[np.float32],
        taught: Sequence[Lesson],
        facts: dict[str, object],
        progress: Progress,
    ) -> dict[str, object]:
        def step(name: str) -> None:
            progress(name, 0, 0)

        made = make_generation(columns, vectors, step=step, glossary=self._glossary, taught=taught)
        save_generation(made, folder, step=step)
        return facts

    def _columns(self, progress: Progress) -> Corpus:
        progress("passages", 0, 0)
        actors, collaborations = list(self._store.actors()), list(self._store.collaborations())
        return corpus(actors, collaborations, passages(actors, collaborations))

    def evaluate(
        self,
        *,
        cut_off: date | None = None,
        until: date | None = None,
        seekers: int = 3000,
        progress: Progress = _no_progress,
    ) -> Report:
        """Judge this program and the usual baselines by the collaborations after a day, from what was known before.

        Raises ``TooFewCollaborationsError`` where too few are dated, and ``ValueError`` for a window without days.
        """
        # The baselines bring a library that nothing else here waits for.
        from matchmaker.matching.evaluation import evaluate
        from matchmaker.matching.learning import as_built

        columns = self._columns(progress)
        vectors = self._vectors(columns, self.encoder(), progress)
        ours = {"matchmaker": partial(as_built, glossary=self._glossary)}
        return evaluate(
            columns, vectors, ours, cut_off=cut_off, until=until, seekers=seekers, progress=progress
        )

    def status(self) -> Status:
        """What is stored, what is published, and whether the one is behind the other."""
        counts = self._store.counts()
        health = self._health()
        changed = self._changed(health) if health.name else Changed(0)
        return Status(
            folder=str(self.folder),
            actors=counts["actors"],
            collaborations=counts["collaborations"],
            published=health.name,
            stale=tuple(self._stale(health.facts, changed)) if health.name else (),
            fresh=len(changed.searchable) + len(changed.gone),
            damaged=health.damaged,
            encoder=str(health.facts.get("encoder", self._settings.encoder or "default")),
            answers=counts["answers"],
            points=self._points(health),
        )

    def _points(self, health: Health) -> PointsOrigin | None:
        if health.name is None or health.facts["layout"] != LAYOUT:
            return None
        weights = load_weights(self._builds.path(health.name))
        return PointsOrigin(weights.origin, weights.figure, weights.answers)

    def _stale(self, facts: Mapping[str, object], changed: Changed) -> Iterable[str]:
        if facts["fingerprint"] != self._store.fingerprint():
            yield "actors or collaborations changed after the build"
        if changed.waiting:
            yield (
                f"{len(changed.waiting)} changed profiles are not searched yet, beyond the {MOST_SEARCHABLE} that "
                "changed last"
            )
        if facts["encoder_setting"] != self._settings.encoder:
            yield "another encoder is set"
        if facts["glossary"] != self._glossary_key():
            yield "the glossary changed after the build"
        if facts.get("lessons", "") != digest(lessons(self._store.answers.all())):
            yield "answers were given after the build, which are heeded but not yet learned from"
        if facts["recipe"] != recipe():
            yield "this version of the program builds differently"

    def _changed(self, health: Health) -> Changed:
        if self._built is not None and self._following is not None and self._built.generation == health.name:
            return self._following.changed()
        start = unchanged(self._store, str(health.facts["fingerprint"]))
        if (
            start.until == self._store.latest_change()
            or health.name is None
            or health.facts["layout"] != LAYOUT
        ):
            return start
        built = load_corpus(self._builds.path(health.name))
        return look(start, self._store, profiles(built, built.row_of))

    def published(self) -> Published:
        """The published generation and what changed after it; the same object until there is something new.

        Profiles that were changed, added or erased are shown and searched as they are now; everything else is as it
        was built. Raises ``NotBuiltError`` when nothing is published or everything published is damaged.
        """
        # While one caller loads what is new, the others go on with what they have.
        if not self._lock.acquire(blocking=self._published is None):
            assert self._published is not None
            return self._published
        try:
            return self._newest()
        finally:
            self._lock.release()

    def _newest(self) -> Published:
        health = self._health()
        if health.name is None:
            raise NotBuiltError
        if self._built is None or self._built.generation != health.name:
            for message in health.damaged:
                log.error("%s", message)
            if health.facts["layout"] != LAYOUT:
                raise NotBuiltError(
                    "The published build was made by another version of the program. Run `matchmaker build`."
                )
            made = load_generation(self._builds.path(health.name))
            self._built = Published(health.name, made, self._encode_query, self._glossary)
            self._following = Following(
                made,
                str(health.facts["fingerprint"]),
                self._store,
                partial(self._fresh_vectors, str(health.facts["encoder_setting"])),
                self._glossary,
            )
        # Nobody sees the bare build on the way: it may hold what was withdrawn after it.
        self._published = self._with_changes(self._built)
        return self._published

    def _with_changes(self, built: Published) -> Published:
        """What was shown last of this build, or what replaces it when a profile or an answer changed since."""
        last = self._published
        shown = last if last is not None and last.generation == built.generation else built
        assert self._following is not None
        try:
            overlay = self._following.overlay()
            answers = self._answers_now()
        except StoreError as error:
            # A build answers without the store; all it cannot know is what changed.
            log.warning("changes after the build are not shown: %s", error)
            return shown
        if overlay is not shown.overlay:
            shown = built if overlay is None else built.under(overlay)
        return shown if answers == shown.answers else shown.heeding(answers)

    def _answers_now(self) -> tuple[Answer, ...]:
        """All answers; read again only after something changed in the store."""
        latest = self._store.latest_change()
        if self._answers is None or self._answers[0] != latest:
            self._answers = (latest, self._store.answers.all())
        return self._answers[1]

    def _fresh_vectors(
        self, setting: str, texts: Sequence[str], languages: Sequence[str], width: int
    ) -> NDArray[np.float32]:
        """Vectors as a build would make them; zeros of the build's width where its encoder cannot be had."""
        try:
            encoder = self.encoder()
        except EncoderUnavailableError as error:
            log.warning("changed profiles are found by their words alone: %s", error)
            return np.zeros((len(texts), width), dtype=np.float32)
        if setting != self._settings.encoder or encoder.dimensions != width:
            log.warning("changed profiles are found by their words alone: another encoder is set")
            return np.zeros((len(texts), width), dtype=np.float32)
        wanted = [self._to_encode(text, language) for text, language in zip(texts, languages, strict=True)]
        try:
            return encode_cached(encoder, wanted, self._store)
        except StoreError:
            # Keeping them is a convenience; a reader must not fail because somebody writes, or the disk is full.
            return encode_cached(encoder, wanted, MemoryCache())

    def damage(self) -> tuple[str, ...]:
        """One message for each damaged generation that would otherwise be served; empty when all is well."""
        return self._health().damaged

    def _health(self) -> Health:
        """What can be served and what is damaged, checked once for each change of the pointer."""
        pointer = self._builds.pointer()
        if self._checked is None or self._checked[0] != pointer:
            self._checked = (pointer, self._builds.healthy())
        return self._checked[1]

    def export(self, what: str, path: Path) -> int:
        """Write ``actors``, ``suggestions``, ``sub-clusters``, ``spin-offs``, ``map`` or ``exposure`` to a file; return the rows."""
        columns, rows = EXPORTS[what](self.published())
        return write_rows(path, columns, rows)

    def roll_back(self) -> str:
        """Publish the generation before the present one again and return its name."""
        return self._builds.roll_back()

    def encoder(self) -> Encoder:
        """The encoder that the settings name, loaded once."""
        with self._encoder_lock:
            if self._encoder is None:
                graphs = Path(self._settings.graphs) if self._settings.graphs else self.folder / "encoder"
                self._encoder = load_encoder(self._settings.encoder, folder=graphs)
            return self._encoder

    def _encode_query(self, text: str) -> NDArray[np.float32]:
        wanted = self._to_encode(text, detect(text))
        return np.asarray(self.encoder().encode([wanted], query=True)[0], dtype=np.float32)

    def _to_encode(self, text: str, language: str) -> str:
        # The installed model knows English only; whoever names another is taken to have one that reads the text.
        return text if self._settings.encoder else encoder_text(text, language, glossary=self._glossary)

    def _glossary_key(self) -> str:
        if not self._settings.glossary:
            return ""
        return hashlib.sha256(Path(self._settings.glossary).read_bytes()).hexdigest()[:16]


def _generation_name(*inputs: str) -> str:
    return hashlib.sha256("\0".join([*inputs, recipe()]).encode("utf-8")).hexdigest()[:16]


def _noticed(path: Path, table: ActorTable | CollaborationTable) -> str:
    if table.delimiter:
        delimiter = {"\t": "tab"}.get(table.delimiter, table.delimiter)
        return f"{path.name}: {table.rows} rows, {table.encoding}, separated by {delimiter}"
    others = f"; other sheets not read: {', '.join(table.other_sheets)}" if table.other_sheets else ""
    return f"{path.name}: {table.rows} rows of the sheet {table.sheet}{others}"
