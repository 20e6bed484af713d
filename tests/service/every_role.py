"""What schemathesis is told besides the description: what one role sends, the others send too, ids that are there, and lines of JSON.

Loaded by schemathesis itself (``SCHEMATHESIS_HOOKS``), as ``tests/service/fuzzing.py`` runs it. Nearly all of the time goes into thinking
up examples, so each is thought up once, sent by everybody, and every answer is judged by the same checks.
"""

from __future__ import annotations

import atexit
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any
from zlib import crc32

import requests
import schemathesis
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
REQUIRED = {
    "id": st.sampled_from(["uni:1", "new:1", "new:2", "", "a\x00b", 7]) | st.text(max_size=20),
    "name": st.text(max_size=60) | VALUES,
    "group": st.sampled_from(["company", "supplier", "public", "none", 3]),
}
OPTIONAL = {
    "description": st.text(max_size=200) | VALUES,
    "tags": st.lists(st.text(max_size=12), max_size=4) | VALUES,
    "website": st.sampled_from(["https://example.org", "javascript:alert(1)", "x"]) | VALUES,
    "country": st.sampled_from(["DK", "dk", "XX", ""]) | VALUES,
}
LINE = (
    st.fixed_dictionaries(REQUIRED, optional=OPTIONAL).map(json.dumps)
    | VALUES.map(json.dumps)
    | st.text(max_size=40)
)
"""A line as another system might send it: an actor, something else in JSON, or no JSON at all."""
schemathesis.openapi.media_type(
    "application/x-ndjson",
    st.lists(LINE, max_size=6).map(lambda lines: "\n".join(lines).encode("utf-8", "replace")),
)

KEYS: dict[str, str] = json.loads(os.environ["MATCHMAKER_FUZZ_KEYS"])
"""The other roles' keys; an empty one is nobody's."""
KNOWN: dict[str, list[str]] = json.loads(os.environ["MATCHMAKER_FUZZ_KNOWN"])
"""Ids that are there, by the name of their place in an address."""
COUNTED: dict[str, dict[str, Counter[str]]] = {role: {} for role in KEYS}
"""How often each role was answered with what, by operation."""
SESSIONS = {role: requests.Session() for role in KEYS}


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext, case: schemathesis.Case[Any], kwargs: dict[str, Any]
) -> None:
    """Put ids and versions that are there in the place of half of those made up; which, the made-up one decides."""
    if case.meta is None or case.meta.generation.mode.is_negative:
        return
    for part in (case.path_parameters, case.headers):
        for place, value in list(part.items()):
            known, drawn = KNOWN.get(place.lower(), ()), crc32(repr(value).encode())
            if known and value not in known and drawn % 2:
                part[place] = known[drawn // 2 % len(known)]


@schemathesis.check
def every_role(
    context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case[Any]
) -> None:
    """Send the case as each of the other roles, and judge what is answered."""
    for role, key in KEYS.items():
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = case.call(session=SESSIONS[role], headers=headers, auth=None if key else _nobody)
        COUNTED[role].setdefault(case.operation.label, Counter())[str(answer.status_code)] += 1
        if answer.status_code in (429, 503) and "retry-after" not in answer.headers:
            raise AssertionError(f"{role}: {answer.status_code} without Retry-After")
        try:
            case.validate_response(answer, headers=headers, excluded_checks=[every_role])
        except BaseException as failure:
            raise AssertionError(f"as {role}: {failure}") from failure


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Takes away the first role's key, which schemathesis sends with every request."""
    request.headers.pop("Authorization", None)
    return request


@schemathesis.serializer("application/x-ndjson")
def lines_of_json(_context: schemathesis.SerializationContext, value: object) -> bytes:
    """Lines as they stand; what breaks the description, as one line of JSON."""
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@atexit.register
def _write() -> None:
    Path(os.environ["MATCHMAKER_FUZZ_COUNTED"]).write_text(json.dumps(COUNTED))
