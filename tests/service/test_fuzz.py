"""Whatever is sent, the answer is an answer: no address, parameter or body brings out a 5xx."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from urllib.parse import quote, urlencode

from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.fuzzing import ROLES, fuzz, served

MODEST = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

COLLECTIONS = (
    "/api/v1/actors",
    "/api/v1/actors/uni:1",
    "/api/v1/actors/uni:1/suggestions",
    "/api/v1/proposals",
    "/api/v1/balance",
    "/api/v1/sub-clusters",
    "/api/v1/spin-offs",
    "/api/v1/map",
    "/api/v1/status",
    "/readyz",
    "/api/v1/jobs",
    "/api/v1/builds",
    "/api/v1/audit",
)
NAMES = (
    "group",
    "country",
    "region",
    "sub_cluster",
    "member",
    "q",
    "limit",
    "cursor",
    "top",
    "new",
    "across",
    "afield",
    "balance",
    "actor",
    "kind",
    "state",
    "subject",
    "who",
    "action",
    "since",
    "until",
    "x",
)
ODD = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "1e3",
        "NaN",
        "0.3",
        "uni:1",
        "true",
        "company",
        "c++",
        '"',
        "(",
        "\x00",
        "DK04",
        str(2**70),
    ]
)
anything = st.text(st.characters(codec="utf-8"), max_size=30) | ODD
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@MODEST
@given(
    path=st.sampled_from(COLLECTIONS), query=st.lists(st.tuples(st.sampled_from(NAMES), anything), max_size=4)
)
def test_no_query_brings_out_a_fault(client: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    answer = client.get(f"{path}?{urlencode(query)}")
    assert answer.status_code in (200, 404, 422), answer.text


@MODEST
@given(raw=st.binary(max_size=40), path=st.sampled_from(COLLECTIONS))
def test_no_bytes_in_a_query_bring_out_a_fault(client: TestClient, raw: bytes, path: str) -> None:
    answer = client.get(f"{path}?q={quote(raw)}&cursor={quote(raw)}")
    assert answer.status_code in (200, 404, 422), answer.text


@MODEST
@given(name=anything, below=st.sampled_from(["", "/suggestions"]))
def test_no_id_brings_out_a_fault(client: TestClient, name: str, below: str) -> None:
    for kind in ("actors", "sub-clusters"):
        answer = client.get(f"/api/v1/{kind}/{quote(name, safe='')}{below}")
        assert answer.status_code in (200, 404, 422), answer.text


@MODEST
@given(
    body=st.dictionaries(st.sampled_from(["text", "top", "groups", "region", "x"]), json_values, max_size=5)
    | json_values
)
def test_no_body_brings_out_a_fault(client: TestClient, body: object) -> None:
    answer = client.post(
        "/api/v1/search", content=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    assert answer.status_code in (200, 422), answer.text


TEAM_FIELDS = ["idea", "least", "most", "groups", "regions", "include", "exclude", "x"]
WISHES = st.fixed_dictionaries(
    {"idea": st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60)},
    optional={
        "least": st.integers(-1, 60),
        "most": st.integers(-1, 60),
        "groups": st.dictionaries(
            st.sampled_from(["company", "public_body", "x"]), st.integers(-1, 9), max_size=2
        ),
        "regions": st.lists(anything, max_size=2),
        "include": st.lists(st.sampled_from(["uni:1", "fibre:1", "nobody"]), max_size=3),
        "exclude": st.lists(st.sampled_from(["uni:1", "gas:1", ""]), max_size=3),
    },
)


@MODEST
@given(body=WISHES | st.dictionaries(st.sampled_from(TEAM_FIELDS), json_values, max_size=5) | json_values)
def test_no_wish_for_a_team_brings_out_a_fault(client: TestClient, body: object) -> None:
    answer = client.post(
        "/api/v1/team", content=json.dumps(body).encode(), headers={"content-type": "application/json"}
    )
    assert answer.status_code in (200, 422), answer.text


PAGES = (
    "/proposals",
    "/team",
    "/actors/uni:1",
    "/proposals/download",
    "/builds",
    "/history",
    "/history/download",
)
PAGE_NAMES = (
    "balance",
    "top",
    "new",
    "text",
    "group",
    "other_group",
    "region",
    "view",
    "sort",
    "direction",
    "number",
    "idea",
    "least",
    "most",
    "company",
    "regions",
    "include",
    "exclude",
    "afield",
    "format",
    "subject",
    "kind",
    "who",
    "action",
    "since",
    "until",
    "before",
    "done",
    "wrong",
    "back",
)


@MODEST
@given(
    path=st.sampled_from(PAGES),
    query=st.lists(st.tuples(st.sampled_from(PAGE_NAMES), anything), max_size=4),
)
def test_no_query_of_a_page_brings_out_a_fault(
    client: TestClient, path: str, query: list[tuple[str, str]]
) -> None:
    answer = client.get(f"{path}?{urlencode(query)}")
    assert answer.status_code in (200, 422), answer.text


@MODEST
@given(text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=60))
def test_every_text_that_can_be_written_can_be_searched(client: TestClient, text: str) -> None:
    assert client.post("/api/v1/search", json={"text": text}).status_code == 200


CASES = 3
"""Examples of each operation and role; ``python -m benchmarks.fuzz`` sends thousands."""


def test_no_role_finds_a_fault_with_any_check_of_schemathesis(built_folder: Path, tmp_path: Path) -> None:
    """Statuses, types, headers, schemas, methods, keys: what is answered is what the description says."""
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with served(folder, tmp_path) as service:
        found = fuzz(service, examples=CASES, folder=tmp_path)
    assert found.failures == (), found.output
    assert set(found.operations) == set(ROLES)
    for role in ROLES:
        statuses = found.statuses(role)
        assert statuses.total() > 100, found.output
        assert statuses["401" if role == "anonymous" else "200"]
        assert not [each for each in statuses if each >= "500" and each != "503"]
