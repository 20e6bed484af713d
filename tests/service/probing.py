"""Callers of every kind ask every address with what is another's; an answer that tells what its reader may not see is a leak."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from fastapi import FastAPI

from service.grants import Role
from service.permissions import RULES, Work
from tests.service.probed_town import PEOPLE, Planted, Town
from tests.service.reading_answers import texts_of, words_in

ORIGIN = "http://127.0.0.1:8000"
CALLERS = ("anonymous", "wrong/key", *(f"{name}/{way}" for name in PEOPLE for way in ("key", "session")))
WEIGHTS = (8, 2, 14, 14, 10, 10, 8, 8, 10, 10, 3, 3)
"""How often each asks; facilitators may see nearly everything."""
TEMPLATES = Path(__file__).parents[2] / "service/templates"
FIRMS_OWN = ("own", "drafts", "contacts", "answers", "mutual", "meetings", "held", "suggestions", "notes")
LISTS = ("participants", "wishes", "outcomes", "requests", "apart")
ENDINGS = ("pdf", "xlsx", "csv", "json", "zip", "parquet", "graphml")
PLAIN = (
    "company",
    "DK",
    "DK041",
    "en",
    "da",
    "1",
    "0",
    "true",
    "up",
    "down",
    "name",
    "id",
    "at",
    "",
    "50",
    "firm",
)
NO_WAY_BACK = (
    "/sign-out",
    "/account/sessions",
    "/api/v1/account/sessions",
    "/directory/",
    "/api/v1/directory/",
)
"""What would sign the caller out, or show everybody its profile, and holds nothing by which it could be kept from that."""
HARMLESS = {
    ("POST", "/api/v1/search"),
    ("POST", "/api/v1/team"),
    ("POST", "/api/v1/actors/{actor_id}/drafts"),
    ("POST", "/api/v1/actors/{actor_id}/contacts"),
    ("POST", "/api/v1/saved-searches"),
    ("POST", "/api/v1/alerts/read"),
    ("PUT", "/api/v1/alerts/settings"),
    ("POST", "/my/profile"),
    ("POST", "/my/contact-persons"),
    ("POST", "/alerts"),
}
"""Changes by which nobody comes to see more than before, and nobody is signed out."""


@dataclass(frozen=True)
class Probe:
    """One request."""

    caller: str
    method: str
    path: str
    """As the table of permissions writes it."""
    address: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    named: Mapping[str, str] = field(default_factory=dict)
    """What stands in the address, by the name of its place."""
    own: bool = False
    """Whether the caller may do this with that."""

    @property
    def person(self) -> str:
        """Who asks, however they prove it."""
        return self.caller.partition("/")[0]

    @property
    def operation(self) -> str:
        """The row of the table."""
        return f"{self.method} {self.path}"


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
    """Draws probes with a seed, and judges their answers."""

    def __init__(self, app: FastAPI, town: Town, *, seed: int, found: Found | None = None) -> None:
        self.app, self.town, self.found = app, town, found or Found()
        self._drawn = random.Random(seed)
        self._description = app.openapi()
        self._rows = [each for each in RULES if each[1] != "/static"]
        self._row_weights = [0.1 if RULES[each].work is Work.SIGN_IN else 1.0 for each in self._rows]
        self._kept: dict[str, list[str]] = {"cursor": ["x"], "etag": ['"1"'], "undo": ["x"]}
        """What answers to anybody held, to be sent by everybody."""
        self._words = {
            word: each for each in town.planted for word in (each.first, each.second) if each.first
        }
        self._literals = [each for each in town.planted if not each.first]

    async def probe(self, app: Callable[..., Any] | None = None) -> None:
        """Draw one and send it, through another app than the prober's own where one is given."""
        await self.send(self.draw(), app)

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

    # -- drawing ---------------------------------------------------------------------------------------------------

    def draw(self) -> Probe:
        """The next probe."""
        for _ in range(3):
            (method, path) = self._drawn.choices(self._rows, self._row_weights)[0]
            (caller,) = self._drawn.choices(CALLERS, WEIGHTS)
            # Whom the table turns away at the door is turned away alike each time, so most probes are of those it lets in.
            if _role(caller) in RULES[method, path].roles:
                break
        named = {
            place: self._id(place.removesuffix(":path"), path) for place in re.findall(r"{([^}]+)}", path)
        }
        own = self._may(caller, method, path, named)
        unsafe = method != "GET"
        spoilt = unsafe and own and ((method, path) not in HARMLESS or self._drawn.random() < 0.3)
        if spoilt and path.startswith(NO_WAY_BACK):
            caller, own = "wrong/key", False
        if spoilt:
            # Whoever may do it is kept from doing it, so that what others may see stays as it was planted.
            named = {place: self._spoilt(place, value) for place, value in named.items()}
        address = re.sub(
            r"{([^}]+)}",
            lambda match: quote(named[match[1]], safe=":" if match[1].endswith(":path") else ""),
            path,
        )
        query = self._query(method, path)
        headers, body = self._proof(caller), b""
        if unsafe:
            body, declared = self._body(method, path, spoilt)
            headers += [("origin", ORIGIN), ("content-type", declared)]
            headers += [
                ("if-match", '"stale-0"' if spoilt else self._drawn.choice(["*", *self._kept["etag"][-40:]]))
            ]
            if self._drawn.random() < 0.4:
                headers.append(("idempotency-key", f"probe-{self._drawn.randrange(30)}"))
        elif self._drawn.random() < 0.3:
            headers.append(("if-none-match", self._drawn.choice(self._kept["etag"])))
        headers.append(("accept-language", self._drawn.choice(("en", "da"))))
        if self._drawn.random() < 0.3:
            headers.append(("accept-encoding", "gzip"))
        return Probe(caller, method, path, address + query, tuple(headers), body, named, own)

    def _proof(self, caller: str) -> list[tuple[str, str]]:
        if caller == "anonymous":
            return []
        if caller == "wrong/key":
            return [("authorization", "Bearer key-0a1b2c3d4e5f.wrong")]
        secret = self.town.secrets[caller]
        return [("authorization", secret)] if caller.endswith("/key") else [("cookie", f"session={secret}")]

    def _id(self, place: str, path: str) -> str:
        if place == "draft_id" and path.startswith("/import"):
            place = "import"
        known = list(self.town.ids.get(place, ()))
        if known and self._drawn.random() < 0.92:
            return self._drawn.choice(known)
        match place:
            case "token":
                # Whoever has all of it gets in by design; a part of it opens nothing.
                token = self._drawn.choice([each.second for each in self._literals])
                return self._drawn.choice([token[:-1], token[1:], token.upper(), f"{token[:-1]}x", "x"])
            case "number":
                return str(self._drawn.randrange(60))
            case "ending":
                return self._drawn.choice(ENDINGS)
            case "what":
                return self._drawn.choice(LISTS)
            case _:
                return self._drawn.choice([f"{place}-0", "x", "straw:1", "0", self._first()])

    def _first(self) -> str:
        return self._drawn.choice([each.first for each in self.town.planted if each.first])

    def _spoilt(self, place: str, value: str) -> str:
        return value if place.startswith(("actor_id", "event_id", "what", "ending")) else f"{value[:-1]}~"

    def _may(self, caller: str, method: str, path: str, named: Mapping[str, str]) -> bool:
        """Whether the table and the ids in the address let the caller do it."""
        person, role = caller.partition("/")[0], _role(caller)
        if role not in RULES[method, path].roles:
            return False
        if role is Role.FIRM:
            asked = named.get("actor_id", named.get("actor_id:path", PEOPLE[person][1]))
            if asked != PEOPLE[person][1]:
                return False
        for place in ("draft_id", "contact_id", "key_id", "session_id", "search_id", "event_id", "job_id"):
            whose = self.town.ids.get(place, {}).get(named.get(place, ""))
            if whose is not None and person not in whose and caller not in whose:
                return False
        return True

    def _query(self, method: str, path: str) -> str:
        if self._drawn.random() < 0.35:
            return ""
        names = self._parameters(method, path)
        if not names:
            return ""
        chosen = self._drawn.sample(names, min(len(names), self._drawn.randrange(1, 4)))
        pairs = [(name, self._value(name)) for name in chosen]
        return "?" + urlencode([(name, value) for name, value in pairs if value is not None]) if pairs else ""

    def _parameters(self, method: str, path: str) -> list[str]:
        operation = self._description["paths"].get(path, {}).get(method.lower())
        if operation is not None:
            return [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"] or (
                ["q"] if self._drawn.random() < 0.1 else []
            )
        return self._form_names

    @cached_property
    def _form_names(self) -> list[str]:
        """Names of fields of the pages' forms and parameters."""
        found = {
            name
            for file in TEMPLATES.rglob("*.html")
            for name in re.findall(r'name="(\w+)"', file.read_text())
        }
        return sorted(
            found
            | {"actor", "q", "text", "cursor", "before", "done", "undo", "back", "kind", "show", "format"}
        )

    def _value(self, name: str) -> str:
        drawn = self._drawn.random()
        if name == "cursor" or drawn < 0.05:
            return self._drawn.choice(self._kept["cursor"])
        if name in ("done", "undo", "back") or drawn < 0.1:
            return self._drawn.choice(self._kept["undo"])
        if name in ("q", "text", "idea", "person", "name") or drawn < 0.3:
            # What is another's word, or a part of it; a search of private text would find what belongs to it.
            word = self._first()
            return self._drawn.choice([word, word[2:7], f"straw {word}", word.upper(), "zq"])
        if drawn < 0.6:
            ids = [each for known in self.town.ids.values() for each in known]
            return self._drawn.choice(ids)
        return self._drawn.choice([*PLAIN, str(self._drawn.randrange(100))])

    def _body(self, method: str, path: str, spoilt: bool) -> tuple[bytes, str]:
        operation = self._description["paths"].get(path, {}).get(method.lower())
        if path.endswith("/bulk"):
            return b'{"id": "x:1", "name": "X", "group": "none"}\n', "application/x-ndjson"
        if "/lists/" in path or path == "/api/v1/imports":
            return b"Organisation;Name\nNobody;X\n", "text/csv"
        if operation is not None:
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if content is None:
                return b"", "application/json"
            made = self._made(content["schema"])
            if isinstance(made, dict) and spoilt:
                made |= {"unknown_field": self._harmless()}
            return json.dumps(made).encode(), "application/json"
        names = self._drawn.sample(self._form_names, min(len(self._form_names), self._drawn.randrange(0, 9)))
        pairs = [(name, self._stored(name, spoilt)) for name in names]
        return urlencode(pairs).encode(), "application/x-www-form-urlencoded"

    def _stored(self, name: str, spoilt: bool) -> str:
        """A value that may be kept: never a planted word, and nothing by which a firm says yes or publishes."""
        if name in ("undo", "done", "back") and not spoilt:
            return self._drawn.choice(self._kept["undo"])
        if self._drawn.random() < 0.5:
            ids = [each for place, known in self.town.ids.items() if place != "draft_id" for each in known]
            return self._drawn.choice(ids)
        return self._harmless()

    def _harmless(self) -> str:
        return self._drawn.choice(
            ["straw and fibres", "x", "1", "known", "declined", "en", "offer", "request", "company"]
        )

    def _made(self, schema: Mapping[str, Any], depth: int = 0) -> Any:
        """A value that fits a schema of the description more or less."""
        if "$ref" in schema:
            schema = self._description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf", [])[:1]
        if several:
            return self._made(self._drawn.choice(several), depth + 1)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            # A yes of both opens what was closed, so nobody says one here.
            return self._drawn.choice([each for each in schema["enum"] if each != "interested"])
        return self._of_type(schema, depth)

    def _of_type(self, schema: Mapping[str, Any], depth: int) -> Any:
        match schema.get("type"):
            case "object":
                required = set(schema.get("required", ()))
                return {
                    name: self._made(inner, depth + 1)
                    for name, inner in schema.get("properties", {}).items()
                    if name in required or (depth < 3 and self._drawn.random() < 0.4)
                }
            case "array":
                return [self._made(schema.get("items", {}), depth + 1)] if depth < 5 else []
            case "integer" | "number":
                return max(int(schema.get("minimum", 1)), 1)
            case "boolean":
                return self._drawn.random() < 0.5
            case "null":
                return None
            case _:
                return self._stored("text", spoilt=False)

    # -- judging ---------------------------------------------------------------------------------------------------

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
                self._hold("etag", value.decode("latin-1"))
            if name.lower() == b"location":
                for undo in re.findall(r"(?:done|undo|back)=([\w-]{8,})", value.decode("latin-1")):
                    self._hold("undo", undo)
        if len(answer.body) < 200_000 and answer.body.startswith(b'{"items"'):
            cursor = json.loads(answer.body).get("next")
            if cursor:
                self._hold("cursor", cursor)
        for undo in re.findall(r'name="undo" value="([\w-]+)"', texts[2] if len(texts) > 2 else ""):
            self._hold("undo", undo)

    def _hold(self, kind: str, value: str) -> None:
        kept = self._kept[kind]
        if value not in kept[-60:]:
            kept.append(value)
            del kept[:-200]

    def _twin(self, probe: Probe) -> Probe | None:
        """The same about what is not there, where what it is about is another's; ``None`` where nothing is to be told apart."""
        if probe.own or probe.person in ("facilitator", "anonymous", "wrong"):
            return None
        role = _role(probe.caller)
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


def _role(caller: str) -> Role:
    person = caller.partition("/")[0]
    return Role(PEOPLE[person][0].value) if person in PEOPLE else Role.ANONYMOUS


def _sees(probe: Probe, planted: Planted) -> bool:
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


__all__ = ["CALLERS", "Answered", "Found", "Probe", "Prober", "ask"]
