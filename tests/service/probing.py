"""Callers of every kind ask every address with what is another's; an answer that tells what its reader may not see is a leak."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, unquote

from fastapi import FastAPI

from service.grants import Role
from service.permissions import RULES
from tests.service.drawn_probes import Drawing, Probe, role_of
from tests.service.probed_town import Planted, Town
from tests.service.reading_answers import texts_of, words_in

FIRMS_OWN = ("own", "drafts", "contacts", "answers", "mutual", "meetings", "held", "suggestions", "notes")
"""What follows an actor's address in the API and is its own."""


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


@dataclass
class Found:
    """What came of many probes."""

    probes: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    """Probes that were answered with a 2xx, by operation."""
    leaks: dict[str, list[str]] = field(default_factory=dict)
    """By operation: who was told what."""
    trespasses: dict[str, list[str]] = field(default_factory=dict)
    """Changes that were carried out for somebody who may not make them."""
    told_apart: dict[str, list[str]] = field(default_factory=dict)
    """Where what is another's is answered otherwise than what is not there."""
    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    """Planted words that were told to somebody who may see them."""

    def note(self, kind: str, probe: Probe, what: str) -> None:
        """Keep a finding."""
        getattr(self, kind).setdefault(probe.operation, []).append(
            f"{probe.caller} {probe.method} {probe.address[:200]} {probe.body[:200]!r}: {what}"
        )


async def ask(app: Callable[..., Any], probe: Probe) -> Answered:
    """Send a probe through the whole app, guards and middleware included, as a server would hand it over."""
    path, _, query = probe.address.partition("?")
    headers = [(b"host", b"127.0.0.1:8000"), (b"content-length", str(len(probe.body)).encode())]
    headers += [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace")) for name, value in probe.headers
    ]
    sent, status, told, chunks = False, 0, [], []

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": probe.body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        nonlocal status, told
        if message["type"] == "http.response.start":
            status, told = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            chunks.append(message.get("body", b""))

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": probe.method, "scheme": "http",
        "path": unquote(path), "raw_path": path.encode("ascii"), "query_string": query.encode("ascii"),
        "root_path": "", "headers": headers, "client": ("127.0.0.1", 50000), "server": ("127.0.0.1", 8000), "state": {},
    }  # fmt: skip
    await app(scope, receive, send)
    return Answered(status, told, b"".join(chunks))


