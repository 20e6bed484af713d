"""What an analyst waits for longest: two days side by side, every table in one file, and looking back at spin-offs.

    python -m benchmarks.studies WORKSPACE [--from DAY] [--to DAY] [--first YEAR] [--last YEAR] [--only NAME ...]

``WORKSPACE`` is a built one and is copied. Each study is worked out in this process, with one thread for linear algebra, and told
in processor seconds, which other work on the machine does not change; with its digest, so that two versions of the program can
be compared.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

# As the command line does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pyarrow as pa

from benchmarks.quality_tables import show
from matchmaker.bundles import Files, write_tables
from matchmaker.published import Published
from matchmaker.workspace import Workspace

STUDIES = ("comparison", "tables", "backtest")


def main() -> None:
    """Measure and print."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(asked.workspace, folder)
        with Workspace.open(folder) as workspace:
            published = workspace.published()
            print(
                f"{published.counts().actors:,} actors, {published.counts().collaborations:,} collaborations."
            )
            rows: list[list[str]] = []
            if "comparison" in asked.only:
                first, second = asked.first_day, asked.second_day
                rows.append(
                    _line(
                        f"{first} beside {second}", lambda: repr(published.analysis.compared(first, second))
                    )
                )
            if "tables" in asked.only:
                rows += _tables(published, Path(name))
            if "backtest" in asked.only:
                years = asked.first, asked.last
                rows.append(
                    _line(
                        f"looking back, {years[0]} to {years[1]}",
                        lambda: repr(
                            published.analysis.backtest_spin_offs(*years, today=date(years[1] + 2, 1, 1))
                        ),
                    )
                )
    show("Studies", ["what", "processor, s", "digest"], rows)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


def _tables(published: Published, folder: Path) -> list[list[str]]:
    """Every figure as tables, and the tables as each kind of file."""
    found: dict[str, pa.Table] = {}

    def work() -> str:
        found.update(published.frames())
        return f"{sum(each.num_rows for each in found.values()):,} rows in {len(found)} tables"

    rows = [_line("all tables", work)]
    kinds: tuple[tuple[str, Files], ...] = ((".zip", "csv"), (".zip", "parquet"), (".xlsx", "csv"))
    for ending, files in kinds:
        path = folder / f"{files}{ending}"
        rows.append(
            _line(f"into {ending}, {files}", lambda path=path, files=files: _written(path, found, files))
        )
    return rows


def _written(path: Path, tables: dict[str, pa.Table], files: Files) -> str:
    write_tables(path, tables, files)
    return f"{path.stat().st_size:,} bytes"


def _line(what: str, work: Callable[[], str]) -> list[str]:
    started = time.process_time()
    told = work()
    taken = time.process_time() - started
    digest = told if len(told) < 60 else hashlib.sha256(told.encode()).hexdigest()[:16]
    print(what, f"{taken:.1f} s", digest, flush=True)
    return [what, f"{taken:.1f}", digest]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--from", dest="first_day", type=date.fromisoformat, default=date(2022, 12, 31))
    parser.add_argument("--to", dest="second_day", type=date.fromisoformat, default=date(2024, 12, 31))
    parser.add_argument("--first", type=int, default=2022)
    parser.add_argument("--last", type=int, default=2023)
    parser.add_argument("--only", nargs="+", choices=STUDIES, default=list(STUDIES))
    return parser.parse_args()


if __name__ == "__main__":
    main()
