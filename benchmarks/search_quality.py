"""Whether a search reads which way its text points, what that changes, and how a paragraph is best answered.

    python -m benchmarks.search_quality [--parts directions,sample,paragraphs] [--window tune|test] [--cordis ZIP] [--cache FOLDER]

*directions*: the sentences in ``benchmarks/language/directions.tsv``. The halves ``tune`` and ``test`` were written before the
rules, the rules were tried on ``tune`` only; the sentences called ``apart`` are from ``pairs.tsv``, written by others for
another purpose, and were labelled before they were read by the rules.

*sample*: every request and every offer of the sample cluster is asked as it stands, said to be one, at several discounts;
counted is what the first other actor answers with.

*paragraphs*: texts of later CORDIS projects, cut to so many words, ask for those who took part; the sentence search and
the search for paragraphs answer. It reads what ``benchmarks.quality`` keeps.

Prints Markdown; one minute for the first two parts, five for the last. The same input gives the same tables.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.language_quality import ROOT, SETS
from benchmarks.quality import CACHE, CORDIS, WINDOWS
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say, show
from matchmaker import search as searching
from matchmaker.actors import PassageKind
from matchmaker.centring import centre
from matchmaker.directions import Direction, passage_direction, read_direction
from matchmaker.embedding import Encoder, load_encoder
from matchmaker.language import detect
from matchmaker.matching.candidates import features, units
from matchmaker.matching.evaluation import some_projects
from matchmaker.matching.ideas import Ideas, idea_passages
from matchmaker.matching.judging import ProjectArm, judge_projects
from matchmaker.matching.splits import Past, as_of, projects
from matchmaker.published import Published
from matchmaker.search import NAMES, PASSAGE_POWER, PASSAGES_PER_QUERY, Search
from matchmaker.text import encoder_text
from matchmaker.word_index import identity_texts, index_words
from matchmaker.workspace import Workspace

PARTS = ("directions", "sample", "paragraphs")
DISCOUNTS = (1.0, 0.8, 0.7, 0.6, 0.5, 0.3)
LENGTHS = (15, 30, 60, 120, 1000)
ANSWERS = ("the same way", "offer", "request", "description", "project")

Way = Callable[[str], NDArray[np.float32]]
"""From a text to scores of all actors."""

# Directions


def directions() -> None:
    """How many sentences are read as they are meant, by half and direction, and how many the wrong way round."""
    with (SETS / "directions.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    table = []
    for half in ("tune", "test", "apart"):
        for direction in Direction:
            asked = [row["text"] for row in rows if (row["half"], row["direction"]) == (half, direction)]
            read = Counter(read_direction(text) for text in asked)
            opposite = {Direction.SEEK: Direction.OFFER, Direction.OFFER: Direction.SEEK}.get(direction)
            reversed_ = read[opposite] if opposite else len(asked) - read[direction]
            table.append(
                [
                    half,
                    direction.value,
                    str(len(asked)),
                    f"{read[direction] / len(asked):.2f}",
                    str(reversed_),
                ]
            )
    show("Directions", ["half", "meant", "sentences", "read so", "read the wrong way"], table)


# The sample


def sample() -> None:
    """With what the first other actor answers a request or an offer of the sample, at each discount."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "workspace", create=True) as workspace,
    ):
        data = ROOT / "data"
        workspace.import_table(
            data / "actors.csv", collaborations=data / "collaborations.csv", who="benchmark"
        )
        workspace.build()
        published = workspace.published()
        header = ["discount", "the same way", "offer", "request", "description", "project"]
        show("Every request of the sample", header, _first_answers(published, PassageKind.REQUEST))
        show("Every offer of the sample", header, _first_answers(published, PassageKind.OFFER))


