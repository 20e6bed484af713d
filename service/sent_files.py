"""Tables that are sent to be imported: written to the disk as they come, and taken apart there, never held in memory."""

from __future__ import annotations

import mmap
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from matchmaker.telling import told
from service.uploads import MULTIPART, plain_name

MOST_PARTS = 200
LONGEST_FIELD = 20_000
_HEAD_LIMIT = 4096
_BOUNDARY = re.compile(r'(?:^|;)\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_DISPOSITION = re.compile(r'(?:^|;)\s*(name|filename)="((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_FOREIGN = {
    b"%PDF": told("a PDF"),
    b"\x89PNG": told("a picture"),
    b"\xff\xd8\xff": told("a picture"),
    b"GIF8": told("a picture"),
    b"\x7fELF": told("a program"),
    b"MZ": told("a program"),
    b"Rar!": told("an archive"),
    b"7z\xbc\xaf": told("an archive"),
    b"\x1f\x8b": told("an archive"),
    b"<!DO": told("a web page"),
    b"<htm": told("a web page"),
    b"{\\rt": told("a document"),
}
_OLD = b"\xd0\xcf\x11\xe0"
"""An old workbook (XLS), or a new one that is protected by a password: both come in the same wrapping."""


@dataclass(slots=True)
class SentFiles:
    """What a form with files sent."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    files: dict[str, tuple[str, Path]] = field(default_factory=dict)
    """Name of the field to the file's plain name and where it lies."""

    def text(self, name: str) -> str:
        """The first value of a field, ``""`` where it is missing."""
        return self.fields.get(name, [""])[0].strip()


async def files_of(request: Request, folder: Path) -> SentFiles:
    """The files of a form, written into ``folder``, which the caller removes.

    Raises ``HTTPException`` 415 for another kind of body or of file, 422 for one that cannot be read.
    """
    declared = request.headers.get("content-type", "")
    if declared.partition(";")[0].strip().lower() != MULTIPART:
        raise HTTPException(
            415, detail=told("Send a form with files, with Content-Type: {kind}.", kind=MULTIPART)
        )
    boundary = _BOUNDARY.search(declared)
    if boundary is None:
        raise HTTPException(422, detail="The form does not say what stands between its parts.")
    body = folder / "body"
    # A line break in front, so that the first part begins as all others do.
    await write_body(request, body, b"\r\n")
    between = b"\r\n--" + (boundary[1] or boundary[2]).encode("latin-1")
    sent = await run_in_threadpool(_taken_apart, body, between, folder)
    body.unlink()
    return sent


async def write_body(request: Request, path: Path, before: bytes = b"") -> int:
    """Write a body to a file as it comes, after ``before``; returns its bytes. Raises 413 for one that is too large."""
    size = 0
    with path.open("wb") as out:
        out.write(before)
        async for chunk in request.stream():
            size += len(chunk)
            await run_in_threadpool(out.write, chunk)
    return size


def check_kind(path: Path, name: str) -> None:
    """Turn away what is no table by its first bytes; raises ``HTTPException`` 415, and 422 for a locked workbook."""
    with path.open("rb") as file:
        head = file.read(4)
    for magic, what in _FOREIGN.items():
        if head.lower().startswith(magic.lower()):
            raise HTTPException(
                415, detail=told("{name} is {what}, not a table. Send CSV or XLSX.", name=name, what=what)
            )
    if head.startswith(_OLD):
        raise HTTPException(
            422,
            detail=told(
                "{name} is protected by a password, or an old workbook (XLS). Save it as XLSX without one.",
                name=name,
            ),
        )


def _taken_apart(body: Path, between: bytes, folder: Path) -> SentFiles:
    sent = SentFiles()
    with body.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for number, (start, end) in enumerate(_parts(content, between)):
            head_end = content.find(b"\r\n\r\n", start, min(end, start + _HEAD_LIMIT))
            if head_end < 0:
                raise HTTPException(422, detail="A part of the form has no head.")
            said = _told(content[start:head_end])
            name, begin = said.get("name", ""), head_end + 4
            if "filename" not in said:
                if end - begin > LONGEST_FIELD:
                    raise HTTPException(422, detail="A field of the form is too long.")
                sent.fields.setdefault(name, []).append(content[begin:end].decode("utf-8", "replace"))
            else:
                if said["filename"]:
                    plain = plain_name(said["filename"]) or "table.csv"
                    path = folder / str(number) / plain
                    path.parent.mkdir()
                    _copy(content, begin, end, path)
                    check_kind(path, plain)
                    sent.files[name] = (plain, path)
    return sent


def _parts(content: mmap.mmap, between: bytes) -> Iterator[tuple[int, int]]:
    cut = HTTPException(422, detail="The form was cut off on its way. Send it again.")
    at = content.find(between)
    for _ in range(MOST_PARTS):
        if at < 0:
            raise cut
        start = at + len(between)
        if content[start : start + 2] == b"--":
            return
        following = content.find(between, start)
        if following < 0:
            raise cut
        yield start, following
        at = following
    raise cut


def _told(head: bytes) -> dict[str, str]:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-disposition":
            text = value.decode("utf-8", "replace")
            return {
                key.lower(): found.replace('\\"', '"').replace("%22", '"')
                for key, found in _DISPOSITION.findall(text)
            }
    return {}


def _copy(content: mmap.mmap, begin: int, end: int, path: Path) -> None:
    with path.open("wb") as out:
        for at in range(begin, end, 1 << 20):
            out.write(content[at : min(end, at + (1 << 20))])


def remove(folder: Path) -> None:
    """Remove what was being sent."""
    shutil.rmtree(folder, ignore_errors=True)
