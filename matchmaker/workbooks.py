"""A workbook as a file without the machine's clock: the same rows give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook

A_DAY = (1980, 1, 1, 0, 0, 0)
"""On every file in an archive, the first that the format knows: the same content is the same archive whenever it is made."""
_PROPERTIES = "docProps/core.xml"


def packed(book: Workbook, made: datetime | None = None) -> bytes:
    """The workbook as a file; ``made`` is the only time in it, and where there is none, no time is."""
    out = BytesIO()
    with ZipFile(out, "w") as whole:
        for part, content in parts(book, made):
            whole.writestr(part, content, ZIP_DEFLATED)
    return out.getvalue()


def parts(book: Workbook, made: datetime | None = None) -> Iterator[tuple[ZipInfo, bytes]]:
    """The files in a workbook with what is in them, dated as ``packed`` says."""
    moment = None if made is None else made.astimezone(UTC)
    stamp = A_DAY if moment is None else (max(moment.year, A_DAY[0]), *moment.timetuple()[1:6])
    raw = BytesIO()
    # The library writes the time of the machine and its own name.
    book.save(raw)
    with ZipFile(raw) as whole:
        for name in whole.namelist():
            yield ZipInfo(name, stamp), _properties(moment) if name == _PROPERTIES else whole.read(name)


def _properties(moment: datetime | None) -> bytes:
    told = "" if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    times = (
        f'<dcterms:{each} xsi:type="dcterms:W3CDTF">{told}</dcterms:{each}>'
        for each in ("created", "modified")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator>Matchmaker</dc:creator>'
        f"{''.join(times) if told else ''}</cp:coreProperties>"
    ).encode()
