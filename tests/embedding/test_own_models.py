"""A model that a user names is read as it was meant, or refused with a remedy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from matchmaker.embedding import load_encoder
from matchmaker.embedding.encoders import unit_rows
from matchmaker.errors import EncoderUnavailableError
from tests.embedding.small_models import SENTENCES, cut, small_bert, small_static


@pytest.mark.parametrize(
    "name", ["no-such-model", "nobody/no-such-model", "../no/such/folder", "multilingual-e5-small"]
)
def test_a_model_that_is_not_here_is_refused_with_a_remedy(tmp_path: Path, name: str) -> None:
    with pytest.raises(EncoderUnavailableError, match="hf download") as caught:
        load_encoder(name, folder=tmp_path)
    assert caught.value.name == name


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailableError, match="holds no model"):
        load_encoder(str(tmp_path), folder=tmp_path)


def test_a_damaged_model_folder_is_refused(bert_folder: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(bert_folder, tmp_path / "broken"))
    cut(broken / "model.safetensors")
    with pytest.raises(EncoderUnavailableError, match="cannot be loaded"):
        load_encoder(str(broken), folder=tmp_path)
    (broken / "modules.json").write_text("{", encoding="utf-8")
    with pytest.raises(EncoderUnavailableError, match=r"damaged modules\.json"):
        load_encoder(str(broken), folder=tmp_path)


def test_a_model_that_brings_code_is_refused(bert_folder: Path, tmp_path: Path) -> None:
    foreign = Path(shutil.copytree(bert_folder, tmp_path / "foreign"))
    (foreign / "own.py").write_text("raise SystemExit('ran')\n", encoding="utf-8")
    (foreign / "modules.json").write_text(
        json.dumps([{"idx": 0, "name": "0", "path": "", "type": "own.Module"}]), encoding="utf-8"
    )
    with pytest.raises(EncoderUnavailableError, match=r"code of its own \(own\.Module\)"):
        load_encoder(str(foreign), folder=tmp_path)


def test_pooling_is_what_the_model_says(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    for pooling in ("cls", "max"):
        folder = small_bert(tmp_path / pooling, pooling=pooling)
        plain = SentenceTransformer(str(folder), device="cpu").encode(SENTENCES, show_progress_bar=False)
        ours = load_encoder(str(folder), folder=tmp_path).encode(SENTENCES)
        np.testing.assert_allclose(ours, unit_rows(plain), atol=1e-5)


def test_an_e5_model_gets_its_prefixes(bert_folder: Path, tmp_path: Path) -> None:
    plain = load_encoder(str(bert_folder), folder=tmp_path)
    e5 = load_encoder(str(shutil.copytree(bert_folder, tmp_path / "multilingual-e5-small")), folder=tmp_path)
    queries = plain.encode(["query: straw", "query: halm"])
    passages = plain.encode(["passage: straw", "passage: halm"])
    np.testing.assert_allclose(e5.encode(["straw", "halm"], query=True), queries, atol=1e-5)
    np.testing.assert_allclose(e5.encode(["straw", "halm"]), passages, atol=1e-5)
    assert not np.allclose(queries, passages, atol=1e-2)
    assert e5.name.split("@")[1] != plain.name.split("@")[1]


def test_the_models_own_prompts_come_first(bert_folder: Path, tmp_path: Path) -> None:
    prompts = {"query": "straw ", "document": "biogas "}
    prompted = load_encoder(str(small_bert(tmp_path / "e5-prompted", prompts=prompts)), folder=tmp_path)
    plain = load_encoder(str(bert_folder), folder=tmp_path)
    np.testing.assert_allclose(
        prompted.encode(["protein"], query=True), plain.encode(["straw protein"]), atol=1e-5
    )
    np.testing.assert_allclose(prompted.encode(["protein"]), plain.encode(["biogas protein"]), atol=1e-5)


def test_the_name_follows_the_weights_not_the_read_me(bert_folder: Path, tmp_path: Path) -> None:
    before = load_encoder(str(bert_folder), folder=tmp_path).name
    copied = Path(shutil.copytree(bert_folder, tmp_path / "copies" / bert_folder.name))
    (copied / "README.md").write_text("other words", encoding="utf-8")
    assert load_encoder(str(copied), folder=tmp_path).name == before
    other = small_static(tmp_path / "other" / bert_folder.name)
    assert load_encoder(str(other), folder=tmp_path).name != before