class Prober:
    """Sends what is drawn, and judges the answers."""

    def __init__(
        self, app: FastAPI, town: Town, *, seed: int, found: Found | None = None, only: str = ""
    ) -> None:
        self.app, self.town, self.found = app, town, found or Found()
        self.drawing = Drawing(app.openapi(), town, seed=seed, only=only)
        self._words = {
            word: each for each in town.planted for word in (each.first, each.second) if each.first
        }
        self._literals = [each for each in town.planted if not each.first]

    async def probe(self, app: Callable[..., Any] | None = None) -> None:
        """Draw one and send it, through another app than the prober's own where one is given."""
        await self.send(self.drawing.draw(), app)

    async def send(self, probe: Probe, app: Callable[..., Any] | None = None) -> None:
        """Send one, and where it is about what is another's, the same about what is not there."""
        answer = await ask(app or self.app, probe)
        self.judge(probe, answer)
        twin = self._twin(probe)
        if twin is not None:
            other = await ask(app or self.app, twin)
            self.judge(twin, other)
            if _told(probe, answer) != _told(twin, other):
                self.found.note(
                    "told_apart",
                    probe,
                    f"{_told(probe, answer)}, but {_told(twin, other)} for {twin.address[:120]}",
                )

    def judge(self, probe: Probe, answer: Answered) -> None:
        """Look for what the caller may not see, and whether something was done that they may not do."""
        found = self.found
        found.probes += 1
        found.statuses[answer.status] += 1
        found.asked[probe.operation] += 1
        done = 200 <= answer.status < 300
        found.answered[probe.operation] += done
        if answer.status >= 500 and answer.status != 503:
            found.note("faults", probe, str(answer.status))
        texts = list(texts_of(answer.headers, answer.body))
        sent = f"{probe.address} {probe.body.decode('utf-8', 'replace')}".casefold()
        for word in words_in(iter(texts)):
            planted = self._words.get(word)
            if planted is None or word in sent:
                continue
            if _sees(probe, planted):
                found.seen.add(word)
            else:
                found.note("leaks", probe, f"{answer.status} told the {planted.what}")
        for literal in self._literals:
            if (
                literal.second not in sent
                and any(literal.second in text for text in texts[:2])
                and not _sees(probe, literal)
            ):
                found.note("leaks", probe, f"{answer.status} told the {literal.what}")
        if probe.method != "GET" and done and not probe.own and not self._reads_only(probe):
            found.note("trespasses", probe, str(answer.status))
        self._keep(answer, texts)

    def _reads_only(self, probe: Probe) -> bool:
        # Whoever is nobody may try to get in, which is answered alike whether it can work or not.
        return Role.ANONYMOUS in RULES[probe.method, probe.path].roles

    def _keep(self, answer: Answered, texts: Sequence[str]) -> None:
        """What this answer holds is sent by others later."""
        for name, value in answer.headers:
            if name.lower() == b"etag":
                self.drawing.hold("etag", value.decode("latin-1"))
            if name.lower() == b"location":
                for undo in re.findall(r"(?:done|undo|back)=([\w-]{8,})", value.decode("latin-1")):
                    self.drawing.hold("undo", undo)
        if len(answer.body) < 200_000 and answer.body.startswith(b'{"items"'):
            cursor = json.loads(answer.body).get("next")
            if cursor:
                self.drawing.hold("cursor", cursor)
        for undo in re.findall(r'name="undo" value="([\w-]+)"', texts[2] if len(texts) > 2 else ""):
            self.drawing.hold("undo", undo)

    def _twin(self, probe: Probe) -> Probe | None:
        """The same about what is not there, where what it is about is another's; ``None`` where nothing is to be told apart."""
        if probe.own or probe.person in ("facilitator", "anonymous", "wrong"):
            return None
        role = role_of(probe.caller)
        if role not in RULES[probe.method, probe.path].roles:
            return None
        for place, value in probe.named.items():
            whose = self.town.ids.get(place, {}).get(value)
            if whose is None or probe.person in whose or probe.caller in whose:
                continue
            if place == "actor_id" and not (role is Role.FIRM and self._is_firms_own(probe)):
                continue
            if place not in (
                "actor_id",
                "draft_id",
                "contact_id",
                "search_id",
                "key_id",
                "session_id",
                "job_id",
                "event_id",
            ):
                continue
            if value in probe.address.partition("?")[2] or value.encode() in probe.body:
                # What was asked for is told back as it was written.
                continue
            other = f"{value[:-1]}~"
            return replace(
                probe,
                address=probe.address.replace(quote(value, safe=""), quote(other, safe=""), 1),
                named={**probe.named, place: other},
            )
        return None

    def _is_firms_own(self, probe: Probe) -> bool:
        below = probe.path.removeprefix("/api/v1/actors/{actor_id}").strip("/").partition("/")[0]
        mutual = below == "contacts" and {
            probe.person,
            *self.town.ids["actor_id"].get(probe.named["actor_id"], ()),
        } >= {"a", "b"}
        return probe.path.startswith("/api/v1/actors/{actor_id}/") and below in FIRMS_OWN and not mutual


def _sees(probe: Probe, planted: Planted) -> bool:
    if role_of(probe.caller) is Role.ANONYMOUS:
        # A key that is none makes nobody of whoever sends it.
        return "anonymous" in planted.seen_by
    return probe.person in planted.seen_by or probe.caller in planted.seen_by


def _told(probe: Probe, answer: Answered) -> tuple[int, str]:
    """The answer without what names the request and what it was about."""
    zipped = (b"content-encoding", b"gzip") in answer.headers
    text = (gzip.decompress(answer.body) if zipped else answer.body).decode("utf-8", "replace")
    for value in sorted((each for each in probe.named.values() if len(each) > 3), key=len, reverse=True):
        text = (
            text.replace(value, "·").replace(quote(value, safe=""), "·").replace(quote(value, safe=":"), "·")
        )
    return answer.status, re.sub(r"\b[0-9a-f]{16}\b", "", text)
