"""The service as a process: it says when it is ready, holds a crowd, stops when told, and opens to nobody else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from matchmaker.errors import SettingsError
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.serve import listening, serve

PROGRAM = """
import sys
from pathlib import Path
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.serve import serve
with Workspace.open(Path(sys.argv[1])) as workspace:
    serve(workspace, host=sys.argv[3], port=int(sys.argv[2]), request_seconds=2)
print("stopped")
"""


class Served:
    """A running service and what it said."""

    def __init__(self, folder: Path, port: int, host: str = "127.0.0.1") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder), str(port), host],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.port = port
        self.line = self.process.stdout.readline().strip() if self.process.stdout else ""

    def ask(self, method: str, address: str, body: object = None) -> tuple[int, bytes, dict[str, str]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            connection.request(method, address, sent, {"content-type": "application/json"} if sent else {})
            answer = connection.getresponse()
            return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()

    def stop(self, how: signal.Signals) -> tuple[int, str, str]:
        self.process.send_signal(how)
        said, complained = self.process.communicate(timeout=20)
        return self.process.returncode, said, complained


@pytest.fixture(scope="module")
def served(built_folder: Path) -> Iterator[Served]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Served(built_folder, port)
    yield running
    if running.process.poll() is None:
        running.stop(signal.SIGTERM)


def test_it_says_where_to_click_and_answers_there_at_once(served: Served) -> None:
    assert served.line == f"Matchmaker is ready: http://127.0.0.1:{served.port}"
    started = time.monotonic()
    status, body, _ = served.ask("POST", "/api/v1/search", {"text": "wheat straw"})
    assert status == 200
    assert json.loads(body)["items"]
    assert time.monotonic() - started < 10


def test_two_dozen_clients_at_once_are_all_answered(served: Served) -> None:
    questions: list[tuple[str, str, object]] = [
        ("GET", "/api/v1/actors?limit=3", None),
        ("GET", "/api/v1/actors/uni:1", None),
        ("GET", "/api/v1/actors/uni:1/suggestions", None),
        ("POST", "/api/v1/search", {"text": "textile fibres"}),
        ("GET", "/api/v1/status", None),
        ("GET", "/api/v1/map", None),
        ("GET", "/readyz", None),
        ("GET", "/", None),
        ("GET", "/actors/uni:1", None),
    ]

    def client(number: int) -> list[tuple[int, bool]]:
        answers = []
        for turn in range(9):
            status, _, headers = served.ask(*questions[(number + turn) % len(questions)])
            answers.append((status, "retry-after" in headers))
        return answers

    with ThreadPoolExecutor(24) as crowd:
        outcomes = Counter(outcome for answers in crowd.map(client, range(24)) for outcome in answers)
    assert set(outcomes) <= {(200, False), (503, True)}, outcomes
    assert outcomes[200, False] >= 0.9 * outcomes.total()


@pytest.mark.skipif(not Path("/proc/self/maps").is_file(), reason="memory is read from /proc")
def test_whichever_threads_answered_no_thread_has_a_heap_of_its_own(served: Served) -> None:
    with ThreadPoolExecutor(24) as pool:
        assert 200 in {each[0] for each in pool.map(lambda _: served.ask("GET", "/actors"), range(48))}
    maps = Path(f"/proc/{served.process.pid}/maps").read_text("ascii").splitlines()
    begin = [int(line.partition("-")[0], 16) for line in maps if " rw-p 00000000 00:00 0" in line]
    # Those of glibc begin at whole numbers of 64 MiB, but for the process's own; each may have gone on in a second piece. Untold, it makes sixteen.
    assert len(begin) > 10
    assert len([each for each in begin if each % (64 * 1024 * 1024) == 0]) <= 4


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01 this is no HTTP\r\n\r\n", b"GET /?q=" + b"x" * 4_000_000 + b" HTTP/1.1\r\n\r\n"]
)
def test_what_is_no_request_is_told_so_as_every_other_fault(served: Served, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
        with suppress(BrokenPipeError):
            client.sendall(sent)
        answer = b"".join(iter(lambda: client.recv(65_536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert b"application/problem+json" in head
    assert b"content-security-policy" in head.lower()
    assert "32,768 bytes" in json.loads(body)["detail"]


def test_half_open_connections_keep_nobody_out_and_are_cut_off(served: Served) -> None:
    slow = [socket.create_connection(("127.0.0.1", served.port), timeout=10) for _ in range(60)]
    try:
        for each in slow:
            each.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert served.ask("GET", "/api/v1/actors")[0] == 200
        assert slow[0].recv(1) == b""
        assert slow[-1].recv(1) == b""
    finally:
        for each in slow:
            each.close()


def test_overload_is_refused_with_the_time_to_come_back_and_health_goes_on(served: Served) -> None:
    body = b'{"text": "wheat straw for textile fibres"}'
    head = (
        "POST /api/v1/search HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    crowd = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(150)]
    try:
        for each in crowd:
            each.sendall(head.encode() + body)
        assert served.ask("GET", "/healthz")[0] == 200
        answers = [b"".join(iter(lambda each=each: each.recv(65536), b"")) for each in crowd]  # type: ignore[misc]
    finally:
        for each in crowd:
            each.close()
    statuses = Counter(answer[9:12] for answer in answers)
    assert set(statuses) == {b"200", b"503"}
    for answer in answers:
        if answer[9:12] == b"503":
            assert b"retry-after: " in answer.lower()
            assert b"application/problem+json" in answer


def test_it_keeps_slashes_in_ids_apart_from_its_own(served: Served) -> None:
    status, body, _ = served.ask("GET", "/api/v1/actors/a%2Fb%20%252F%20c%3F%23")
    assert status == 200
    assert json.loads(body)["id"] == "a/b %2F c?#"


def test_head_brings_no_body(served: Served) -> None:
    status, body, headers = served.ask("HEAD", "/api/v1/actors")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 0


def test_a_taken_port_is_a_clear_error(served: Served, workspace: Workspace) -> None:
    with pytest.raises(SettingsError, match=f"Port {served.port} .* cannot be used"):
        serve(workspace, port=served.port)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "example.org", ""])
def test_an_address_that_others_reach_is_refused_until_somebody_can_sign_in(
    workspace: Workspace, host: str
) -> None:
    with pytest.raises(SettingsError, match="nobody can sign in"):
        serve(workspace, host=host)


def test_an_address_that_others_reach_is_served_once_somebody_can_sign_in(
    built_folder: Path, tmp_path: Path, free_port: int
) -> None:
    folder = tmp_path / "workspace"
    shutil.copytree(built_folder, folder)
    with Workspace.open(folder) as opened:
        opened.users.invite(name="Bo", email="bo@x.example", role=UserRole.ANALYST, who="op")
        with pytest.raises(SettingsError, match="nobody can sign in"):
            serve(opened, host="0.0.0.0", port=free_port)
        opened.users.add(
            name="Kim", email="kim@x.example", role=UserRole.ANALYST, password="a longer one 1", who="op"
        )
        with pytest.raises(SettingsError, match="by which name"):
            serve(opened, host="0.0.0.0", port=free_port)
    (folder / "settings.toml").write_text('address = "https://match.example"\n', encoding="utf-8")
    running = Served(folder, free_port, host="0.0.0.0")
    try:
        assert running.ask("GET", "/healthz")[0] == 200
        assert running.ask("GET", "/api/v1/actors")[0] == 401
        assert running.ask("GET", "/")[2]["location"] == "/sign-in"
    finally:
        running.stop(signal.SIGTERM)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_told(built_folder: Path, free_port: int, how: signal.Signals) -> None:
    running = Served(built_folder, free_port)
    assert running.ask("GET", "/healthz")[0] == 200
    status, said, complained = running.stop(how)
    assert (status, said.strip()) == (0, "stopped"), complained
    assert complained == ""


def test_no_part_of_an_answer_is_held_back_until_the_one_before_it_is_confirmed() -> None:
    with (
        listening("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
