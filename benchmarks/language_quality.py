"""How often a text finds its counterpart across languages and wordings, beside simpler readings of the same text.

    python -m benchmarks.language_quality [--model FOLDER] [--danish-erdf PATH] [--failures]

The first part asks with the sentences in ``benchmarks/language``: Danish for its English twin and back, Danish for a
Danish paraphrase, Norwegian and Swedish for their English twins. Every sentence is one actor's whole description in one
mixed list, as a build makes it; only the other side of a task can be an answer. Each task has a half to tune on and a
half to report, ``--failures`` lists what goes wrong in the first and never anything of the second.

The second part asks Danish structural-fund projects: a title for its own description, and a project's text for those who
took part, out of organisations that are known by earlier projects alone. It is left out where the list is not there.

Prints Markdown; 20 seconds for the sentences and 4 minutes for the projects on one core. The same input gives the same
tables.
"""

from __future__ import annotations

import argparse
import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.centring import centre
from matchmaker.corpus import Corpus, corpus
from matchmaker.embedding import Encoder, load_encoder
from matchmaker.language import detect
from matchmaker.search import NAMES, PASSAGE_POWER, Search
from matchmaker.text import encoder_text, passages
from matchmaker.word_index import identity_texts, index_words

ROOT = Path(__file__).resolve().parents[1]
SETS = Path(__file__).resolve().parent / "language"
DANISH_ERDF = ROOT.parent / "shared" / "data" / "danish-erdf"
GRAPHS = ROOT / "build" / "encoder"

HALVES = ("tune", "test")
CUT_OFF = date(2011, 1, 1)
"""Projects that started earlier are the organisations' profiles, the later ones are the questions."""

DRAWS = 2000
SEED = 11

Scores = NDArray[np.float32]
Arm = Callable[[Sequence[str]], Scores]
"""From questions to scores of shape (questions, passages), nothing below zero."""

Places = NDArray[np.intp]
"""Where a question's answers came, from 1, ascending."""

Measure = Callable[[Sequence[Places]], NDArray[np.float64]]
"""One figure from 0 to 1 for each question."""


# The sets


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sentences that say the same, and where they belong."""

    kind: str
    """The domain, or the language of the first sentence."""
    half: str
    text: str
    twin: str


def read_pairs(name: str) -> list[Pair]:
    """The pairs of one file in ``benchmarks/language``, in its order."""
    with (SETS / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [Pair(*row) for row in rows[1:]]


# Questions and what may answer them


@dataclass(frozen=True, slots=True)
class Question:
    """A text, and the rows of the actors that answer it."""

    text: str
    answers: frozenset[int]
    half: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Questions that are put to the same candidates."""

    title: str
    questions: list[Question]
    candidates: NDArray[np.intp]
    """Rows of actors, ascending."""
    measures: Mapping[str, Measure]


def best_within(k: int, places: Sequence[Places]) -> NDArray[np.float64]:
    """Whether the first answer is among the first ``k``."""
    return np.array([each.min() <= k for each in places], dtype=np.float64)


def reciprocal(places: Sequence[Places]) -> NDArray[np.float64]:
    """One over the place of the first answer."""
    return np.array([1 / each.min() for each in places], dtype=np.float64)


def share_within(k: int, places: Sequence[Places]) -> NDArray[np.float64]:
    """Share of the answers among the first ``k``."""
    return np.array([np.mean(each <= k) for each in places], dtype=np.float64)


def gain_within(k: int, places: Sequence[Places]) -> NDArray[np.float64]:
    """Normalised discounted cumulative gain of the first ``k``, every answer worth the same."""
    discounts = 1 / np.log2(np.arange(2, k + 2))
    return np.array(
        [discounts[each[each <= k] - 1].sum() / discounts[: len(each)].sum() for each in places],
        dtype=np.float64,
    )


ONE_ANSWER: Mapping[str, Measure] = {
    "recall@1": partial(best_within, 1),
    "recall@5": partial(best_within, 5),
    "MRR": reciprocal,
}
MANY_ANSWERS: Mapping[str, Measure] = {
    "recall@20": partial(share_within, 20),
    "nDCG@20": partial(gain_within, 20),
}


def described(texts: Iterable[str]) -> Corpus:
    """One actor for each text, in this order, that says nothing else."""
    actors = [
        Actor(f"{number:05}", "", ActorGroup.OTHER, description=text)
        for number, text in zip(count(), texts, strict=False)
    ]
    return corpus(actors, [], passages(actors, []))


