"""The proxies of deploy/ for real: Caddy and nginx over a served workspace, each skipped where it is not installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from service.limits import MAX_BODY_BYTES, MAX_IMPORT_BYTES
from tests.conftest import ROOT

NAME = "matching.localhost"
PASSWORD = "correct horse battery"
TRIES = 4
SEARCHES = 5
SLASHES = "a/b %2F c?#"
"""An id in which every character means something to a proxy."""
SECONDS = 60
MAX_BEYOND = MAX_IMPORT_BYTES + 2_000_000


class Asked(HTTPConnection):
    """A connection to the proxy by the name of the site, from an address of this machine, over TLS where there is an authority."""

    def __init__(self, port: int, *, source: str = "127.0.0.1", authority: Path | None = None) -> None:
        super().__init__("127.0.0.1", port, timeout=30, source_address=(source, 0))
        self._authority = authority

    def connect(self) -> None:
        super().connect()
        if self._authority is not None:
            context = ssl.create_default_context(cafile=str(self._authority))
            self.sock = context.wrap_socket(self.sock, server_hostname=NAME)


class Site:
    """A served workspace with a proxy in front of it."""

    def __init__(
        self, served: subprocess.Popen[bytes], service: int, http: int, https: int, authority: Path, log: Path
    ) -> None:
        self.served = served
        self.service = service
        self.http = http
        self.https = https
        self.authority = authority
        self.log = log

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        source: str = "127.0.0.1",
        tls: bool = True,
        **headers: str,
    ) -> tuple[int, HTTPMessage, bytes]:
        """Status, headers and body of an answer through the proxy; of headers' names ``_`` stands for ``-``."""
        connection = Asked(
            self.https if tls else self.http, source=source, authority=self.authority if tls else None
        )
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            port = self.https if tls else self.http
            connection.request(method, path, body, {"host": f"{NAME}:{port}", **named})
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def sign_in(
        self, who: str = "kim", source: str = "127.0.0.1", **more: str
    ) -> tuple[int, HTTPMessage, bytes]:
        """Send the form as a browser does."""
        form = urlencode({"email": f"{who}@x.example", "password": PASSWORD}).encode()
        return self.ask(
            "POST",
            "/sign-in",
            form,
            content_type="application/x-www-form-urlencoded",
            origin=f"https://{NAME}:{self.https}",
            source=source,
            sec_fetch_site="same-origin",
            tls=True,
            **more,
        )


def free_ports(number: int) -> list[int]:
    """Ports that nobody has, all different."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@contextmanager
def running(command: list[str], log: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program for as long as the block runs, ended as systemd would."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, **environment}, cwd=ROOT
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(SECONDS)


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until somebody listens; raises with what the program said where it ended."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text("utf-8", "replace")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(log.read_text("utf-8", "replace"))


def put(text: str, old: str, new: str) -> str:
    """The text with something else in one place; the file that is tried must have that place."""
    assert text.count(old) == 1, old
    return text.replace(old, new)


@contextmanager
def caddy(folder: Path, service: int, http: int, https: int) -> Iterator[tuple[Path, Path]]:
    """The example as it is, but for ports and the store of certificates; Caddy signs for ``.localhost`` itself."""
    program = shutil.which("caddy")
    if program is None:
        pytest.skip("caddy is not installed here")
    text = (ROOT / "deploy" / "Caddyfile").read_text("utf-8")
    ports = f"\n{{\n\tadmin off\n\tskip_install_trust\n\thttp_port {http}\n\thttps_port {https}\n"
    text = put(put(text, "127.0.0.1:8000", f"127.0.0.1:{service}"), "\n{\n", ports)
    (folder / "Caddyfile").write_text(text, encoding="utf-8")
    command = [program, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    environment = {"MATCHMAKER_SITE": NAME, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    log = folder / "caddy.log"
    with running(command, log, {**environment, "XDG_CONFIG_HOME": str(folder)}) as process:
        wait_for(https, process, log)
        yield folder / "caddy" / "pki" / "authorities" / "local" / "root.crt", log


@contextmanager
def nginx(folder: Path, service: int, http: int, https: int) -> Iterator[tuple[Path, Path]]:
    """The example as it is, but for ports, name and certificate."""
    program = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("nginx is not installed here")
    certificate = sign_for(folder)
    text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
    text = put(text, "127.0.0.1:8000", f"127.0.0.1:{service}").replace("matching.example.org", NAME)
    text = put(put(text, "listen 80;", f"listen {http};"), "listen 443 ssl;", f"listen {https} ssl;")
    text = put(text, "/etc/letsencrypt/live/matching.localhost/fullchain.pem", str(certificate))
    text = put(
        text, "/etc/letsencrypt/live/matching.localhost/privkey.pem", str(certificate.with_suffix(".key"))
    )
    log = folder / "error.log"
    text = put(text, "/var/log/nginx/error.log", str(log))
    kept = "".join(
        f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; worker_processes 1; pid {folder}/pid; error_log {log} crit; events {{}} http {{ {kept}\n{text}\n}}"
    if os.geteuid() == 0:
        # Its workers would be somebody who may not enter the folders of tests.
        main = f"user root;{main}"
    (folder / "nginx.conf").write_text(main, encoding="utf-8")
    with running([program, "-p", str(folder), "-c", str(folder / "nginx.conf")], log, {}) as process:
        wait_for(https, process, log)
        yield certificate, log


def sign_for(folder: Path) -> Path:
    """A certificate for the site, signed by itself; its key lies beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "site.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.with_suffix(".key").write_bytes(key.private_bytes(*plain))
    return path


