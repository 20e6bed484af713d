"""What one generation holds: the columns, vectors, indexes, evidence and landscape of a build, written and read."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy import sparse

from matchmaker.analysis import Analysis
from matchmaker.centring import Centre, centre, load_centre, save_centre
from matchmaker.copies import Copies
from matchmaker.corpus import Corpus, load_corpus, save_corpus
from matchmaker.foreseen import Foreseen, foresee, load_foreseen, save_foreseen
from matchmaker.landscape import Past, Trace, survey_after
from matchmaker.landscape.findings import Landscape
from matchmaker.language import Glossary
from matchmaker.matching.amounts import Comparison
from matchmaker.matching.candidates import units_from
from matchmaker.matching.duplicates import near_copies
from matchmaker.matching.evidence import Evidence, gather, units_that_tell
from matchmaker.matching.ideas import crowding, unit_terms
from matchmaker.matching.learning import learn
from matchmaker.matching.matches import ReasonKind
from matchmaker.matching.preferences import Lesson, prefer
from matchmaker.matching.proposing import Proposing
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.matching.weights import Weights, shipped_weights, typical_scale
from matchmaker.search import NAMES
from matchmaker.word_index import WordIndex, identity_texts, index_words, load_words, save_words

log = logging.getLogger(__name__)

LAYOUT = 8
"""Number of the files' layout; a reader of one layout cannot read another."""

RECIPE = (
    "actors.py", "analysis.py", "answers.py", "centring.py", "copies.py", "corpus.py", "cuts.py", "foreseen.py", "generation.py",
    "glossary", "landscape", "language", "matching", "naming.py",
    "search.py", "text.py",
)  # fmt: skip
"""What decides what a build makes of its inputs, within the package."""

SUGGESTIONS_KEPT = 20
CANDIDATES_KEPT = 200
"""Partners of each actor that proposals for a whole cluster choose from."""

_LANDSCAPE = TypeAdapter(Landscape)
_WEIGHTS = TypeAdapter(Weights)

_Number = TypeVar("_Number", bound=np.generic)

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
    weights: Weights
    landscape: Landscape
    trace: Trace
    """What the next build's landscape starts from."""
    suggestions: pa.Table
    """Everybody's best partners of other actor groups: seeker, partner, rank, and points by kind of reason."""
    crowd: NDArray[np.float32]
    """Shape (units,): how crowded it is where each unit is; what is like everything answers no idea."""
    candidates: sparse.csr_array
    """Shape (n, n), float32: everybody's ``CANDIDATES_KEPT`` best partners of other groups, with the shared scores."""
    copies: Copies
    """Which actors say nearly the same."""
    foreseen: Foreseen
    """Answers to what is asked first."""


