"""Generations are published whole or not at all, and damage is found before anything is served."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from matchmaker.builds import Builds, Health, Pointer
from matchmaker.errors import DamagedBuildError, StoreFullError

KILLS = 20


def make(text: str):
    def write(folder: Path) -> dict[str, object]:
        (folder / "a.bin").write_bytes(text.encode() * 1000)
        (folder / "b.bin").write_bytes(b"b" * 500)
        return {"text": text}

    return write


def test_nothing_is_published_in_an_empty_folder(tmp_path: Path) -> None:
    assert Builds(tmp_path).healthy() == Health(None, {}, ())


def test_the_newest_is_published_and_the_one_before_is_kept(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    for name in ("one", "two", "three"):
        builds.publish(name, make(name))
    assert builds.healthy() == Health("three", {"text": "three"}, ())
    assert builds.check("three") == {"text": "three"}
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["three", "two"]


def test_rolling_back_publishes_the_previous_one_and_forward_again(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    builds.publish("one", make("one"))
    with pytest.raises(ValueError, match="no earlier build"):
        builds.roll_back()
    builds.publish("two", make("two"))
    assert builds.roll_back() == "one"
    assert builds.healthy() == Health("one", {"text": "one"}, ())
    assert builds.roll_back() == "two"


def test_a_build_that_fails_leaves_the_published_one(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    builds.publish("one", make("one"))

    def fail(folder: Path) -> dict[str, object]:
        (folder / "half").write_text("half")
        raise RuntimeError("broken on the way")

    with pytest.raises(RuntimeError):
        builds.publish("two", fail)
    assert builds.healthy() == Health("one", {"text": "one"}, ())
    assert not list(tmp_path.glob(".making-*"))


@pytest.mark.parametrize("seed", range(60))
def test_every_damage_is_found_and_the_previous_build_is_served(tmp_path: Path, seed: int) -> None:
    builds = Builds(tmp_path)
    builds.publish("one", make("one"))
    builds.publish("two", make("two"))
    chance = random.Random(seed)
    victim = chance.choice(sorted((tmp_path / "two").iterdir()))
    content = bytearray(victim.read_bytes())
    how = chance.choice(["flip", "cut", "remove", "mix"])
    if how == "flip":
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        victim.write_bytes(content)
    elif how == "cut":
        victim.write_bytes(content[: chance.randrange(len(content))])
    elif how == "remove":
        victim.unlink()
    else:
        other = tmp_path / "one" / ("manifest.json" if victim.name == "manifest.json" else "a.bin")
        victim.write_bytes(other.read_bytes() if victim.name != "b.bin" else b"c" * 500)
    name, damage = builds.healthy().name, builds.healthy().damaged
    if victim.name == "manifest.json" and how == "flip" and name == "two":
        # A flipped space between two JSON values changes nothing that the manifest says.
        assert builds.check("two") == {"text": "two"}
        return
    assert name == "one"
    assert "two" in damage[0]
    with pytest.raises(DamagedBuildError):
        builds.check("two")


def test_a_damaged_build_that_another_process_made_again_is_served(tmp_path: Path) -> None:
    """It has the name and the pointer that it had, so the pointer alone does not tell."""
    builder = Builds(tmp_path)
    builder.publish("one", make("one"))
    (tmp_path / "one" / "a.bin").write_bytes(b"cut")
    server = Builds(tmp_path)
    assert server.checked().name is None
    builder.publish("one", make("one"))
    assert server.checked() == Health("one", {"text": "one"}, ())


def test_an_earlier_build_that_was_served_gives_way_to_the_one_that_was_made_again(tmp_path: Path) -> None:
    builder = Builds(tmp_path)
    for name in ("one", "two"):
        builder.publish(name, make(name))
    (tmp_path / "two" / "a.bin").write_bytes(b"cut")
    server = Builds(tmp_path)
    assert server.checked().name == "one"
    builder.publish("two", make("two"))
    assert server.checked() == Health("two", {"text": "two"}, ())


def test_files_are_read_once_as_long_as_no_build_is_made(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    for name in ("one", "two"):
        builds.publish(name, make(name))
    found = builds.checked()
    (tmp_path / "two" / "a.bin").unlink()
    assert builds.checked() is found
    builds.roll_back()
    assert builds.checked().name == "one"


def published_twice(folder: Path, *damaged: str) -> Builds:
    builds = Builds(folder)
    for name in ("one", "two"):
        builds.publish(name, make(name))
    for name in damaged:
        (folder / name / "b.bin").write_bytes(b"c" * 500)
    return builds


@pytest.mark.parametrize(
    ("damaged", "pointer"),
    [
        ((), Pointer("two", "one")),
        (("one",), Pointer("two", None)),
        (("two",), Pointer("one", None)),
        (("one", "two"), None),
    ],
)
def test_damaged_builds_are_let_go_and_whole_ones_stay(
    tmp_path: Path, damaged: tuple[str, ...], pointer: Pointer | None
) -> None:
    builds = published_twice(tmp_path, *damaged)
    assert set(builds.drop_damaged()) == set(damaged)
    assert builds.pointer() == pointer
    assert set(builds.names()) == {"one", "two"} - set(damaged)
    assert builds.drop_damaged() == ()


def test_there_is_no_way_back_to_a_build_that_was_let_go(tmp_path: Path) -> None:
    builds = published_twice(tmp_path, "one")
    builds.drop_damaged()
    with pytest.raises(ValueError, match="no earlier build"):
        builds.roll_back()


def test_damage_that_came_after_the_files_were_read_is_known_once_it_is_let_go(tmp_path: Path) -> None:
    builds = published_twice(tmp_path)
    assert builds.checked().name == "two"
    (tmp_path / "two" / "b.bin").write_bytes(b"c" * 500)
    builds.drop_damaged()
    assert builds.checked() == Health("one", {"text": "one"}, ())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said_and_leaves_the_published_one(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    builds.publish("one", make("one"))

    def fill(folder: Path) -> dict[str, object]:
        (folder / "begun").write_text("begun", encoding="utf-8")
        with Path("/dev/full").open("wb") as full:
            full.write(b"x" * 100_000)
        return {}

    with pytest.raises(StoreFullError, match="No space is left"):
        builds.publish("two", fill)
    assert builds.healthy().name == "one"
    assert not list(tmp_path.glob(".making-*"))


def test_a_damaged_pointer_counts_as_nothing_published(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    builds.publish("one", make("one"))
    (tmp_path / "published.json").write_text('{"published": ')
    assert builds.healthy() == Health(None, {}, ())


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_killed_build_leaves_a_whole_generation(tmp_path: Path) -> None:
    builds = Builds(tmp_path)
    builds.publish("start", make("start"))
    script = f"""
import itertools, sys
from pathlib import Path
from matchmaker.builds import Builds, Health
def make(text):
    def write(folder):
        for part in range(20):
            (folder / f"{{part}}.bin").write_bytes(text.encode() * 20000)
        return {{"text": text}}
    return write
print("ready", flush=True)
for number in itertools.count():
    Builds(Path({str(tmp_path)!r})).publish(f"{{sys.argv[1]}}-{{number}}", make(str(number)))
"""
    chance = random.Random(7)
    for attempt in range(KILLS):
        process = subprocess.Popen(
            [sys.executable, "-c", script, str(attempt)],
            stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": "."},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.15))
        process.kill()
        process.wait()
        process.stdout.close()
        assert builds.healthy().name is not None
        assert builds.healthy().damaged == ()
