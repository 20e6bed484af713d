"""Clients that generators make of the description, used for real against a running service."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from openapi_spec_validator import OpenAPIV31SpecValidator

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.app import create_app
from tests.service.tiny_cluster import ACTORS

NODE = Path(__file__).parents[1] / "node"


@dataclass(frozen=True)
class Served:
    """A running service."""

    address: str
    key: str
    description: dict[str, Any]


@pytest.fixture(scope="module")
def served(built_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("clients") / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as workspace, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        _, key = workspace.users.create_key(name="client", role=UserRole.FACILITATOR, who="tests")
        app = create_app(workspace)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", key, app.openapi())
        server.should_exit = True
        thread.join(timeout=20)


def operations(description: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for methods in description["paths"].values() for each in methods.values()]


def test_the_description_is_valid_openapi_3_1(served: Served) -> None:
    assert list(OpenAPIV31SpecValidator(served.description).iter_errors()) == []


def test_no_schema_has_a_name_that_two_share(served: Served) -> None:
    names = list(served.description["components"]["schemas"])
    assert [each for each in names if "__" in each] == []
    assert len({each.casefold() for each in names}) == len(names)


def test_every_choice_between_schemas_has_names_or_a_field_that_tells_them_apart(served: Served) -> None:
    """A generator would call what has no name ``Inline1``."""

    def unnamed(part: object, where: str = "") -> Iterator[str]:
        if isinstance(part, dict):
            for word in ("anyOf", "oneOf"):
                choices = [each for each in part.get(word, ()) if each.get("type") != "null"]
                objects = [each for each in choices if each.get("type") == "object"]
                if len(choices) > 1 and objects:
                    yield where
                if len([each for each in choices if "$ref" in each]) > 1 and "discriminator" not in part:
                    yield where
            for name, value in part.items():
                yield from unnamed(value, f"{where}/{name}")
        elif isinstance(part, list):
            for value in part:
                yield from unnamed(value, where)

    assert list(unnamed(served.description)) == []


# Python


@pytest.fixture(scope="module")
def generated(served: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a package that openapi-python-client made; it can be imported for as long as this is used."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(served.description))
    (folder / "config.yaml").write_text("post_hooks: []\n")
    made = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json", "--meta", "none",
         "--config", "config.yaml", "--output-path", "matchmaker_client"],
        cwd=folder, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    warned = re.findall(r"WARNING parsing ((?:GET|POST|PUT|PATCH|DELETE) \S+)", made.stdout + made.stderr)
    files = {
        f"{method.upper()} {path}"
        for path, methods in served.description["paths"].items()
        for method, each in methods.items()
        if _is_upload(each) or _is_download(each)
    }
    assert set(warned) <= files, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield "matchmaker_client"
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "matchmaker_client"]:
        del sys.modules[name]


def _is_upload(operation: dict[str, Any]) -> bool:
    content = operation.get("requestBody", {}).get("content", {})
    return bool(content) and not set(content) & {"application/json", "application/octet-stream"}


def _is_download(operation: dict[str, Any]) -> bool:
    content = operation["responses"].get("200", {}).get("content", {})
    return bool(content) and "application/json" not in content


def call(package: str, name: str) -> Any:
    return importlib.import_module(f"{package}.api.{name}")


def test_every_operation_but_uploads_has_a_function(served: Served, generated: str) -> None:
    for each in operations(served.description):
        if not _is_upload(each):
            name = re.sub(r"(?<!^)(?=[A-Z])", "_", each["operationId"]).lower()
            tag = each["tags"][0]
            assert callable(call(generated, f"{tag}.{name}").sync_detailed)


def test_a_python_client_lists_pages_asks_and_reads_errors(served: Served, generated: str) -> None:
    package = importlib.import_module(generated)
    models = importlib.import_module(f"{generated}.models")
    with package.AuthenticatedClient(served.address, served.key) as client:
        found, cursor = [], ""
        while True:
            page = call(generated, "actors.list_actors").sync(client=client, limit=5, cursor=cursor)
            assert isinstance(page, models.ActorPage)
            found += [each.id for each in page.items]
            if page.next_ is None:
                break
            cursor = page.next_
        assert sorted(found) == sorted(actor[0] for actor in ACTORS)
        suggestions = call(generated, "actors.list_suggestions").sync("uni:1", client=client, top=3)
        assert 1 <= len(suggestions.items) <= 3
        assert suggestions.items[0].score == pytest.approx(
            sum(reason.points for reason in suggestions.items[0].reasons)
        )
        question = models.SearchQuestion(text="wheat straw", top=2)
        hits = call(generated, "search.search_actors").sync(client=client, body=question)
        assert hits.items[0].actor.group in set(models.ActorGroup)
        said = models.AnswerBody(answer=models.AnswerKind.PINNED)
        given = call(generated, "answers.give_answer").sync("uni:1", "fibre:1", client=client, body=said)
        assert given.side is models.Side.FACILITATOR
        proposals = call(generated, "proposals.list_proposals").sync(
            client=client, sort=models.ProposalSort.EXPOSURE, marked=models.Marked.PINNED
        )
        assert ("uni:1", "fibre:1") in {(each.seeker.id, each.partner.id) for each in proposals.items}
        missing = call(generated, "actors.get_actor").sync_detailed("nobody", client=client)
        assert missing.status_code == 404
        assert isinstance(missing.parsed, models.Problem)
        assert missing.parsed.type_ == "urn:matchmaker:problem:actor-not-found"
    with package.Client(served.address) as nobody:
        refused = call(generated, "actors.list_actors").sync_detailed(client=nobody)
        assert refused.status_code == 401
        assert isinstance(refused.parsed, models.Problem)


# TypeScript


def test_a_typescript_client_compiles_and_does_the_same(served: Served, tmp_path: Path) -> None:
    if shutil.which("node") is None or not (NODE / "node_modules").is_dir():
        pytest.skip("needs Node, and what `npm ci --prefix tests/node` installs")
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    (tmp_path / "openapi.json").write_text(json.dumps(served.description))
    (tmp_path / "package.json").write_text('{"type": "module"}')
    for name in ("client.ts", "tsconfig.json"):
        shutil.copy(NODE / name, tmp_path / name)
    tools = tmp_path / "node_modules"

    def run(*words: str) -> str:
        done = subprocess.run(
            ["node", *words], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    run(str(tools / "openapi-typescript/bin/cli.js"), "openapi.json", "--output", "matchmaker.d.ts")
    run(str(tools / "typescript/bin/tsc"), "--project", ".")
    told = json.loads(run("client.js", served.address, served.key))
    assert sorted(told["actors"]) == sorted(actor[0] for actor in ACTORS)
    assert 1 <= len(told["suggestions"]) <= 3
    assert told["hits"]
    assert told["said"] is True
    assert told["problem"][:2] == [404, "urn:matchmaker:problem:actor-not-found"]
    assert told["problem"][2]
    assert told["left"].startswith('"search";r=')