@cache
def recipe() -> str:
    """A hash of the program's own part in a build, so that a new version builds again."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for part in RECIPE:
        root = package / part
        for path in [root] if root.is_file() else sorted(root.rglob("*.*")):
            if path.suffix in {".py", ".tsv", ".json"}:
                digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def make_generation(
    corpus: Corpus,
    vectors: NDArray[np.float32],
    *,
    step: Step,
    glossary: Glossary | None = None,
    taught: Sequence[Lesson] = (),
    past: Past | None = None,
) -> Generation:
    """Compute everything that follows from the columns and the passages' vectors as the encoder gave them.

    ``taught`` is what answers teach of the worth of evidence, ``past`` the landscape of the build before.
    """
    encoded = vectors
    middle = centre(encoded, corpus.languages)
    vectors = middle.centred(encoded, corpus.languages)
    step("words")
    passage_words = index_words(corpus.texts, corpus.languages, glossary)
    identity_words = index_words(identity_texts(corpus), [NAMES] * len(corpus.ids))
    step("evidence")
    evidence = gather(corpus, vectors, passage_words)
    step("weights")
    compared = Comparison(corpus, evidence)
    weights = shipped_weights(typical_scale(compared))
    weights = learn(corpus, encoded, weights, glossary=glossary)
    weights = prefer(compared, weights, taught)
    step("landscape")
    surveyed = survey_after(past, corpus, vectors)
    step("suggestions")
    copies = near_copies(corpus)
    suggestions, candidates = suggest_everybody(corpus, Recommender(corpus, evidence, weights, copies))
    return Generation(
        corpus,
        middle,
        vectors,
        passage_words,
        identity_words,
        evidence,
        weights,
        surveyed.landscape,
        surveyed.trace,
        suggestions,
        crowding(evidence.unit_vectors, unit_terms(evidence.units, passage_words)),
        candidates,
        copies,
        foresee(
            Analysis(corpus, vectors, surveyed.landscape),
            Proposing(corpus, candidates, evidence.together, copies),
        ),
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
    (folder / "weights.json").write_bytes(_WEIGHTS.dump_json(made.weights))
    np.save(folder / "crowd.npy", made.crowd)
    sparse.save_npz(folder / "candidates.npz", made.candidates, compressed=False)
    np.save(folder / "copies.npy", made.copies.groups)
    (folder / "landscape.json").write_bytes(_LANDSCAPE.dump_json(made.landscape))
    _save_trace(made.trace, folder)
    save_foreseen(made.foreseen, folder)


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
        weights=load_weights(folder),
        landscape=_LANDSCAPE.validate_json((folder / "landscape.json").read_bytes()),
        trace=_load_trace(folder),
        suggestions=_mapped(folder / "suggestions.arrow"),
        crowd=np.load(folder / "crowd.npy", allow_pickle=False),
        candidates=sparse.csr_array(sparse.load_npz(folder / "candidates.npz")),
        copies=Copies(np.load(folder / "copies.npy", allow_pickle=False)),
        foreseen=load_foreseen(folder),
    )


def load_past(folder: Path) -> Past | None:
    """The landscape of a generation as the next one goes on from it; ``None`` where another version wrote it otherwise."""
    try:
        landscape = _LANDSCAPE.validate_json((folder / "landscape.json").read_bytes())
        return Past(landscape, _load_trace(folder))
    except (OSError, ValueError, KeyError) as error:
        log.warning(
            "Another version made the build before: sub-clusters get new ids, and the map is laid out anew (%s).",
            type(error).__name__,
        )
        return None


def landscape_digest(folder: Path) -> str:
    """A hash of what ``load_past`` reads."""
    digest = hashlib.sha256()
    for name in ("landscape.json", *_TRACE_FILES):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:32]


_TRACE_FILES = ("trace.arrow", "trace.json")
_RESOLUTIONS = TypeAdapter(dict[str, float])


def _save_trace(trace: Trace, folder: Path) -> None:
    table = pa.table(
        {
            "key": pa.array(trace.keys, pa.string()),
            "home": pa.array(trace.homes, pa.string()),
            "x": pa.array(trace.spots[:, 0]),
            "y": pa.array(trace.spots[:, 1]),
        }
    )
    with (
        pa.OSFile(str(folder / _TRACE_FILES[0]), "wb") as sink,
        pa.ipc.new_file(sink, table.schema) as writer,
    ):
        writer.write_table(table)
    (folder / _TRACE_FILES[1]).write_bytes(_RESOLUTIONS.dump_json(trace.resolutions))


def _load_trace(folder: Path) -> Trace:
    table = _mapped(folder / _TRACE_FILES[0])
    spots = np.column_stack([table["x"].to_numpy(), table["y"].to_numpy()])
    resolutions = _RESOLUTIONS.validate_json((folder / _TRACE_FILES[1]).read_bytes())
    return Trace(table["key"].to_pylist(), table["home"].to_pylist(), spots, resolutions)


def load_weights(folder: Path) -> Weights:
    """Read the weights of a generation alone."""
    return _WEIGHTS.validate_json((folder / "weights.json").read_bytes())


def suggest_everybody(corpus: Corpus, recommender: Recommender) -> tuple[pa.Table, sparse.csr_array]:
    """The best few of everybody's partners with their points, and many more as the scores that proposals choose from.

    These are ``Generation.suggestions`` and ``Generation.candidates``.
    """
    count = len(corpus.ids)
    by_group = np.argsort(corpus.groups, kind="stable")
    columns: list[NDArray[np.intp]] = []
    scores: list[NDArray[np.float32]] = []
    points: dict[ReasonKind, list[NDArray[np.float32]]] = {kind: [] for kind in ReasonKind}
    for ranked in recommender.rank(by_group.tolist(), Wish(top=CANDIDATES_KEPT)):
        columns.append(ranked.partners)
        scores.append(ranked.scores)
        none = np.zeros(len(ranked.partners), dtype=np.float32)
        for kind, earned in points.items():
            # Copied, so that the points of all other candidates are let go.
            earned.append(ranked.points.get(kind, none)[:SUGGESTIONS_KEPT].copy())
    best = [each[:SUGGESTIONS_KEPT] for each in columns]
    seekers = np.repeat(by_group, [len(each) for each in best])
    names = np.array(corpus.ids, dtype=object)
    table = pa.table(
        {
            "seeker": pa.array(names[seekers], pa.string()),
            "partner": pa.array(names[_joined(best, np.intp)], pa.string()),
            "rank": pa.array(_joined([np.arange(1, len(each) + 1) for each in best], np.intp), pa.int32()),
            **{
                kind.value: pa.array(np.round(_joined(each, np.float32), 2), pa.float32())
                for kind, each in points.items()
            },
        }
    )
    pairs = np.repeat(by_group, [len(each) for each in columns]), _joined(columns, np.intp)
    candidates = sparse.csr_array((_joined(scores, np.float32), pairs), shape=(count, count))
    return table.take(np.argsort(seekers, kind="stable")), candidates


def _joined(parts: Sequence[NDArray[_Number]], dtype: type[_Number]) -> NDArray[_Number]:
    """The parts one after the other, of which there may be none."""
    return np.concatenate([np.zeros(0, dtype), *parts])


def _mapped(path: Path) -> pa.Table:
    with pa.memory_map(str(path), "r") as source:
        return pa.ipc.open_file(source).read_all()


_MATRICES = ("likeness", "answers", "unit_words", "words", "kin", "meets", "together", "ties")


def _save_evidence(evidence: Evidence, folder: Path) -> None:
    for name in _MATRICES:
        sparse.save_npz(folder / f"{name}.npz", getattr(evidence, name), compressed=False)
    np.save(folder / "unit_vectors.npy", evidence.unit_vectors)
    np.save(folder / "places.npy", evidence.places)
    np.save(folder / "meaning_lengths.npy", evidence.meaning_lengths)
    sparse.save_npz(folder / "unit_holds.npz", evidence.units.holds, compressed=False)
    np.save(folder / "unit_of_passage.npy", evidence.units.of_passage)
    np.save(folder / "unit_kinds.npy", evidence.units.kinds)


def _load_evidence(folder: Path, vectors: NDArray[np.float32]) -> Evidence:
    units = units_from(
        np.load(folder / "unit_of_passage.npy", allow_pickle=False),
        np.load(folder / "unit_kinds.npy", allow_pickle=False),
        sparse.csr_array(sparse.load_npz(folder / "unit_holds.npz")),
        vectors,
    )
    matrices = {name: sparse.csr_array(sparse.load_npz(folder / f"{name}.npz")) for name in _MATRICES}
    return Evidence(
        units=units,
        unit_vectors=np.load(folder / "unit_vectors.npy", allow_pickle=False),
        places=np.load(folder / "places.npy", allow_pickle=False),
        meaning_lengths=np.load(folder / "meaning_lengths.npy", allow_pickle=False),
        tells=units_that_tell(units),
        **matrices,
    )
