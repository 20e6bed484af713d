"""Lists that were sent in a browser: a form with a file into bytes, kept in memory until somebody confirms what they would change."""

from __future__ import annotations

import re
import secrets
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request

from matchmaker.telling import told

REMEMBERED = 16
MULTIPART = "multipart/form-data"
ENDINGS = (".csv", ".xlsx")
MOST_PARTS = 200
_BOUNDARY = re.compile(r'(?:^|;)\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(r'(?:^|;)\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Upload:
    """A list as it was sent."""

    event_id: str
    what: str
    """``participants``, ``wishes`` or ``outcomes``."""
    name: str
    """As the sender's file is called, without folders."""
    content: bytes

    @contextmanager
    def file(self) -> Iterator[Path]:
        """The list as a file for as long as the block runs."""
        with tempfile.TemporaryDirectory(prefix="matchmaker-") as folder:
            path = Path(folder) / self.name
            path.write_bytes(self.content)
            yield path


class Uploads:
    """Lists by a name that nobody can guess; the oldest are forgotten, all of them when the service stops.

    Lists hold persons, so nothing of them stays on a disk.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Upload] = OrderedDict()
        self._lock = threading.Lock()

    def remember(self, upload: Upload) -> str:
        """Keep a list; the name to ask for it by."""
        name = secrets.token_urlsafe(12)
        with self._lock:
            self._kept[name] = upload
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return name

    def get(self, name: str, event_id: str, what: str) -> Upload | None:
        """A list of this event; ``None`` where it is forgotten."""
        with self._lock:
            found = self._kept.get(name)
        return found if found and (found.event_id, found.what) == (event_id, what) else None

    def forget(self, name: str) -> None:
        """Keep a list no longer."""
        with self._lock:
            self._kept.pop(name, None)


async def parts_of(request: Request) -> tuple[dict[str, list[str]], str, bytes]:
    """The fields of a form with one file, the file's name and what is in it; empty where no file was chosen.

    Raises ``HTTPException`` 415 for another kind of body and 422 for one that cannot be read.
    """
    declared = request.headers.get("content-type", "")
    if declared.partition(";")[0].strip().lower() != MULTIPART:
        raise HTTPException(
            415, detail=told("Send a form with a file, with Content-Type: {kind}.", kind=MULTIPART)
        )
    boundary = _BOUNDARY.search(declared)
    if boundary is None:
        raise HTTPException(422, detail="The form does not say what stands between its parts.")
    between = b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    pieces = (b"\r\n" + await request.body()).split(between)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--") or len(pieces) > MOST_PARTS:
        raise HTTPException(422, detail="The form was cut off on its way. Send it again.")
    fields: dict[str, list[str]] = {}
    file_name, content = "", b""
    for piece in pieces[1:-1]:
        head, found, value = piece.partition(b"\r\n\r\n")
        if not found:
            raise HTTPException(422, detail="A part of the form has no head.")
        said = {
            key.lower(): text.replace('\\"', '"').replace("%22", '"')
            for key, text in _DISPOSITION.findall(_disposition(head))
        }
        if "filename" in said:
            file_name, content = plain_name(said["filename"]), value
        else:
            fields.setdefault(said.get("name", ""), []).append(value.decode("utf-8", "replace"))
    return fields, file_name, content


def plain_name(name: str) -> str:
    """A file's name without folders and without anything that a file system or a sentence could trip over."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(each if each.isprintable() and each not in '<>:"|?*' else "_" for each in last).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    # File systems count bytes, and a letter has up to four of them.
    return f"{stem[:50]}{dot}{ending[:8]}" if dot else kept[:50]


def _disposition(head: bytes) -> str:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            return value.decode("utf-8", "replace")
    return ""