def _first_answers(published: Published, kind: PassageKind) -> Iterator[list[str]]:
    """Of the first actors other than the one who asks, the share by what they answer with: its way, else its kind."""
    actors = published.actors(limit=1000).items
    asked = [
        (actor.id, each.text)
        for actor in actors
        for each in (actor.requests if kind is PassageKind.REQUEST else actor.offers)
    ]
    before = searching.SAME_WAY
    for discount in DISCOUNTS:
        searching.SAME_WAY = discount
        counted: Counter[str] = Counter()
        for actor_id, text in asked:
            direction = passage_direction(kind, text)
            hits = published.search(text, top=3, direction=direction)
            first = next(hit for hit in hits if actor_id not in (hit.actor_id, *hit.alike))
            said = first.quotes[0]
            same = passage_direction(said.kind, said.text) is direction
            counted["the same way" if same else said.kind.value] += 1
        shares = (f"{counted[name] / len(asked):.3f}" for name in ANSWERS)
        yield [f"{discount:.1f}", *shares]
    searching.SAME_WAY = before


# Paragraphs


def paragraphs(source: Path, cache: Path, window: str) -> None:
    """Participants found by either way, by how many words of the project's text are asked."""
    corpus, vectors = cordis(source, cache, progress=say)
    encoder = load_encoder(folder=cache / "encoder")
    day, until = WINDOWS[window]
    past = as_of(corpus, vectors, day)
    asked = some_projects(projects(corpus, vectors, past, until))
    sentence, paragraph = ways(past, encoder)
    rows = []
    for length in LENGTHS:
        for name, way in (("sentence", sentence), ("paragraph", paragraph)):
            say(f"{length} words, {name}")
            judged = judge_projects(shortened(way, length), asked, past)
            measures = (judged.ndcg_20, judged.recall_50, judged.hit_10)
            rows.append([str(length), name, *(f"{each.mean():.3f}" for each in measures)])
    show(
        f"Participants, {window} window, {len(asked)} projects",
        ["words", "answered as", "nDCG@20", "recall@50", "hit@10"],
        rows,
    )


def ways(past: Past, encoder: Encoder) -> tuple[Way, Way]:
    """The sentence search and the search for paragraphs."""
    corpus = past.corpus
    middle = centre(past.vectors, corpus.languages)
    vectors = middle.centred(past.vectors, corpus.languages)
    words = index_words(corpus.texts, corpus.languages)
    names = index_words(identity_texts(corpus), [NAMES] * len(corpus.ids))
    search = Search(corpus, vectors, words, names)
    compared = units(corpus, vectors)
    ideas = Ideas(corpus, compared, features(compared, words).vectors, words)
    held_by = sparse.csc_array(corpus.holds)

    def encode(texts: Sequence[str], languages: Sequence[str]) -> NDArray[np.float32]:
        read = [encoder_text(*each) for each in zip(texts, languages, strict=True)]
        return middle.centred(encoder.encode(read, query=True), languages)

    def sentence(text: str) -> NDArray[np.float32]:
        scores = search.passage_scores(text, encode([text], [detect(text)])[0])
        best = np.argsort(-scores, kind="stable")[:PASSAGES_PER_QUERY]
        powers = scores[best].astype(np.float64) ** PASSAGE_POWER
        return np.asarray((held_by[:, best] @ powers) ** (1 / PASSAGE_POWER), dtype=np.float32)

    def paragraph(text: str) -> NDArray[np.float32]:
        cut = idea_passages(text)
        encoded = encode([each.text for each in cut], [each.language for each in cut])
        return ideas.answer(cut, encoded).scores

    return sentence, paragraph


def shortened(way: Way, length: int) -> ProjectArm:
    """A way to answer, asked with so many words of a project's text."""
    return lambda asked: np.array([way(" ".join(each.text.split()[:length])) for each in asked])


def main() -> None:
    """Print the tables of the parts that are wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--parts", default=",".join(PARTS), help="which, with commas between")
    parser.add_argument("--window", choices=WINDOWS, default="tune", help="which later projects ask")
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    chosen = parser.parse_args()
    parts = chosen.parts.split(",")
    if "directions" in parts:
        directions()
    if "sample" in parts:
        sample()
    if "paragraphs" in parts:
        paragraphs(chosen.cordis, chosen.cache, chosen.window)


if __name__ == "__main__":
    main()