PROXIES = {"caddy": caddy, "nginx": nginx}


@pytest.fixture(scope="module", params=sorted(PROXIES))
def site(
    request: pytest.FixtureRequest, built_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp(request.param)
    workspace = folder / "workspace"
    shutil.copytree(built_folder, workspace)
    service, http, https = free_ports(3)
    (workspace / "settings.toml").write_text(
        f'address = "https://{NAME}:{https}"\nrate_sign_in = {TRIES}\nrate_search = {SEARCHES}\n',
        encoding="utf-8",
    )
    with Workspace.open(workspace) as opened:
        opened.users.add(
            name="Kim", email="kim@x.example", role=UserRole.FACILITATOR, password=PASSWORD, who="operator"
        )
    program = str(Path(sys.executable).with_name("matchmaker"))
    command = [program, "-w", str(workspace), "serve", "--port", str(service)]
    with running(command, folder / "service.log", {}) as process:
        wait_for(service, process, folder / "service.log")
        with PROXIES[request.param](folder, service, http, https) as (authority, log):
            yield Site(process, service, http, https, authority, log)


def cookie(headers: HTTPMessage) -> str:
    """What a browser sends back of the session's cookie."""
    return next(each.partition(";")[0] for each in headers.get_all("set-cookie", []) if "session=" in each)


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    """The cookie of somebody who signed in."""
    status, headers, _ = site.sign_in(source="127.0.0.9")
    assert status == 303
    return cookie(headers)


def test_plain_http_leads_to_https(site: Site) -> None:
    # A proxy may listen for https a moment before it listens for http.
    for _ in range(100):
        with suppress(ConnectionRefusedError):
            status, headers, _ = site.ask("GET", "/actors?q=straw", tls=False)
            break
        time.sleep(0.1)
    assert status in (301, 308)
    assert re.fullmatch(rf"https://{NAME}(:{site.https})?/actors\?q=straw", headers["location"])


def test_somebody_signs_in_and_the_cookie_is_for_https_alone(site: Site) -> None:
    status, headers, _ = site.sign_in(source="127.0.0.8")
    assert status == 303
    kept = next(each for each in headers.get_all("set-cookie", []) if "session=" in each)
    assert kept.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {each.strip() for each in kept.split(";")}
    assert headers["location"].startswith("/")
    status, headers, body = site.ask("GET", "/", cookie=cookie(headers))
    assert status == 200
    assert b"Kim" in body
    assert headers["strict-transport-security"] == "max-age=31536000"
    assert headers.get_all("content-security-policy") is not None


def test_whoever_did_not_sign_in_is_led_there_though_the_proxy_asks_from_this_machine(site: Site) -> None:
    status, headers, _ = site.ask("GET", "/actors", accept="text/html")
    assert status == 303
    assert headers["location"].startswith("/sign-in")
    assert site.ask("GET", "/api/v1/actors")[0] == 401


def test_a_form_of_another_site_is_turned_away(site: Site) -> None:
    form = urlencode({"email": "kim@x.example", "password": PASSWORD}).encode()
    kind = "application/x-www-form-urlencoded"
    status, _, _ = site.ask("POST", "/sign-in", form, content_type=kind, origin="https://other.example")
    assert status == 403


def test_each_address_has_its_own_limit_whatever_it_says_of_itself(site: Site) -> None:
    """Of four tries a minute the fifth waits, from this address alone, and saying to be another helps nobody."""
    spent = [
        site.sign_in(f"nobody-{n}", source="127.0.0.2", X_Forwarded_For=f"9.9.9.{n}")
        for n in range(TRIES + 1)
    ]
    assert [each[0] for each in spent[:TRIES]].count(429) == 0
    status, headers, _ = spent[-1]
    assert status == 429
    assert 1 <= int(headers["retry-after"]) <= 60
    assert site.sign_in("nobody-0", source="127.0.0.3")[0] != 429


def test_who_asks_the_service_past_the_proxy_cannot_say_to_be_another(site: Site) -> None:
    seen = []
    for number in range(TRIES + 1):
        connection = HTTPConnection("127.0.0.1", site.service, timeout=30, source_address=("127.0.0.4", 0))
        form = urlencode({"email": f"nobody-{number}@x.example", "password": PASSWORD})
        head = {
            "host": NAME,
            "content-type": "application/x-www-form-urlencoded",
            "x-forwarded-for": f"9.9.8.{number}",
        }
        connection.request("POST", "/sign-in", form, head)
        seen.append(connection.getresponse().status)
        connection.close()
    assert seen[-1] == 429


def test_a_limit_s_answer_comes_through_with_its_fields(site: Site, session: str) -> None:
    body = json.dumps({"text": "wheat straw"}).encode()
    for _ in range(SEARCHES + 1):
        status, headers, said = site.ask(
            "POST", "/api/v1/search", body, content_type="application/json", cookie=session
        )
    assert status == 429
    assert headers["content-type"].startswith("application/problem+json")
    assert 1 <= int(headers["retry-after"]) <= 60
    assert json.loads(said)["status"] == 429


def test_an_id_of_slashes_and_percent_signs_arrives_as_it_was_sent(site: Site, session: str) -> None:
    path = f"/api/v1/actors/{quote(SLASHES, safe='')}"
    status, _, said = site.ask("GET", path, cookie=session)
    assert status == 200
    assert json.loads(said)["id"] == SLASHES


def test_a_table_as_large_as_the_service_takes_passes_and_one_that_is_larger_does_not(
    site: Site, session: str
) -> None:
    """Ten million bytes that are no table reach the service, which says so; beyond its largest body nothing does."""
    head = b'--x\r\nContent-Disposition: form-data; name="actors"; filename="a.csv"\r\n\r\n'
    form = "multipart/form-data; boundary=x"
    rows = b"id,name\n" + b"a,b\n" * 2_500_000
    status, headers, said = site.ask(
        "POST", "/api/v1/imports", head + rows + b"\r\n--x--\r\n", content_type=form, cookie=session
    )
    assert status in (200, 202, 422), said[:500]
    assert headers["x-request-id"], "the service answers"
    status, headers, _ = site.ask("POST", "/api/v1/search", b" " * (MAX_BODY_BYTES + 1), cookie=session)
    assert (status, bool(headers["x-request-id"])) == (413, True)
    assert too_large(site, session) == 413
    assert site.ask("GET", "/healthz")[0] == 200


def too_large(site: Site, session: str) -> int:
    """What is answered to a body that is larger than any; 413 as well where the connection is cut before all is sent."""
    form = "multipart/form-data; boundary=x"
    try:
        return site.ask("POST", "/api/v1/imports", bytes(MAX_BEYOND), content_type=form, cookie=session)[0]
    except OSError:
        return 413


def test_a_file_that_is_made_while_it_goes_out_arrives_whole(site: Site, session: str) -> None:
    status, headers, said = site.ask("GET", "/history/download", cookie=session)
    assert status == 200
    assert headers["content-length"] is None, "made while it goes out"
    assert str(headers["content-disposition"]).startswith('attachment; filename="history.csv"')
    assert said.startswith("\ufeff".encode())
    assert len(said.splitlines()) > 2


def test_pages_go_out_compressed_by_the_service_and_those_with_a_secret_do_not(
    site: Site, session: str
) -> None:
    _, headers, _ = site.ask("GET", "/actors", cookie=session, accept_encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    _, headers, _ = site.ask("GET", "/account", cookie=session, accept_encoding="gzip")
    assert headers["content-encoding"] is None


def test_figures_are_not_for_those_outside(site: Site) -> None:
    status, _, said = site.ask("GET", "/metrics")
    assert status == 404
    assert b"matchmaker_" not in said
    assert site.ask("GET", "/metrics/")[0] != 200


def test_of_a_service_that_is_gone_neither_page_nor_client_is_written_down(site: Site) -> None:
    """The last test: it ends the service."""
    site.served.send_signal(signal.SIGTERM)
    assert site.served.wait(SECONDS) == 0
    assert site.ask("GET", "/actors/straw:1", source="127.0.0.7")[0] == 502
    said = site.log.read_text("utf-8", "replace")
    assert "straw" not in said
    assert "127.0.0.7" not in said
