"""Everything that an answer says, whatever it is written in: unpacked, unescaped, and without line ends that break words."""

from __future__ import annotations

import base64
import binascii
import gzip
import html
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote_plus

import pypdf

from tests.service.probed_town import MARK

WORD = re.compile(rf"{MARK}[a-z]{{8}}{MARK}")
_BASE64 = re.compile(r"[A-Za-z0-9_-]{24,}")


def words_in(texts: Iterator[str]) -> frozenset[str]:
    """The planted words in any of these texts."""
    return frozenset(word for text in texts for word in WORD.findall(text))


def texts_of(headers: list[tuple[bytes, bytes]], body: bytes) -> Iterator[str]:
    """The headers, then the body in each way in which it can be read."""
    told = {name.lower(): value for name, value in headers}
    yield from _readings(
        "\n".join(f"{name.decode('latin-1')}: {value.decode('latin-1')}" for name, value in headers)
    )
    if told.get(b"content-encoding") == b"gzip":
        body = gzip.decompress(body)
    yield from _unpacked(body)


def _unpacked(body: bytes) -> Iterator[str]:
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            for each in packed.namelist():
                yield each.casefold()
                yield from _unpacked(packed.read(each))
    elif body.startswith(b"%PDF"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for page in pypdf.PdfReader(io.BytesIO(body)).pages:
                yield from _readings(page.extract_text())
    else:
        yield from _readings(body.decode("utf-8", errors="replace"))


def _readings(text: str) -> Iterator[str]:
    """As it is, and where that differs unescaped, unfolded, and what is packed in cursors."""
    folded = text.casefold()
    yield folded
    if "&#" in folded or "&amp" in folded:
        yield html.unescape(folded)
    if "%" in folded:
        yield unquote_plus(folded)
    if "\\u" in folded:
        yield _plain(text)
    # Lines of calendars are folded, and words of a narrow column are broken.
    yield re.sub(r"[\s\u00ad-]+", "", folded)
    for each in _BASE64.findall(text):
        try:
            yield base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)).decode("utf-8").casefold()
        except (binascii.Error, ValueError):
            continue


def _plain(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False).casefold()
    except ValueError:
        return ""
