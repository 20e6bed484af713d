"""What lies in deploy/ can be read by what it is for, and names commands, settings, files and ports that there are."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from configparser import ConfigParser
from pathlib import Path

import click
import pytest

from matchmaker.cli import cli
from matchmaker.settings import Settings, unknown_variables
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
ALL = sorted(each for each in DEPLOY.iterdir() if each.is_file())

HARDENING = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "RestrictSUIDSGID": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "User": "matchmaker",
}


def unit(path: Path) -> ConfigParser:
    """A unit's sections; of keys that come several times the last."""
    parser = ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",), delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, "utf-8")
    return parser


def called(text: str) -> list[list[str]]:
    """The words after each program `matchmaker` that is called."""
    calls = re.findall(r"bin/matchmaker((?: +[-\w./]+)+)", text)
    lists = re.findall(r"^(?:CMD|\s+command:) (\[.*\])$", text, re.MULTILINE)
    return [each.split() for each in calls] + [ast.literal_eval(each) for each in lists]


def walk(words: list[str]) -> click.Command:
    """The command that the words name, through groups and past the options before it."""
    command: click.Command = cli
    for word in words:
        if isinstance(command, click.Group) and word in command.commands:
            command = command.commands[word]
    return command


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_finds_nothing_wrong_with_a_unit(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed here")
    program = Path(sys.executable).with_name("matchmaker")
    for each in UNITS:
        text = each.read_text("utf-8").replace("/opt/matchmaker/.venv/bin/matchmaker", str(program))
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / path.name)],
        capture_output=True,
        text=True,
        check=False,
    )
    told = [line for line in found.stderr.splitlines() if path.name in line]
    assert told == []


@pytest.mark.parametrize("path", sorted(DEPLOY.glob("*.service")), ids=lambda path: path.name)
def test_a_service_is_shut_in(path: Path) -> None:
    service = dict(unit(path)["Service"])
    assert {key: service.get(key) for key in HARDENING} == HARDENING
    assert service["StateDirectoryMode"] == "0700"
    assert all(each.removeprefix("-").startswith("/var/") for each in service["ReadWritePaths"].split())
    workspace = re.search(r"MATCHMAKER_WORKSPACE=(\S+)", path.read_text("utf-8"))
    assert workspace
    assert workspace[1].startswith("/var/lib/matchmaker/")


def test_the_service_has_a_limit_of_memory_and_checks_its_settings_first() -> None:
    service = dict(unit(DEPLOY / "matchmaker.service")["Service"])
    assert {"MemoryMax", "MemoryHigh"} <= set(service)
    assert service["ExecStartPre"].endswith("matchmaker settings")
    assert service["ExecStart"].endswith("matchmaker serve")


def test_what_ends_every_start_is_not_tried_for_ever() -> None:
    """A start takes seconds, so that systemd's own limit, five within ten seconds, is never reached."""
    written = unit(DEPLOY / "matchmaker.service")
    assert written["Service"]["Restart"] == "on-failure"
    assert written["Unit"]["StartLimitIntervalSec"] == "2min"
    # A build that takes too much memory is begun three times; what is served must come back after the last.
    assert int(written["Unit"]["StartLimitBurst"]) > 3


def test_a_build_on_the_page_has_room_beside_the_service() -> None:
    """It is counted with the service, by systemd and by an engine of containers alike: 5.0 GiB of 27,735 actors."""
    service = dict(unit(DEPLOY / "matchmaker.service")["Service"])
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    row = re.search(r"^\| 25,000 \| (\d+) GiB", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.M)
    assert row
    high, most = (int(service[key].removesuffix("G")) for key in ("MemoryHigh", "MemoryMax"))
    assert 5 < high < most < int(row[1])
    assert f"mem_limit: {most}g\n" in compose
    assert f"pids_limit: {service['TasksMax']}\n" in compose


def test_a_stop_is_waited_for_as_long_by_an_engine_as_by_systemd() -> None:
    seconds = unit(DEPLOY / "matchmaker.service")["Service"]["TimeoutStopSec"]
    assert f"stop_grace_period: {seconds}s\n" in (DEPLOY / "compose.yaml").read_text("utf-8")


def test_a_backup_without_its_folder_reaches_the_program_that_says_so() -> None:
    writable = unit(DEPLOY / "matchmaker-backup.service")["Service"]["ReadWritePaths"].split()
    assert "-/var/backups/matchmaker" in writable


def test_what_is_old_goes_with_what_a_killed_backup_left_and_never_the_list_of_erasures(
    tmp_path: Path,
) -> None:
    week, quarter = (time.time() - days * 86400 for days in (7, 90))
    stays = ("matchmaker-erasures.json", "matchmaker-erasures.json.part", "letter.txt")
    for name in ("a.sqlite", "b.sqlite.part", "b.sqlite.part-journal", *stays):
        for age, when in (("", quarter), ("new-", week)):
            (tmp_path / f"{age}{name}").touch()
            os.utime(tmp_path / f"{age}{name}", (when, when))
    command = unit(DEPLOY / "matchmaker-backup.service")["Service"]["ExecStartPost"]
    words = command.replace("/var/backups/matchmaker", str(tmp_path)).split()
    subprocess.run([shutil.which("find") or words[0], *words[1:]], check=True)
    old = {each.name for each in tmp_path.iterdir() if not each.name.startswith("new-")}
    assert old == set(stays)
    assert len([*tmp_path.glob("new-*")]) == 6


