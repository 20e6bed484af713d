"""Files that were sent to be imported, kept in the workspace until somebody says what they hold; then, or after a day, gone.

A folder for each, its owner's alone on this machine and in the service: the files may hold anything, contact persons too, so
they are in no backup and go with the first erasure.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from matchmaker.errors import ImportDraftNotFoundError
from matchmaker.telling import told

KINDS = ("actors", "collaborations", "participations")
KEPT_FOR = timedelta(hours=24)
MOST = 20
"""Drafts that are kept at once; the oldest go."""

_ABOUT = "draft.json"
_ID = re.compile(r"[A-Za-z0-9_-]{16}")


@dataclass(frozen=True, slots=True)
class Draft:
    """Files on their way into the workspace, and what was said of them so far."""

    id: str
    owner: str
    at: str
    """When they were sent, UTC."""
    files: Mapping[str, str]
    """Kind to the file's name."""
    mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Kind to header to field, ``-`` for a column that is left out; what the file's own headers suggest is not in it."""
    default_group: str = ""

    @property
    def revision(self) -> str:
        """Stands for what is said of the files, so that what two said of them at once is told apart."""
        said = json.dumps([self.mappings, self.default_group], sort_keys=True)
        return hashlib.sha256(said.encode("ascii")).hexdigest()[:16]

    @property
    def expires(self) -> datetime:
        """When they are no longer kept."""
        return datetime.fromisoformat(self.at) + KEPT_FOR


class Drafts:
    """The drafts of one workspace, in a folder of their own."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._folder = folder
        self._clock = clock

    def start(self, files: Mapping[str, tuple[str, Path]], *, owner: str) -> Draft:
        """Move files (kind to name and where it lies) into a new draft; on the same disk no byte is copied.

        Raises ``ValueError`` for a kind that does not exist and where the table of actors is missing.
        """
        if "actors" not in files or set(files) - set(KINDS):
            raise ValueError(
                told("An import has a table of actors, and perhaps collaborations and participations.")
            )
        self.sweep()
        draft = Draft(
            secrets.token_urlsafe(12),
            owner,
            self._clock().astimezone(UTC).isoformat(timespec="seconds"),
            {kind: name for kind, (name, _) in files.items()},
        )
        folder = self._of(draft.id)
        folder.mkdir(mode=0o700, parents=True)
        try:
            for kind, (name, path) in files.items():
                (folder / kind).mkdir(mode=0o700)
                shutil.move(path, folder / kind / name)
                (folder / kind / name).chmod(0o600)
            self._write(draft)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return draft

    def incoming(self) -> Path:
        """A new folder on the same disk for a file that is being sent; whoever asks removes it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"sending-{secrets.token_hex(8)}"
        path.mkdir(mode=0o700)
        return path

    def one(self, draft_id: str, *, owner: str) -> Draft:
        """A draft of this owner; raises ``ImportDraftNotFoundError`` for another's, one that is too old or one that is unknown."""
        try:
            about = json.loads((self._of(draft_id) / _ABOUT).read_text("utf-8"))
            # Drafts of earlier releases were counted.
            about.pop("revision", None)
            draft = Draft(**about)
        except (OSError, ValueError, TypeError, AttributeError):
            raise ImportDraftNotFoundError(draft_id) from None
        if draft.owner != owner:
            raise ImportDraftNotFoundError(draft_id)
        if draft.expires <= self._clock():
            self.forget(draft_id)
            raise ImportDraftNotFoundError(draft_id)
        return draft

    def file(self, draft: Draft, kind: str) -> Path | None:
        """Where a file of a draft lies, ``None`` where there is none of the kind."""
        name = draft.files.get(kind)
        return None if name is None else self._of(draft.id) / kind / name

    def say(self, draft: Draft, *, mappings: Mapping[str, Mapping[str, str]], default_group: str) -> Draft:
        """Keep what is said of the files, of several at once what was said last; the draft as it is then.

        Raises ``ImportDraftNotFoundError`` where it is gone meanwhile.
        """
        if (mappings, default_group) == (draft.mappings, draft.default_group):
            return draft
        said = replace(draft, mappings=mappings, default_group=default_group)
        try:
            self._write(said)
        except FileNotFoundError:
            raise ImportDraftNotFoundError(draft.id) from None
        return said

    def forget(self, draft_id: str) -> None:
        """Remove a draft with its files; one that is gone already is no error."""
        shutil.rmtree(self._of(draft_id), ignore_errors=True)

    def sweep(self) -> None:
        """Remove what is too old, what was never sent to its end, and the oldest beyond ``MOST``."""
        if not self._folder.is_dir():
            return
        oldest = (self._clock() - KEPT_FOR).timestamp()
        found = sorted(
            ((path.stat().st_mtime, path) for path in self._folder.iterdir() if path.is_dir()),
            key=lambda each: (each[0], each[1].name),
        )
        for place, (changed, path) in enumerate(found):
            if changed < oldest or place < len(found) - MOST + 1:
                shutil.rmtree(path, ignore_errors=True)

    def clear(self) -> int:
        """Remove all drafts: somebody was erased, and any of the files may name them. Returns how many there were."""
        paths = [path for path in self._folder.iterdir() if path.is_dir()] if self._folder.is_dir() else []
        for path in paths:
            shutil.rmtree(path, ignore_errors=True)
        return len(paths)

    def _of(self, draft_id: str) -> Path:
        if not _ID.fullmatch(draft_id):
            raise ImportDraftNotFoundError(draft_id)
        return self._folder / draft_id

    def _write(self, draft: Draft) -> None:
        path = self._of(draft.id) / _ABOUT
        # A name of its own, for somebody may press twice. What a kill leaves goes with the draft.
        part = path.with_name(f"{_ABOUT}.{secrets.token_hex(8)}.part")
        try:
            part.write_text(json.dumps(asdict(draft), ensure_ascii=False), encoding="utf-8")
            part.chmod(0o600)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