def places_of(task: Task, columns: Corpus, arm: Arm) -> list[Places]:
    """Where each question's answers come; who has no point at all comes last, ties go by row."""
    scores = pooled(columns, arm([question.text for question in task.questions]))[:, task.candidates]
    column_of = {int(row): column for column, row in enumerate(task.candidates)}
    found = []
    for question, row in zip(task.questions, scores, strict=True):
        place = np.empty(len(row), dtype=np.intp)
        place[np.argsort(-row, kind="stable")] = np.arange(1, len(row) + 1)
        place[row <= 0] = len(row)
        found.append(np.sort(place[[column_of[answer] for answer in question.answers]]))
    return found


def pooled(columns: Corpus, scores: Scores) -> NDArray[np.float64]:
    """From passages to the actors that hold them, as the search adds them up; shape (questions, actors)."""
    powers = scores.astype(np.float64) ** PASSAGE_POWER
    return np.asarray((columns.holds @ powers.T).T, dtype=np.float64) ** (1 / PASSAGE_POWER)


# The arms

Read = Callable[[str, str], str]
"""What an encoder gets for a text and its language."""


def as_it_is(text: str, _language: str) -> str:
    """The text itself."""
    return text


class Meaning:
    """An encoder's vectors of all passages, centred by language or not, and its vectors of questions."""

    def __init__(self, columns: Corpus, encoder: Encoder, read: Read, *, centred: bool) -> None:
        self._encoder, self._read = encoder, read
        vectors = encoder.encode([read(*each) for each in zip(columns.texts, columns.languages, strict=True)])
        self._centre = centre(vectors, columns.languages) if centred else None
        self.vectors = self._centre.centred(vectors, columns.languages) if self._centre else vectors

    def of_questions(self, texts: Sequence[str]) -> Scores:
        """Vectors of shape (questions, d), made as for a question that somebody types."""
        languages = [detect(text) for text in texts]
        wanted = [self._read(*each) for each in zip(texts, languages, strict=True)]
        vectors = self._encoder.encode(wanted, query=True)
        return self._centre.centred(vectors, languages) if self._centre else vectors

    def scores(self, texts: Sequence[str]) -> Scores:
        """Cosines, those below zero as zero."""
        return np.asarray(np.maximum(self.of_questions(texts) @ self.vectors.T, 0), dtype=np.float32)

    def search(self, columns: Corpus) -> Arm:
        """Meaning and words together, as the search weighs them; names have no part."""
        names = index_words(identity_texts(columns), [NAMES] * len(columns.ids))
        search = Search(columns, self.vectors, index_words(columns.texts, columns.languages), names)

        def scores(texts: Sequence[str]) -> Scores:
            vectors = self.of_questions(texts)
            return np.array([search.passage_scores(*each) for each in zip(texts, vectors, strict=True)])

        return scores


def words_alone(columns: Corpus) -> Arm:
    """The words' part of the search: its score for a question that means nothing."""
    names = index_words(identity_texts(columns), [NAMES] * len(columns.ids))
    nothing = np.zeros(1, dtype=np.float32)
    vectors = np.zeros((len(columns.texts), 1), dtype=np.float32)
    search = Search(columns, vectors, index_words(columns.texts, columns.languages), names)
    return lambda texts: np.array([search.passage_scores(text, nothing) for text in texts])


def characters(columns: Corpus) -> Arm:
    """Cosines of runs of three to five characters within words, weighted by rarity."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    known = sparse.csr_array(vectorizer.fit_transform(columns.texts))

    def scores(texts: Sequence[str]) -> Scores:
        asked = sparse.csr_array(vectorizer.transform(texts))
        return np.asarray((asked @ known.T).toarray(), dtype=np.float32)

    return scores


def arms_of(columns: Corpus, default: Encoder, model: Encoder | None) -> dict[str, Arm]:
    """What is compared, by name: the project's own reading first."""
    own = Meaning(columns, default, encoder_text, centred=True)
    arms: dict[str, Arm] = {
        "default, meaning and words": own.search(columns),
        "default, meaning": own.scores,
        "default, words": words_alone(columns),
        "the encoder on the text itself": Meaning(columns, default, as_it_is, centred=False).scores,
        "runs of characters": characters(columns),
    }
    if model is not None:
        arms["the model on the text itself"] = Meaning(columns, model, as_it_is, centred=False).scores
        centred = Meaning(columns, model, as_it_is, centred=True)
        arms["the model, centred"] = centred.scores
        arms["the model, centred, and words"] = centred.search(columns)
    return arms


