"""Probes drawn with a seed: who asks which address, with whose ids, words, cursors, ETags and undo names, in which body."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from service.grants import Role
from service.permissions import RULES, Work
from tests.service.probed_town import PEOPLE, Town

ORIGIN = "http://127.0.0.1:8000"
CALLERS = ("anonymous", "wrong/key", *(f"{name}/{way}" for name in PEOPLE for way in ("key", "session")))
WEIGHTS = (8, 2, 14, 14, 10, 10, 8, 8, 10, 10, 3, 3)
"""How often each asks; facilitators may see nearly everything."""
TEMPLATES = Path(__file__).parents[2] / "service/templates"
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


class Drawing:
    """Draws one probe after the other."""

    def __init__(self, description: Mapping[str, Any], town: Town, *, seed: int, only: str = "") -> None:
        """``description`` is the app's own, which says what addresses of the API take; ``only`` is part of method and path."""
        self.town = town
        self._drawn = random.Random(seed)
        self._description = description
        self._rows = [each for each in RULES if each[1] != "/static" and only in " ".join(each)]
        self._row_weights = [0.1 if RULES[each].work is Work.SIGN_IN else 1.0 for each in self._rows]
        self._kept: dict[str, list[str]] = {"cursor": ["x"], "etag": ['"1"'], "undo": ["x"]}
        self._tokens = [each.second for each in town.planted if not each.first]

    def draw(self) -> Probe:
        """The next probe."""
        for _ in range(3):
            (method, path) = self._drawn.choices(self._rows, self._row_weights)[0]
            (caller,) = self._drawn.choices(CALLERS, WEIGHTS)
            # Whom the table turns away at the door is turned away alike each time, so most probes are of those it lets in.
            if role_of(caller) in RULES[method, path].roles:
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
                token = self._drawn.choice(self._tokens)
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
        person, role = caller.partition("/")[0], role_of(caller)
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

    def hold(self, kind: str, value: str) -> None:
        """Keep what an answer held, a cursor, an ``etag`` or the name of an ``undo``, to be sent by everybody."""
        kept = self._kept[kind]
        if value not in kept[-60:]:
            kept.append(value)
            del kept[:-200]


def role_of(caller: str) -> Role:
    """The part that a caller plays."""
    person = caller.partition("/")[0]
    return Role(PEOPLE[person][0].value) if person in PEOPLE else Role.ANONYMOUS
