"""The default model's files are checked, and its exported graph is made again where it is damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.embedding import Encoder, load_encoder
from matchmaker.embedding.graphs import exported_graph, is_whole
from matchmaker.embedding.models import DEFAULT, PINNED, check_files, default_encoder
from matchmaker.errors import EncoderUnavailableError
from tests.embedding.small_models import SENTENCES, cut, flip


def copy_of_model(model: Path, folder: Path) -> Path:
    return Path(shutil.copytree(model, folder / "model", ignore=shutil.ignore_patterns("*.md")))


@pytest.mark.parametrize("file", sorted(PINNED))
def test_changed_model_files_are_refused_with_a_remedy(
    default_model: Path, tmp_path: Path, file: str
) -> None:
    model = copy_of_model(default_model, tmp_path)
    damaged = bytearray((model / file).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (model / file).write_bytes(damaged)
    with pytest.raises(EncoderUnavailableError, match=rf"changed {file}.*pip install") as caught:
        default_encoder(model, folder=tmp_path / "graphs")
    assert caught.value.name == DEFAULT
    assert not (tmp_path / "graphs").exists()


def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match=r"lacks its file model\.safetensors.*pip install"):
        check_files(tmp_path)


@pytest.mark.parametrize(
    ("file", "damage"),
    [
        ("model.bin", cut),
        ("model.bin", flip),
        ("model.bin", Path.unlink),
        ("model.xml", flip),
        ("model.xml", Path.unlink),
        ("manifest.json", cut),
        ("manifest.json", Path.unlink),
        ("manifest.json", lambda path: path.write_text("[]", encoding="utf-8")),
    ],
)
def test_damage_to_a_graph_is_found(tmp_path: Path, file: str, damage: Callable[[Path], object]) -> None:
    for name in ("model.xml", "model.bin"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    hashes = {
        name: hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()
        for name in ("model.xml", "model.bin")
    }
    (tmp_path / "manifest.json").write_text(json.dumps(hashes), encoding="utf-8")
    assert is_whole(tmp_path)
    damage(tmp_path / file)
    assert not is_whole(tmp_path)


def test_a_damaged_graph_is_made_again_and_gives_the_same_vectors(
    graphs: Path, default: Encoder, tmp_path: Path
) -> None:
    """Damaged after it was made, with the remains of a killed export beside it."""
    kept = next(path for path in graphs.glob(f"{DEFAULT}-*") if is_whole(path))
    damaged = Path(shutil.copytree(kept, tmp_path / kept.name))
    flip(damaged / "model.bin")
    remains = tmp_path / f"{kept.name}.new-killed" / "graph"
    remains.mkdir(parents=True)
    (remains / "model.xml").write_text("<half", encoding="utf-8")
    os.utime(remains.parent, (0, 0))
    again = load_encoder(folder=tmp_path)
    assert again.encode(SENTENCES).tobytes() == default.encode(SENTENCES).tobytes()
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]
    assert is_whole(damaged)


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(EncoderUnavailableError, match="must be writable and have 300 MB free"):
        load_encoder(folder=tmp_path / "file")


def test_a_model_that_cannot_be_exported_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(EncoderUnavailableError, match="could not be exported") as caught:
        exported_graph(tmp_path / "model", tmp_path / "graphs" / "graph", name="hollow")
    assert caught.value.name == "hollow"
    assert list((tmp_path / "graphs").iterdir()) == []