def test_the_timer_starts_what_there_is() -> None:
    assert (DEPLOY / "matchmaker-backup.timer").with_suffix(".service").is_file()
    assert "OnCalendar" in unit(DEPLOY / "matchmaker-backup.timer")["Timer"]


CALLING = ("matchmaker.service", "matchmaker-backup.service", "Containerfile", "compose.yaml")


@pytest.mark.parametrize("name", CALLING)
def test_every_command_that_is_called_exists(name: str) -> None:
    calls = called((DEPLOY / name).read_text("utf-8"))
    assert calls
    for words in calls:
        assert walk(words) is not cli, words


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bMATCHMAKER_[A-Z_]+", path.read_text("utf-8")))
    of_the_proxy = {"MATCHMAKER_SITE"} if path.name in ("Caddyfile", "compose.yaml") else set()
    assert set(unknown_variables(dict.fromkeys(named, ""))) == of_the_proxy & named


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_a_proxy_reaches_the_service_by_its_name_and_port_and_keeps_the_figures_inside(name: str) -> None:
    text = re.sub(r"#.*", "", (DEPLOY / name).read_text("utf-8"))
    assert text.count("{") == text.count("}")
    assert f"127.0.0.1:{Settings().port}" in text
    assert "/metrics" in text
    assert "Authorization" not in text, "keys of programs pass through"
    assert "Strict-Transport-Security" in text


def stages() -> list[str]:
    return re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)[1:]


def test_the_container_is_built_in_two_stages_and_runs_as_nobody_special() -> None:
    build, final = stages()
    assert " AS build" in build.splitlines()[0]
    assert "pip" not in final, "nothing is fetched in what runs"
    user = re.search(r"^USER (\d+)", final, re.MULTILINE)
    assert user
    assert int(user[1]) > 0
    assert final.index("USER") < final.index("ENTRYPOINT")
    assert "HF_HUB_OFFLINE=1" in final
    graphs = re.search(r"MATCHMAKER_GRAPHS=(\S+)", final)
    assert graphs
    assert graphs[1] in build, "the model is prepared where it is looked for"


def test_the_owner_of_the_volume_is_the_same_whatever_the_base_image_brings() -> None:
    final = stages()[1]
    assert "groupadd --gid 10001 matchmaker" in final
    assert "useradd --uid 10001 --gid 10001 " in final
    assert "--system" not in final, "its numbers end at 999"
    assert "\nUSER 10001:10001\n" in final


def test_neither_the_service_nor_the_proxy_holds_the_network_that_they_share() -> None:
    """Whoever holds it takes it along when it is started again, and the other stays behind in the old one."""
    parts = re.split(r"^  (\w+):\n", (DEPLOY / "compose.yaml").read_text("utf-8"), flags=re.MULTILINE)
    services = dict(zip(parts[1::2], parts[2::2], strict=True))
    for name in ("matchmaker", "caddy"):
        assert 'network_mode: "service:network"' in services[name]
        assert "ports:" not in services[name]
    assert "network_mode" not in services["network"]
    assert 'entrypoint: ["sleep", "infinity"]' in services["network"]
    assert "ports:" in services["network"]


def test_the_container_s_checks_and_steps_are_programs() -> None:
    health = re.search(r'HEALTHCHECK[^\n]*\n\s+CMD \["python", "-c", "(.+)"\]', CONTAINERFILE)
    assert health
    ast.parse(health[1])
    assert "/healthz" in health[1]
    prepared = re.search(r'python -c "(.+?)"', CONTAINERFILE)
    assert prepared
    ast.parse(prepared[1])
    from matchmaker.embedding import load_encoder

    assert callable(load_encoder)


def test_the_container_takes_the_versions_that_are_tested() -> None:
    wanted = re.search(r'"torch==([\d.]+)"', (ROOT / "pyproject.toml").read_text("utf-8"))
    assert wanted
    assert f"torch=={wanted[1]}" in CONTAINERFILE
    assert "--require-hashes -r requirements.lock" in CONTAINERFILE


def test_the_container_is_given_every_file_that_it_copies() -> None:
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    copied = {
        word
        for line in re.findall(r"^COPY (?!--)(.+)", CONTAINERFILE, re.MULTILINE)
        for word in line.split()[:-1]
    }
    assert copied == let_in
    assert all((ROOT / each).exists() for each in copied)


def test_what_is_installed_holds_every_file_of_the_program(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("matchmaker", "service"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    command = [
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(tmp_path),
    ]
    subprocess.run([sys.executable, *command, str(source)], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        inside = {each for each in wheel.namelist() if each.startswith(("matchmaker/", "service/"))}
    there = {
        each.relative_to(ROOT).as_posix()
        for name in ("matchmaker", "service")
        for each in (ROOT / name).rglob("*")
        if each.is_file() and "__pycache__" not in each.parts
    }
    assert inside == there
