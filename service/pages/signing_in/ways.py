"""The way back to where somebody was: only to addresses of this service, with a form that was not lost."""

from __future__ import annotations

import base64
import binascii
import zlib
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import Request

from matchmaker.workspace import Workspace
from service.limits import MAX_BODY_BYTES

HOME = "/"
TO_PROVIDER = "/sign-in/provider"
LONGEST_WAY = 4000


def local_path(wanted: str) -> str:
    """The same address when it is a path of this service, else the overview.

    Browsers read ``//host``, ``/\\host`` and paths with a tab or a line break in them as other hosts.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or len(wanted) > LONGEST_WAY:
        return HOME
    if "\\" in wanted or not wanted.isprintable() or any(character.isspace() for character in wanted):
        return HOME
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    return HOME if parts.scheme or parts.netloc else wanted


def here(request: Request) -> str:
    """The path and the query of a request, to come back to."""
    query = request.scope["query_string"].decode("latin-1")
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    path = raw.partition(b"?")[0].decode("latin-1")
    return local_path(f"{path}?{query}" if query else path)


def provider_link(workspace: Workspace, way: str, kept: str) -> str:
    """The address that begins a sign-in with the provider; ``""`` where none is set up. ``kept`` is the name of a kept form."""
    if not workspace.provider.is_configured:
        return ""
    asked = {"next": way if way != HOME else "", "kept": kept}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{TO_PROVIDER}?{query}" if query else TO_PROVIDER


def packed(form: str) -> str:
    """A sent form as a short text for a hidden field."""
    return base64.urlsafe_b64encode(zlib.compress(form.encode("latin-1"), 9)).decode()


def unpacked(kept: str) -> list[tuple[str, str]]:
    """The fields of a packed form; none for what is not one, or is larger than a body may be."""
    inflating = zlib.decompressobj()
    try:
        form = inflating.decompress(base64.urlsafe_b64decode(kept.encode("latin-1")), MAX_BODY_BYTES)
    except (ValueError, binascii.Error, zlib.error):
        return []
    if not inflating.eof:
        return []
    return parse_qsl(form.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")
