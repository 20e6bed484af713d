"""Encoders keep one contract, and the fast path agrees with its reference."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matchmaker.embedding import Encoder, load_encoder
from matchmaker.embedding.encoders import unit_rows
from matchmaker.embedding.graphs import exported_graph
from matchmaker.embedding.models import DEFAULT
from tests.embedding.small_models import SENTENCES, mixed_texts

STRANGE = [
    "",
    " ",
    "\n\t",
    "\x00",
    "\ud800",
    "👩‍🔬🧪",
    "æøå ÆØÅ",
    "ﬁ Å ﷺ",
    "\u200b",
    "a" * 5_000,
    "日本語のテキスト",
    "؟؟",
]


@pytest.fixture(scope="session", params=["default", "bert", "static"])
def encoder(request: pytest.FixtureRequest, graphs: Path) -> Encoder:
    name = "" if request.param == "default" else str(request.getfixturevalue(f"{request.param}_folder"))
    return load_encoder(name, folder=graphs)


def test_every_encoder_gives_unit_float32_rows(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)
    assert vectors.shape == (len(SENTENCES), encoder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_every_encoder_gives_no_rows_for_no_texts(encoder: Encoder) -> None:
    vectors = encoder.encode([])
    assert vectors.shape == (0, encoder.dimensions)
    assert vectors.dtype == np.float32


def test_every_encoder_keeps_the_order(encoder: Encoder) -> None:
    texts = mixed_texts()
    forwards, backwards = encoder.encode(texts), encoder.encode(texts[::-1])
    np.testing.assert_allclose(forwards, backwards[::-1], atol=1e-4)
    assert not np.allclose(forwards[0], forwards[1], atol=1e-2)


def test_every_encoder_treats_one_as_a_batch_of_one(encoder: Encoder) -> None:
    together = encoder.encode(SENTENCES)
    for text, row in zip(SENTENCES, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], row, atol=1e-4)


def test_every_encoder_gives_the_same_bytes_again(encoder: Encoder) -> None:
    texts = mixed_texts()
    assert encoder.encode(texts).tobytes() == encoder.encode(tuple(texts)).tobytes()


def test_every_encoder_takes_queries(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES[:3], query=True)
    assert vectors.shape == (3, encoder.dimensions)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert encoder.encode([], query=True).shape == (0, encoder.dimensions)


def test_every_encoder_takes_strange_texts(encoder: Encoder) -> None:
    """No text may break a build: rows are of length 1, or of zeros where there is no word."""
    vectors = encoder.encode(STRANGE)
    lengths = np.linalg.norm(vectors, axis=1)
    assert np.all(np.isfinite(vectors))
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))


def test_every_encoder_finds_blank_texts_like_nothing(encoder: Encoder) -> None:
    assert not encoder.encode(["", " ", "\n\t"]).any()


def test_every_encoder_takes_a_very_long_text(encoder: Encoder) -> None:
    long = "protein straw biogas " * 50_000
    vectors = encoder.encode([long, "straw"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("bad", [[None], ["straw", 7], [b"straw"], "straw"])
def test_every_encoder_refuses_what_is_not_a_list_of_texts(encoder: Encoder, bad: Any) -> None:
    with pytest.raises(TypeError, match=r"straw|str"):
        encoder.encode(bad)


def test_every_encoder_can_be_called_from_eight_threads(encoder: Encoder) -> None:
    texts = mixed_texts()
    parts = [texts[start::8] for start in range(8)]
    alone = [encoder.encode(part) for part in parts]
    with ThreadPoolExecutor(8) as threads:
        for _ in range(3):
            for one, many in zip(alone, threads.map(encoder.encode, parts), strict=True):
                assert one.tobytes() == many.tobytes()


def test_the_name_says_model_length_and_precision(default: Encoder) -> None:
    assert default.name.startswith("all-MiniLM-L6-v2@53aa51172d14-256-")
    assert default.name.endswith(("-bf16", "-f32"))


@pytest.fixture(scope="session")
def reference(default_model: Path) -> Any:
    """The same model through plain sentence-transformers."""
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(default_model), device="cpu", local_files_only=True)


def test_the_fast_path_agrees_with_sentence_transformers(default: Encoder, reference: Any) -> None:
    texts = mixed_texts()
    expected = unit_rows(reference.encode(texts, show_progress_bar=False))
    cosines = np.einsum("ij,ij->i", default.encode(texts), expected)
    assert len(texts) == 50
    assert cosines.min() > 0.99


def test_the_fast_path_reads_256_tokens_like_the_reference(default: Encoder, reference: Any) -> None:
    """The tokenizer's file stops at 128."""
    start, middle, end = "straw " * 200, "protein " * 40, "biogas " * 400
    read, other_middle, other_end = default.encode(
        [start + middle + end, start + end, start + middle + start]
    )
    expected = unit_rows(reference.encode([start + middle + end], show_progress_bar=False))[0]
    assert read @ expected > 0.99
    assert read @ other_middle < 0.999
    assert read @ other_end < 0.9999


