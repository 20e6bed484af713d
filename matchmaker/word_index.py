"""Which words stand in which texts, and what each tells: BM25 weights, written and read with a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.language import Glossary, words

TERM_SATURATION = 1.2
LENGTH_NORMALISATION = 0.75
"""BM25's k1 and b, at the values of Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009."""

QUERY_TERMS_THAT_COUNT = 8
"""A passage that holds this many of the query's rarest words answers it in full, however long the query is."""


@dataclass(frozen=True, slots=True, eq=False)
class WordIndex:
    """Terms by text; ``weights`` has shape (texts, terms) and holds BM25 weights as float32, column by column."""

    terms: dict[str, int]
    """Term to column, in alphabetical order."""
    rarity: NDArray[np.float32]
    """Shape (terms,): BM25's inverse document frequency, always positive."""
    weights: sparse.csc_array

    def columns(self, terms: Iterable[str]) -> NDArray[np.intp]:
        """The columns of the distinct known terms, ascending."""
        return np.array(sorted({self.terms[term] for term in terms if term in self.terms}), dtype=np.intp)

    def coverage(self, columns: NDArray[np.intp]) -> NDArray[np.float32]:
        """Share of the query that each text answers, shape (texts,), from 0 to 1."""
        if not len(columns):
            return np.zeros(self.weights.shape[0], dtype=np.float32)
        answered = np.asarray(self.weights[:, columns].sum(axis=1), dtype=np.float32)
        return np.asarray(np.minimum(answered / self.whole(columns), 1), dtype=np.float32)

    def whole(self, columns: NDArray[np.intp]) -> float:
        """What a text that answers these terms in full weighs."""
        return float(np.sort(self.rarity[columns])[::-1][:QUERY_TERMS_THAT_COUNT].sum())


def index_words(
    texts: Sequence[str], languages: Sequence[str], glossary: Glossary | None = None
) -> WordIndex:
    """Count the terms of each text and weigh them by BM25, scaled so that one saturated term weighs its rarity."""
    counts = [
        Counter(words(text, language, glossary=glossary))
        for text, language in zip(texts, languages, strict=True)
    ]
    terms = {term: column for column, term in enumerate(sorted({term for each in counts for term in each}))}
    starts = np.concatenate([[0], np.cumsum([len(each) for each in counts])]).astype(np.int64)
    columns = np.fromiter((terms[term] for each in counts for term in each), dtype=np.int64, count=starts[-1])
    frequency = np.fromiter(
        (count for each in counts for count in each.values()), np.float32, count=starts[-1]
    )
    lengths = np.array([sum(each.values()) for each in counts], dtype=np.float32)
    holders = np.bincount(columns, minlength=len(terms))
    rarity = np.log1p((len(texts) - holders + 0.5) / (holders + 0.5)).astype(np.float32)
    relative = lengths / max(float(lengths.mean()), 1.0) if len(texts) else lengths
    damping = TERM_SATURATION * (1 - LENGTH_NORMALISATION + LENGTH_NORMALISATION * relative)
    per_entry = np.repeat(damping, np.diff(starts)).astype(np.float32)
    weights = rarity[columns] * frequency * (TERM_SATURATION + 1) / (frequency + per_entry)
    matrix = sparse.csr_array(
        (np.asarray(weights, dtype=np.float32), columns, starts), shape=(len(texts), len(terms))
    )
    matrix.sort_indices()
    return WordIndex(terms=terms, rarity=rarity, weights=sparse.csc_array(matrix))


def save_words(index: WordIndex, folder: Path, name: str) -> None:
    """Write an index as ``<name>-terms.arrow`` and ``<name>-weights.npz``."""
    table = pa.table({"term": pa.array(list(index.terms), pa.string()), "rarity": pa.array(index.rarity)})
    with (
        pa.OSFile(str(folder / f"{name}-terms.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as out,
    ):
        out.write_table(table)
    sparse.save_npz(folder / f"{name}-weights.npz", index.weights, compressed=False)


def load_words(folder: Path, name: str) -> WordIndex:
    """Read what ``save_words`` wrote."""
    with pa.memory_map(str(folder / f"{name}-terms.arrow"), "r") as source:
        table = pa.ipc.open_file(source).read_all()
    return WordIndex(
        terms={term: column for column, term in enumerate(table["term"].to_pylist())},
        rarity=table["rarity"].to_numpy(),
        weights=sparse.csc_array(sparse.load_npz(folder / f"{name}-weights.npz")),
    )


def identity_texts(corpus: Corpus) -> list[str]:
    """What identifies each actor in words: id, name, registration number, city, region and tags."""
    texts = []
    for row in range(len(corpus.ids)):
        actor = corpus.actor(row)
        parts = (
            actor.name,
            actor.id,
            actor.registration_number,
            actor.place.city,
            actor.place.region,
            *actor.tags,
        )
        texts.append(" . ".join(parts))
    return texts
