"""Import, build and questions on the whole CORDIS set: seconds and peak memory of each step, in processes of their own.

    python -m benchmarks.pipeline [--cordis PATH] [--workspace FOLDER]

With ``--workspace`` an earlier run's folder is used again, so that its cached vectors need not be made a second time.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

CORDIS = Path("../shared/data/cordis-horizon/cordis-HORIZONprojects-csv.zip")
ASKED = 200
QUERIES = (
    "enzymes for protein from grass",
    "hvem arbejder med fermentering af sidestrømme?",
    "hydrogen electrolysers for ships",
    "affaldsvarme fra datacentre til fjernvarme",
    "insect larvae for fish feed",
    "vandrensning med membraner",
)


def import_cordis(folder: Path, source: Path) -> dict[str, float]:
    """Read and store everything."""
    from matchmaker.workspace import Workspace

    with Workspace.open(folder, create=True) as workspace:
        report = workspace.import_cordis(source, who="benchmark")
    return {"actors": len(report.changes.actors.new) + len(report.changes.actors.unchanged)}


def build(folder: Path, _source: Path) -> dict[str, float]:
    """Build, with the seconds of each step."""
    from matchmaker.workspace import Workspace

    steps: dict[str, float] = {}
    begun: list[tuple[str, float]] = []

    def progress(step: str, _done: int, _total: int) -> None:
        now = time.perf_counter()
        if not begun or begun[-1][0] != step:
            if begun:
                steps[begun[-1][0]] = round(now - begun[-1][1], 1)
            begun.append((step, now))

    with Workspace.open(folder) as workspace:
        report = workspace.build(progress=progress)
    if begun:
        steps[begun[-1][0]] = round(time.perf_counter() - begun[-1][1], 1)
    return {"made": report.made, "passages": report.passages, **steps}


def ask(folder: Path, _source: Path) -> dict[str, float]:
    """Load, then suggestions with reasons for some actors and searches, against plain NumPy over the passages."""
    from matchmaker.workspace import Workspace

    with Workspace.open(folder) as workspace:
        started = time.perf_counter()
        published = workspace.published()
        loaded = time.perf_counter()
        published.search(QUERIES[0])
        first = time.perf_counter()
        ids = sorted(published.actor_names())
        chosen = [ids[int(place)] for place in np.linspace(0, len(ids) - 1, ASKED)]
        suggesting = [
            _seconds(lambda actor_id=actor_id: published.suggestions(actor_id)) for actor_id in chosen
        ]
        searching = [_seconds(lambda text=text: published.search(f"{text} again")) for text in QUERIES]
        vectors = np.load(folder / "builds" / published.generation / "vectors.npy").astype(np.float32)
        plain = [_seconds(lambda row=row: np.argsort(-(vectors @ vectors[row]))[:20]) for row in range(20)]
    baseline = statistics.median(plain)
    return {
        "load_s": round(loaded - started, 2),
        "first_search_s": round(first - loaded, 2),
        "suggest_median_ms": round(1000 * statistics.median(suggesting), 1),
        "suggest_p95_ms": round(1000 * sorted(suggesting)[int(0.95 * ASKED)], 1),
        "search_median_ms": round(1000 * statistics.median(searching), 1),
        "numpy_dot_and_sort_ms": round(1000 * baseline, 1),
        "search_to_numpy_ratio": round(statistics.median(searching) / baseline, 2),
    }


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _measured(
    step: Callable[[Path, Path], dict[str, float]],
    folder: Path,
    source: Path,
    answers: multiprocessing.Queue[dict[str, float]],
) -> None:
    started = time.perf_counter()
    found = step(folder, source)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answers.put({**found, "wall_s": round(time.perf_counter() - started, 1), "peak_mb": round(peak)})


def main() -> None:
    """Run every step and print a JSON line for each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--workspace", type=Path)
    chosen = parser.parse_args()
    if not chosen.cordis.exists():
        raise SystemExit(f"{chosen.cordis} is not there; give the CORDIS bulk download with --cordis.")
    folder = chosen.workspace or Path(tempfile.mkdtemp()) / "workspace"
    processes = multiprocessing.get_context("spawn")
    for step in (import_cordis, import_cordis, build, build, ask):
        answers = processes.Queue()
        process = processes.Process(target=_measured, args=(step, folder, chosen.cordis, answers))
        process.start()
        print(json.dumps({"step": step.__name__, **answers.get()}), flush=True)
        process.join()


if __name__ == "__main__":
    main()
