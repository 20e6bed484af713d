"""Do those who are proposed for a gap later work in the sub-cluster? What was known at a day against what came after it.

    python -m benchmarks.gaps [--cordis ZIP] [--cache FOLDER] [--days DAY ...] [--months N] [--seed N]

At each day the whole landscape is found anew from what was known then. A *cell* is one sub-cluster and one actor group, or
one region at the level that `matchmaker gaps` compares; its candidates are the actors of the kind that are no members. Who
of the first ten takes part in a collaboration of the sub-cluster within the months that follow is a hit; a later
collaboration lies in the sub-cluster that most of the 15 nearest earlier ones lie in. *New* leaves out candidates who had
taken part in one of its collaborations before.

In a second test a tenth of the members of each cell is hidden: what they did and said in the sub-cluster is taken away, and
they are candidates like all others who did not take part in its collaborations. Those with nothing else are not
counted, since nothing is left to find them by.

Brackets hold 95 % of a bootstrap over sub-clusters, since the cells of one are no independent cases. Prints Markdown; five
minutes on two cores once CORDIS is encoded.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from benchmarks.quality import CACHE, CORDIS
from benchmarks.quality_data import cordis
from matchmaker.centring import centre
from matchmaker.corpus import Corpus, day_number
from matchmaker.landscape import survey
from matchmaker.landscape.documents import documents
from matchmaker.landscape.fillers import Outside, theme_centres
from matchmaker.landscape.gaps import GapVerdict, gaps
from matchmaker.landscape.incidence import Incidence, incidence
from matchmaker.landscape.kinds import Kinds, group_kinds, region_kinds
from matchmaker.matching.splits import as_of

DAYS = ("2022-06-30", "2022-12-31", "2023-06-30", "2023-12-31")
"""The points of a filler were chosen on the first; the last was not looked at before it was reported."""
TOP = 10
FEWEST_CANDIDATES = 20
NEAREST = 15
HIDDEN = 0.1
RESAMPLES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What was known at a day."""

    corpus: Corpus
    vectors: NDArray[np.float32]
    places: Incidence
    there: NDArray[np.bool_]
    """Shape (n,): actors of whom anything was known."""
    gaps: frozenset[tuple[str, str]]
    """Sub-cluster and group or region of every gap that was found missing or needed."""


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One sub-cluster and one kind with the candidates for it."""

    place: int
    kind: str
    gap: bool
    candidates: NDArray[np.int64]
    scores: dict[str, NDArray[np.float64]]
    """By arm, shape of the candidates: who is proposed first."""
    before: NDArray[np.bool_]
    """Had taken part in a collaboration of the sub-cluster."""
    hits: NDArray[np.bool_]


def main() -> None:
    """Measure and print."""
    chosen = _arguments()
    corpus, vectors = cordis(chosen.cordis, chosen.cache, progress=lambda *_: None)
    print(f"First {TOP}, {chosen.months} months ahead\n")
    for day in map(date.fromisoformat, chosen.days):
        known = _known(corpus, vectors, day)
        later = _later(corpus, vectors, known, day, chosen.months)
        cells = list(_cells(known, later > 0))
        print(f"## Known on {day}: {len(known.places.tops)} sub-clusters, {len(known.gaps)} gaps\n")
        _print_joined(cells)
        hidden = list(_hidden_cells(known, np.random.default_rng(chosen.seed)))
        _print_table("a tenth of the members hidden", hidden, lambda cell: ~cell.before)
        print(flush=True)


def _known(corpus: Corpus, vectors: NDArray[np.float32], day: date) -> Known:
    past = as_of(corpus, np.asarray(vectors), day)
    centred = centre(past.vectors, past.corpus.languages).centred(past.vectors, past.corpus.languages)
    landscape = survey(past.corpus, centred)
    found = gaps(past.corpus, centred, landscape, limit=1000, top=1)
    named = frozenset(
        (each.sub_cluster_id, each.what)
        for each in found.gaps
        if each.verdict in (GapVerdict.MISSING, GapVerdict.NEEDED)
    )
    return Known(past.corpus, centred, incidence(past.corpus, landscape), past.known, named)


def _later(
    corpus: Corpus, vectors: NDArray[np.float32], known: Known, day: date, months: int
) -> NDArray[np.float64]:
    """Shape (n, s): collaborations of two or more in each sub-cluster that each actor began in the months after the day."""
    end = day + timedelta(days=round(months * 365.25 / 12))
    dates, sizes = corpus.collaboration_dates, np.asarray(corpus.takes_part.sum(axis=0))
    columns = np.flatnonzero((dates > day_number(day)) & (dates <= day_number(end)) & (sizes > 1))
    places = known.places
    homes = places.collaboration_home(places.tops)
    told = documents(known.corpus, known.vectors)
    home = np.where(told.columns >= 0, homes[np.maximum(told.columns, 0)], -1)
    usable = (home >= 0) & told.has_text
    everything = centre(np.asarray(vectors), corpus.languages).centred(np.asarray(vectors), corpus.languages)
    every = documents(corpus, everything)
    row_of = {int(column): row for row, column in enumerate(every.columns) if column >= 0}
    near = every.vectors[[row_of[int(each)] for each in columns]] @ told.vectors[usable].T
    nearest = np.argpartition(-near, NEAREST, axis=1)[:, :NEAREST]
    votes = home[usable][nearest]
    lies = np.array([np.bincount(each, minlength=len(places.ids)).argmax() for each in votes])
    of = sparse.csr_array(
        (np.ones(len(columns)), (np.arange(len(columns)), lies)), shape=(len(columns), len(places.ids))
    )
    return np.asarray((sparse.csr_array(corpus.takes_part[:, columns]) @ of).toarray())


def _cells(known: Known, hits: NDArray[np.bool_]) -> Iterator[Cell]:
    centres = theme_centres(known.corpus, known.vectors, known.places)
    kinds = _kinds(known)
    for place in known.places.tops.tolist():
        outside = Outside(known.corpus, known.vectors, known.places, place, centres=centres)
        for name, of in kinds.items():
            for column, what in enumerate(of.names):
                rows = np.flatnonzero(of.of[:, [column]].toarray().ravel())
                rows = rows[~outside.inside[rows] & known.there[rows]]
                if len(rows) >= FEWEST_CANDIDATES:
                    gap = (known.places.ids[place], what) in known.gaps
                    yield _cell(known, outside, place, name, rows, hits[rows, place], gap=gap)


def _cell(
    known: Known,
    outside: Outside,
    place: int,
    kind: str,
    rows: NDArray[np.int64],
    hits: NDArray[np.bool_],
    *,
    gap: bool = False,
) -> Cell:
    busy = np.diff(known.corpus.takes_part.indptr).astype(np.float64)
    scores = {
        "fillers": outside.score[rows],
        "nearness alone": outside.near[rows],
        "most collaborations in the sub-cluster": outside.takes_part[rows] + 1e-3 * outside.near[rows],
        "most collaborations": busy[rows],
    }
    return Cell(place, kind, gap, rows, scores, outside.takes_part[rows] > 0, hits)


def _kinds(known: Known) -> dict[str, Kinds]:
    sizes = [len(known.places.members(place)) for place in known.places.tops.tolist()]
    return {"group": group_kinds(known.corpus), "region": region_kinds(known.corpus, float(np.median(sizes)))}


def _hidden_cells(known: Known, random: np.random.Generator) -> Iterator[Cell]:
    """Cells in which a tenth of the members are candidates like others, and whether a candidate is one of them."""
    kinds = _kinds(known)
    for place in known.places.tops.tolist():
        members = known.places.members(place)
        for name, of in kinds.items():
            hidden = _drawn(of, members, random)
            without = _without(known, place, hidden)
            centres = theme_centres(without.corpus, without.vectors, without.places)
            outside = Outside(without.corpus, without.vectors, without.places, place, centres=centres)
            left = np.diff(without.corpus.takes_part.indptr) > 0
            is_hidden = np.zeros(len(left), dtype=np.bool_)
            is_hidden[hidden] = True
            for column in range(len(of.names)):
                rows = np.flatnonzero(of.of[:, [column]].toarray().ravel())
                rows = rows[~outside.inside[rows] & left[rows]]
                if len(rows) >= FEWEST_CANDIDATES:
                    yield _cell(without, outside, place, name, rows, is_hidden[rows])


def _drawn(of: Kinds, members: NDArray[np.int64], random: np.random.Generator) -> NDArray[np.int64]:
    """A tenth of the members of each kind, where that is one at least."""
    drawn = []
    for column in range(len(of.names)):
        some = members[of.of[members][:, [column]].toarray().ravel() > 0]
        drawn.append(random.choice(some, int(len(some) * HIDDEN), replace=False))
    return np.unique(np.concatenate(drawn)).astype(np.int64)


def _without(known: Known, place: int, hidden: NDArray[np.int64]) -> Known:
    """The same without what some members did and said in one sub-cluster, and without their membership."""
    corpus, places = known.corpus, known.places
    columns = set(places.columns(place).tolist())
    names = {corpus.collaboration_ids[column] for column in columns}
    said = np.array([source in names for source in corpus.sources])
    own = np.append(np.flatnonzero(places.parents == place), place)
    return replace(
        known,
        corpus=replace(
            corpus,
            takes_part=_cleared(corpus.takes_part, hidden, np.array(sorted(columns), dtype=np.int64)),
            holds=_cleared(corpus.holds, hidden, np.flatnonzero(said)),
        ),
        places=replace(places, confidence=_cleared(places.confidence, hidden, own)),
    )


def _cleared(
    matrix: sparse.csr_array, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> sparse.csr_array:
    """The same with nothing where the rows and the columns meet."""
    entries = sparse.coo_array(matrix)
    chosen_rows, chosen_columns = (
        np.zeros(matrix.shape[0], dtype=np.bool_),
        np.zeros(matrix.shape[1], dtype=np.bool_),
    )
    chosen_rows[rows], chosen_columns[columns] = True, True
    kept = ~(chosen_rows[entries.coords[0]] & chosen_columns[entries.coords[1]])
    return sparse.csr_array(
        (entries.data[kept], (entries.coords[0][kept], entries.coords[1][kept])), shape=matrix.shape
    )


def _print_joined(cells: Sequence[Cell]) -> None:
    everyone: Callable[[Cell], NDArray[np.bool_]] = lambda cell: np.ones(len(cell.candidates), dtype=np.bool_)  # noqa: E731
    _print_table("joins", cells, everyone)
    _print_table("joins, new", cells, lambda cell: ~cell.before)
    _print_table("joins, gaps alone", [cell for cell in cells if cell.gap], everyone)
    _print_table("joins, new, gaps alone", [cell for cell in cells if cell.gap], lambda cell: ~cell.before)


def _print_table(title: str, cells: Sequence[Cell], allowed: Callable[[Cell], NDArray[np.bool_]]) -> None:
    """Mean hit rate of the first ten over cells in which there is anything to find."""
    for kind in ("group", "region"):
        rates: dict[str, list[float]] = defaultdict(list)
        places = []
        for cell in cells:
            some = allowed(cell)
            if cell.kind != kind or some.sum() < FEWEST_CANDIDATES or not cell.hits[some].any():
                continue
            places.append(cell.place)
            hits = cell.hits[some]
            rates["random"].append(float(hits.mean()))
            for arm, scores in cell.scores.items():
                first = np.lexsort((cell.candidates[some], -scores[some]))[:TOP]
                rates[arm].append(float(hits[first].mean()))
        if not places:
            print(f"- {title}, by {kind}: no cell with anything to find")
            continue
        compared = zip(rates["fillers"], rates["most collaborations"], strict=True)
        rates["fillers less most collaborations"] = [ours - theirs for ours, theirs in compared]
        print(
            f"- {title}, by {kind} ({len(places)} cells in {len(set(places))} sub-clusters): {_told(rates, places)}"
        )


def _told(rates: Mapping[str, Sequence[float]], places: Sequence[int]) -> str:
    return "; ".join(f"{arm} {_interval(values, places)}" for arm, values in rates.items())


def _interval(values: Sequence[float], places: Sequence[int]) -> str:
    random = np.random.default_rng(0)
    value, place = np.array(values), np.array(places)
    by_place = [value[place == each] for each in np.unique(place)]
    sums, counts = np.array([each.sum() for each in by_place]), np.array([len(each) for each in by_place])
    drawn = random.integers(len(by_place), size=(RESAMPLES, len(by_place)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.025, 0.975])
    return f"{value.mean():.3f} [{low:.3f}, {high:.3f}]"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--days", nargs="+", default=DAYS)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    if not chosen.cordis.exists():
        raise SystemExit(f"{chosen.cordis} is not there; give the CORDIS bulk download with --cordis.")
    return chosen


if __name__ == "__main__":
    main()
