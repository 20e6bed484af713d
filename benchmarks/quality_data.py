"""All of CORDIS as columns and vectors, read and encoded once and kept."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import matchmaker
from matchmaker.corpus import Corpus, corpus, load_corpus, save_corpus
from matchmaker.embedding import encode_cached, load_encoder
from matchmaker.sources.cordis import read_cordis
from matchmaker.store import Store
from matchmaker.text import encoder_text, passages

READING = ("actors.py", "corpus.py", "text.py", "language", "glossary", "sources")
"""What decides what is read and encoded, within the package."""

Progress = Callable[[str, int, int], None]


def cordis(
    source: Path, cache: Path, model: str = "", *, progress: Progress
) -> tuple[Corpus, NDArray[np.float32]]:
    """Columns, and the passages' vectors as the encoder gives them, row for row.

    Kept in ``cache`` for the same source, encoder and reading code. What changed is read again; a text that was encoded
    once is not encoded again, even after an interruption.
    """
    cache.mkdir(parents=True, exist_ok=True)
    key = _key(source, model)
    kept = cache / "columns"
    if not (kept / "key").exists() or (kept / "key").read_text("utf-8") != key:
        _read(source, cache, model, progress=progress)
        (kept / "key").write_text(key, "utf-8")
    return load_corpus(kept), np.load(kept / "vectors.npy", mmap_mode="r", allow_pickle=False)


def _read(source: Path, cache: Path, model: str, *, progress: Progress) -> None:
    reading = read_cordis(source, progress=lambda done, total: progress("reading", done, total))
    progress("passages", 0, 0)
    columns = corpus(reading.actors, reading.collaborations, passages(reading.actors, reading.collaborations))
    texts = [
        # The installed model knows English only; whoever names another has one that reads the text itself.
        text if model else encoder_text(text, language)
        for text, language in zip(columns.texts, columns.languages, strict=True)
    ]
    encoder = load_encoder(model, folder=cache / "encoder")
    with Store.open(cache / "vectors.sqlite") as store:
        vectors = encode_cached(
            encoder, texts, store, progress=lambda done, total: progress("encoding", done, total)
        )
    kept = cache / "columns"
    shutil.rmtree(kept, ignore_errors=True)
    kept.mkdir()
    save_corpus(columns, kept)
    np.save(kept / "vectors.npy", vectors)


def _key(source: Path, model: str) -> str:
    digest = hashlib.sha256(model.encode())
    package = Path(matchmaker.__file__).parent
    files = [source] if source.is_file() else sorted(path for path in source.iterdir() if path.is_file())
    for part in READING:
        root = package / part
        files += [root] if root.is_file() else sorted([*root.rglob("*.py"), *root.rglob("*.tsv")])
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