def test_the_fast_path_gives_a_text_the_same_bytes_in_any_company(default: Encoder) -> None:
    texts = mixed_texts()
    together = default.encode(texts)
    crowded = default.encode(texts * 3)
    halves = np.concatenate([default.encode(texts[:25]), default.encode(texts[25:])])
    alone = np.concatenate([default.encode([text]) for text in texts])
    assert crowded.tobytes() == np.tile(together, (3, 1)).tobytes()
    assert halves.tobytes() == together.tobytes()
    assert alone.tobytes() == together.tobytes()


def test_float32_and_bfloat16_have_different_names(
    default_model: Path, graphs: Path, default: Encoder
) -> None:
    from matchmaker.embedding.graphs import GraphEncoder

    graph = exported_graph(default_model, next(graphs.glob(f"{DEFAULT}-*")), name=DEFAULT)
    single = GraphEncoder("f32", graph, default_model / "tokenizer.json", max_tokens=256, bfloat16=False)
    cosines = np.einsum("ij,ij->i", single.encode(SENTENCES), default.encode(SENTENCES))
    assert cosines.min() > 0.999


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    root = str(Path(__file__).resolve().parents[2])
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=os.environ | {"PYTHONPATH": root} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_service_starts_without_torch_and_reports_to_nobody(
    graphs: Path, default: Encoder, tmp_path: Path
) -> None:
    """openvino's import would send an event to its maker and leave a folder in the user's home."""
    code = f"""
import sys
from pathlib import Path
from matchmaker.embedding import load_encoder
encoder = load_encoder(folder=Path({str(graphs)!r}))
assert encoder.encode(["straw"]).shape == (1, 384)
assert not {{"torch", "sentence_transformers", "transformers"}} & set(sys.modules)
assert sys.modules["openvino_telemetry"] is None
"""
    child = run_python(code, HOME=str(tmp_path))
    assert child.returncode == 0, child.stderr
    assert list(tmp_path.iterdir()) == []


def test_importing_the_package_loads_no_model_library() -> None:
    code = """
import sys
import matchmaker.embedding
assert not {"torch", "sentence_transformers", "transformers", "openvino", "tokenizers"} & set(sys.modules)
"""
    child = run_python(code)
    assert child.returncode == 0, child.stderr


def test_a_process_that_encoded_ends_cleanly(graphs: Path, default: Encoder) -> None:
    """Completion callbacks of the runtime made one process in two abort when it ended."""
    code = f"""
from pathlib import Path
from matchmaker.embedding import load_encoder
encoder = load_encoder(folder=Path({str(graphs)!r}))
encoder.encode(["straw " * count for count in range(1, 60)] * 2)
"""
    for _ in range(3):
        child = run_python(code)
        assert (child.returncode, child.stderr) == (0, "")