# The sentences


def sentence_tasks() -> tuple[Corpus, list[Task]]:
    """All sentences as one list of actors, and what is asked of it."""
    pairs, neighbours, paraphrases = map(read_pairs, ("pairs", "neighbours", "paraphrases"))
    sides = [side for each in (*pairs, *neighbours, *paraphrases) for side in (each.text, each.twin)]
    columns = described(sides)
    first = np.arange(0, len(sides), 2)
    of_pairs, abroad, of_paraphrases = np.split(first, np.cumsum([len(pairs), len(neighbours)]))
    english = np.concatenate([of_pairs, abroad]) + 1

    def asked(group: Sequence[Pair], rows: NDArray[np.intp]) -> list[Question]:
        return [
            Question(pair.text, frozenset([int(row) + 1]), pair.half, pair.kind)
            for pair, row in zip(group, rows, strict=True)
        ]

    back = [
        Question(pair.twin, frozenset([int(row)]), pair.half, pair.kind)
        for pair, row in zip(pairs, of_pairs, strict=True)
    ]
    tasks = [
        Task("Danish to English", asked(pairs, of_pairs), english, ONE_ANSWER),
        Task("English to Danish", back, of_pairs, ONE_ANSWER),
        Task("Danish to its paraphrase", asked(paraphrases, of_paraphrases), of_paraphrases + 1, ONE_ANSWER),
        Task("Norwegian and Swedish to English", asked(neighbours, abroad), english, ONE_ANSWER),
    ]
    return columns, tasks


# The projects


@dataclass(frozen=True, slots=True)
class Project:
    """A structural-fund project."""

    id: str
    title: str
    text: str
    start: date
    actor_ids: tuple[str, ...]


def read_projects(folder: Path) -> list[Project]:
    """The projects of the list with those who take part."""
    parts: dict[str, list[str]] = {}
    for row in _rows(folder / "participations.csv"):
        parts.setdefault(row["projectID"], []).append(row["organisationID"])
    return [
        Project(
            row["id"],
            row["title"],
            row["objective"],
            date.fromisoformat(row["startDate"]),
            tuple(dict.fromkeys(parts.get(row["id"], []))),
        )
        for row in _rows(folder / "projects.csv")
    ]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def title_task(projects: Sequence[Project]) -> tuple[Corpus, Task]:
    """Each title asks for its description; equal descriptions are one, equal titles accept each other's."""
    row_of = {text: row for row, text in enumerate(dict.fromkeys(each.text for each in projects))}
    answers: dict[str, set[int]] = {}
    for each in projects:
        answers.setdefault(each.title, set()).add(row_of[each.text])
    questions = [Question(title, frozenset(rows)) for title, rows in answers.items()]
    return described(row_of), Task(
        "Title to its own description", questions, np.arange(len(row_of)), ONE_ANSWER
    )


def partner_task(projects: Sequence[Project]) -> tuple[Corpus, Task]:
    """Each later project's text asks for those of its participants that an earlier project has made known."""
    earlier = [each for each in projects if each.start < CUT_OFF]
    later = [each for each in projects if each.start >= CUT_OFF]
    known = sorted({actor_id for each in earlier for actor_id in each.actor_ids})
    actors = [Actor(actor_id, "", ActorGroup.OTHER) for actor_id in known]
    collaborations = [
        Collaboration(
            each.id,
            each.title,
            tuple(map(Participation, each.actor_ids)),
            each.text,
            start=each.start,
        )
        for each in earlier
    ]
    columns = corpus(actors, collaborations, passages(actors, collaborations))
    row_of = columns.row_of
    questions = [
        Question(
            f"{each.title}. {each.text}", frozenset(row_of[one] for one in each.actor_ids if one in row_of)
        )
        for each in later
    ]
    asked = [question for question in questions if question.answers]
    return columns, Task("Project to its participants", asked, np.arange(len(known)), MANY_ANSWERS)


def popularity(task: Task, columns: Corpus) -> list[Places]:
    """Places where everybody is ranked by the number of earlier projects, whatever is asked."""
    projects = np.asarray(columns.takes_part.sum(axis=1)).ravel()
    place = np.empty(len(projects), dtype=np.intp)
    place[np.argsort(-projects, kind="stable")] = np.arange(1, len(projects) + 1)
    return [np.sort(place[list(question.answers)]) for question in task.questions]


# What is printed


def interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """A 95 % interval of the mean, by drawing the questions again with a fixed seed."""
    draws = np.random.default_rng(SEED).integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def figure(values: NDArray[np.float64]) -> str:
    """Mean and interval."""
    low, high = interval(values)
    return f"{values.mean():.2f} ({low:.2f}–{high:.2f})"


def by_half(task: Task, found: Mapping[str, list[Places]]) -> Iterator[str]:
    """One line for each arm: every measure, by half where the task has halves."""
    halves = [half for half in (*HALVES, "") if any(question.half == half for question in task.questions)]
    sizes = {half: sum(question.half == half for question in task.questions) for half in halves}
    heads = [f"{half} {measure}".strip() for half in halves for measure in task.measures]
    asked = " and ".join(f"{size} {half} questions".replace("  ", " ") for half, size in sizes.items())
    yield f"\n### {task.title}: {asked}, {len(task.candidates)} candidates\n"
    yield f"| | {' | '.join(heads)} |"
    yield "|---" * (len(heads) + 1) + "|"
    for arm, places in found.items():
        cells = []
        for half in halves:
            of_half = [
                each for each, question in zip(places, task.questions, strict=True) if question.half == half
            ]
            cells += [figure(measure(of_half)) for measure in task.measures.values()]
        yield f"| {arm} | {' | '.join(cells)} |"


def by_kind(task: Task, found: Mapping[str, list[Places]]) -> Iterator[str]:
    """One line for each arm: the first measure for every domain or language, tuning half / test half."""
    name, measure = next(iter(task.measures.items()))
    kinds = list(dict.fromkeys(question.kind for question in task.questions))
    yield f"\n{name} by part, tune / test:\n"
    yield f"| | {' | '.join(kinds)} |"
    yield "|---" * (len(kinds) + 1) + "|"
    for arm, places in found.items():
        values = measure(places)
        cells = []
        for kind in kinds:
            means = [
                values[
                    [question.kind == kind and question.half == half for question in task.questions]
                ].mean()
                for half in HALVES
            ]
            cells.append(" / ".join(f"{mean:.2f}" for mean in means))
        yield f"| {arm} | {' | '.join(cells)} |"


def failures(task: Task, found: Mapping[str, list[Places]]) -> Iterator[str]:
    """Questions of the tuning half whose twin does not come first by the default, and where it comes."""
    arms = [arm for arm in found if arm in ("default, meaning and words", "default, meaning")]
    yield f"\nNot first in the tuning half ({task.title}; {', '.join(arms)}):\n"
    for number, question in enumerate(task.questions):
        places = [int(found[arm][number].min()) for arm in arms]
        if question.half == "tune" and max(places) > 1:
            yield f"- {', '.join(map(str, places))}: {question.text}"


def print_task(task: Task, columns: Corpus, arms: Mapping[str, Arm], *, with_failures: bool = False) -> None:
    """The tables of one task."""
    found = {name: places_of(task, columns, arm) for name, arm in arms.items()}
    if task.measures is MANY_ANSWERS:
        found["number of earlier projects"] = popularity(task, columns)
    lines = [*by_half(task, found)]
    if any(question.kind for question in task.questions):
        lines += by_kind(task, found)
        if with_failures:
            lines += failures(task, found)
    print("\n".join(lines), flush=True)


def main() -> None:
    """Print all of it as Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", default="", help="folder of a multilingual model to compare with")
    parser.add_argument("--danish-erdf", type=Path, default=DANISH_ERDF, help="folder of the project list")
    parser.add_argument("--failures", action="store_true", help="list what fails in the tuning half")
    arguments = parser.parse_args()
    default = load_encoder(folder=Path(os.environ.get("MATCHMAKER_GRAPHS", GRAPHS)))
    model = load_encoder(arguments.model, folder=GRAPHS) if arguments.model else None
    print(f"`{default.name}`" + (f" and `{model.name}`" if model else ""))

    columns, tasks = sentence_tasks()
    arms = arms_of(columns, default, model)
    print(f"\n## Sentences\n\n{len(columns.ids)} in one list.")
    for task in tasks:
        print_task(task, columns, arms, with_failures=arguments.failures)

    print("\n## Danish projects\n")
    if not (arguments.danish_erdf / "projects.csv").is_file():
        print(f"Left out: there is no list of projects in {arguments.danish_erdf}.")
        return
    projects = read_projects(arguments.danish_erdf)
    print(f"{len(projects)} projects; participants are known by projects that started before {CUT_OFF}.")
    for make in (title_task, partner_task):
        columns, task = make(projects)
        print_task(task, columns, arms_of(columns, default, model))


if __name__ == "__main__":
    main()
