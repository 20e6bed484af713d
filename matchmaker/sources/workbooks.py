"""XLSX files into rows: a limited child process does the reading, so that a hostile workbook hurts nobody."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from matchmaker.errors import SourceError
from matchmaker.sources.rows import Row, TableRows
from matchmaker.telling import told

FILE_LIMIT = 50 * 1024 * 1024
"""Largest workbook in bytes."""
WALL_SECONDS = 30.0
"""How long the child may take by the clock; by the processor it is limited to less."""
LINE_LIMIT = 64 * 1024 * 1024

_CHILD = Path(__file__).with_name("sheet_rows.py")

_TIME_IS_UP = (-24, -9)
"""SIGXCPU, and SIGKILL, which follows it; a Rust program out of memory aborts (SIGABRT)."""


def open_workbook(path: Path) -> TableRows:
    """Read the first visible sheet of an XLSX file; raises ``SourceError`` for one that may not or cannot be read."""
    size = path.stat().st_size
    if size > FILE_LIMIT:
        raise SourceError(
            told(
                "{file} has {size:,} bytes; a workbook may have {most:,}. Save the table as CSV.",
                file=path.name,
                size=size,
                most=FILE_LIMIT,
            ),
            file=path,
        )
    rows = _lines(_read_in_child(path), path)
    about = next(rows)
    if not isinstance(about, dict) or "sheet" not in about:
        raise _refusal(path, about)
    return TableRows(path.name, "", "xlsx", str(about["sheet"]), tuple(about["others"]), _rows(rows, path))


def _read_in_child(path: Path) -> IO[bytes]:
    """Let the child write its lines to a file without a name, check that it came to the end, and rewind.

    A file and not a pipe: the child is then limited in what it can write, and its clock does not wait for us.
    """
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(tempfile.TemporaryFile())
        code = _run_child(path, output)
        if code != 0:
            problem = "time" if code in _TIME_IS_UP else "memory" if code < 0 else "damaged"
            raise _refusal(path, {"problem": problem})
        output.seek(0)
        stack.pop_all()
    return output


def _run_child(path: Path, output: IO[bytes]) -> int:
    """Exit status of the child: below 0 it is the signal that ended it."""
    # -P keeps the script's folder out of the import path: nothing of ours may shadow the standard library.
    command = [sys.executable, "-P", str(_CHILD), str(path.absolute())]
    try:
        finished = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _TIME_IS_UP[0]
    return finished.returncode


def _lines(output: IO[bytes], path: Path) -> Iterator[object]:
    with output:
        while line := output.readline(LINE_LIMIT):
            if not line.endswith(b"\n"):
                raise _refusal(path, {"problem": "memory"})
            yield json.loads(line)
    raise _refusal(path, {"problem": "damaged"})


def _rows(lines: Iterator[object], path: Path) -> Iterator[Row]:
    for line in lines:
        if isinstance(line, list):
            number, *cells = line
            yield Row(number, tuple(cells))
        elif isinstance(line, dict) and "end" in line:
            return
        else:
            raise _refusal(path, line)


def _refusal(path: Path, line: object) -> SourceError:
    facts = line if isinstance(line, dict) else {}
    problem = str(facts.get("problem"))
    said = _said(path.name, str(facts.get("detail", "")))
    wrong = problem in ("macros", "kind")
    return SourceError(said.get(problem, said["damaged"]), file=path, wrong_type=wrong)


def _said(file: str, detail: str) -> dict[str, str]:
    """What is wrong with a workbook, by the name of the problem."""
    what = _details().get(detail, detail) or told("too large")
    if detail.endswith(" files inside"):
        what = told("{number} files inside", number=detail.split()[0])
    return {
        "macros": told("{file} holds macros. Save it as a workbook without macros (XLSX).", file=file),
        "encrypted": told(
            "{file} is protected by a password. Remove the password and save it again.", file=file
        ),
        "kind": told(
            "{file} is not an XLSX workbook: it is {what}. Save it as XLSX or CSV.", file=file, what=what
        ),
        "entries": told(
            "{file} is not accepted: {what}. Copy the table into a new workbook.", file=file, what=what
        ),
        "unpacked": told(
            "{file} unpacks to far more than a table needs ({what}). Copy the table into a new workbook.",
            file=file,
            what=what,
        ),
        "declaration": told(
            "{file} declares XML entities ({what}), which no spreadsheet writes. Copy the table into a new workbook.",
            file=file,
            what=what,
        ),
        "empty": told("{file} has no visible sheet. Put the table on the first sheet.", file=file),
        "memory": told(
            "{file} needs more memory than a table may take. Copy the table into a new workbook or save it as CSV.",
            file=file,
        ),
        "damaged": told(
            "{file} cannot be read as a workbook: it is cut or damaged. Open it in a spreadsheet and save it again.",
            file=file,
        ),
        "time": told(
            "{file} takes too long to read. Copy the table into a new workbook or save it as CSV.", file=file
        ),
    }


def _details() -> dict[str, str]:
    """What the child says, which knows nothing of this package, as sentences that can be told."""
    return {
        each: each
        for each in (
            told("a binary workbook (XLSB)"),
            told("an OpenDocument file"),
            told("a document or a presentation"),
            told("a zip archive"),
        )
    }
