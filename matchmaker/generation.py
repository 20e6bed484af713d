"""What one generation holds: the columns, vectors, indexes, evidence and landscape of a build, written and read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy import sparse

from matchmaker.centring import Centre, centre, load_centre, save_centre
from matchmaker.corpus import Corpus, load_corpus, save_corpus
from matchmaker.landscape import survey
from matchmaker.landscape.findings import Landscape
from matchmaker.language import Glossary
from matchmaker.matching.candidates import units_from
from matchmaker.matching.evidence import Evidence, gather
from matchmaker.matching.matches import ReasonKind
from matchmaker.matching.ranking import Recommender, Typical, Wish, typical_amounts
from matchmaker.search import NAMES, WordIndex, identity_texts, index_words, load_words, save_words

LAYOUT = 1
"""Number of the files' layout; a reader of one layout cannot read another."""

RECIPE = (
    "actors.py", "centring.py", "corpus.py", "generation.py", "glossary", "landscape", "language", "matching",
    "search.py", "text.py",
)  # fmt: skip
"""What decides what a build makes of its inputs, within the package."""

SUGGESTIONS_KEPT = 20

_LANDSCAPE = TypeAdapter(Landscape)
_TYPICAL = TypeAdapter(Typical)

Step = Callable[[str], None]
"""Told the name of each step as it begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Generation:
    """Everything a reader of a build needs, in memory."""

    corpus: Corpus
    centre: Centre
    vectors: NDArray[np.float32]
    """Shape (passages, d), unit rows, centred by language."""
    passage_words: WordIndex
    identity_words: WordIndex
    evidence: Evidence
    typical: Typical
    landscape: Landscape
    suggestions: pa.Table
    """Everybody's best partners of other actor groups: seeker, partner, rank, and points by kind of reason."""


@cache
def recipe() -> str:
    """A hash of the program's own part in a build, so that a new version builds again."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in RECIPE:
        root = package / part
        for path in [root] if root.is_file() else sorted(root.rglob("*.*")):
            if path.suffix in {".py", ".tsv"}:
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def make_generation(
    corpus: Corpus, vectors: NDArray[np.float32], *, step: Step, glossary: Glossary | None = None
) -> Generation:
    """Compute everything that follows from the columns and the passages' vectors as the encoder gave them."""
    middle = centre(vectors, corpus.languages)
    vectors = middle.centred(vectors, corpus.languages)
    step("words")
    passage_words = index_words(corpus.texts, corpus.languages, glossary)
    identity_words = index_words(identity_texts(corpus), [NAMES] * len(corpus.ids))
    step("evidence")
    evidence = gather(corpus, vectors, passage_words)
    typical = typical_amounts(corpus, evidence)
    step("landscape")
    landscape = survey(corpus, vectors)
    step("suggestions")
    suggestions = _suggestions(corpus, Recommender(corpus, evidence, typical))
    return Generation(
        corpus, middle, vectors, passage_words, identity_words, evidence, typical, landscape, suggestions
    )


def save_generation(made: Generation, folder: Path, *, step: Step) -> None:
    """Write a generation into an existing empty folder."""
    step("files")
    save_corpus(made.corpus, folder)
    with (
        pa.OSFile(str(folder / "suggestions.arrow"), "wb") as sink,
        pa.ipc.new_file(sink, made.suggestions.schema) as out,
    ):
        out.write_table(made.suggestions)
    np.save(folder / "vectors.npy", made.vectors)
    save_centre(made.centre, folder)
    save_words(made.passage_words, folder, "passages")
    save_words(made.identity_words, folder, "identities")
    _save_evidence(made.evidence, folder)
    (folder / "typical.json").write_bytes(_TYPICAL.dump_json(made.typical))
    (folder / "landscape.json").write_bytes(_LANDSCAPE.dump_json(made.landscape))


def load_generation(folder: Path) -> Generation:
    """Read what ``save_generation`` wrote."""
    corpus = load_corpus(folder)
    # Mapped, not read: a service can then answer before the last vector is in memory.
    vectors = np.load(folder / "vectors.npy", mmap_mode="r", allow_pickle=False)
    passage_words = load_words(folder, "passages")
    return Generation(
        corpus=corpus,
        centre=load_centre(folder),
        vectors=vectors,
        passage_words=passage_words,
        identity_words=load_words(folder, "identities"),
        evidence=_load_evidence(folder, vectors),
        typical=_TYPICAL.validate_json((folder / "typical.json").read_bytes()),
        landscape=_LANDSCAPE.validate_json((folder / "landscape.json").read_bytes()),
        suggestions=_mapped(folder / "suggestions.arrow"),
    )


def _suggestions(corpus: Corpus, recommender: Recommender) -> pa.Table:
    seekers: list[str] = []
    partners: list[str] = []
    ranks: list[int] = []
    points: dict[str, list[float]] = {kind.value: [] for kind in ReasonKind}
    for ranked in recommender.rank(range(len(corpus.ids)), Wish(top=SUGGESTIONS_KEPT)):
        seekers.extend([corpus.ids[ranked.seeker]] * len(ranked.partners))
        partners.extend(corpus.ids[row] for row in ranked.partners)
        ranks.extend(range(1, len(ranked.partners) + 1))
        for kind in ReasonKind:
            points[kind.value].extend(round(float(each), 2) for each in ranked.points[kind])
    return pa.table(
        {
            "seeker": pa.array(seekers, pa.string()),
            "partner": pa.array(partners, pa.string()),
            "rank": pa.array(ranks, pa.int32()),
            **{name: pa.array(values, pa.float32()) for name, values in points.items()},
        }
    )


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path), "r") as source:
        return pa.ipc.open_file(source).read_all()


_MATRICES = ("likeness", "answers", "meets", "together", "ties")


def _save_evidence(evidence: Evidence, folder: Path) -> None:
    for name in _MATRICES:
        sparse.save_npz(folder / f"{name}.npz", getattr(evidence, name), compressed=False)
    sparse.save_npz(folder / "unit_holds.npz", evidence.units.holds, compressed=False)
    np.save(folder / "unit_of_passage.npy", evidence.units.of_passage)
    np.save(folder / "unit_kinds.npy", evidence.units.kinds)


def _load_evidence(folder: Path, vectors: NDArray[np.float32]) -> Evidence:
    matrices = {name: sparse.csr_array(sparse.load_npz(folder / f"{name}.npz")) for name in _MATRICES}
    return Evidence(
        units=units_from(
            np.load(folder / "unit_of_passage.npy", allow_pickle=False),
            np.load(folder / "unit_kinds.npy", allow_pickle=False),
            sparse.csr_array(sparse.load_npz(folder / "unit_holds.npz")),
            vectors,
        ),
        partner_count=np.diff(matrices["together"].indptr).astype(np.int32),
        **matrices,
    )
