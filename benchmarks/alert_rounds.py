"""What a look through many saved searches costs, before a build and after one, on a copy of a built workspace.

    python -m benchmarks.alert_rounds WORKSPACE [--searches N] [--comers N]

Of ten searches six ask a sentence, three who fits an actor, one only filters. *Before a build*: actors come with text taken from others.
*After a build*: the newest actors of the build count as come since the searches were saved. Then a program that starts anew, and
looks again. Prints Markdown: processor seconds, the most memory, the alerts, and a mark of who was told of whom.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from matchmaker.actors import Actor, ActorGroup, PassageKind
from matchmaker.alerts import SearchKind, Wanted
from matchmaker.corpus import KINDS
from matchmaker.language import sentences
from matchmaker.saved_searches import LONGEST_TEXT, MOST_SEARCHES
from matchmaker.workspace import DATABASE, Workspace

SEED = 0
LOWER = 0.999


def main() -> None:
    """Copy, save, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--searches", type=int, default=1000)
    parser.add_argument("--comers", type=int, default=100)
    parser.add_argument("--profile", action="store_true", help="say where the time goes")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        copied = Path(shutil.copytree(given.workspace, Path(folder) / "workspace"))
        (copied / f"{DATABASE}.lock").unlink(missing_ok=True)
        with Workspace.open(copied) as workspace:
            _save(workspace, given.searches)
        for look in ("first", "again"):
            with Workspace.open(copied) as workspace:
                _as_new(workspace, given.comers)
                _timed(f"after a build, {look}", workspace, given.profile)
        with Workspace.open(copied) as workspace:
            workspace._store.apply(_comers(workspace, given.comers), [], source="list.csv", who="benchmark")
            _timed("before a build", workspace, given.profile)
    print(f"\nMost memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20:.1f} GiB.")


def _timed(name: str, workspace: Workspace, profiled: bool) -> None:
    workspace.published().fitting()
    run: Callable[[], object] = workspace.alerts.look
    before, wall = time.process_time(), time.monotonic()
    if profiled:
        import cProfile
        import pstats

        profile = cProfile.Profile()
        profile.runcall(run)
        pstats.Stats(profile).sort_stats("cumulative").print_stats(35)
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)
    else:
        run()
    spent, waited = time.process_time() - before, time.monotonic() - wall
    before = time.process_time()
    workspace.alerts.look()
    again = time.process_time() - before
    number, mark = _told(workspace)
    print(
        f"| {name} | {spent:.1f} ({waited:.1f} by the clock) | {1000 * again:.1f} | {number} | {mark} |",
        flush=True,
    )


def _told(workspace: Workspace) -> tuple[int, str]:
    """How many alerts there are, and a mark of which search was told of whom."""
    told: list[tuple[str, str, bool]] = []
    for owner in _owners(workspace):
        names = {each.id: each.name for each in workspace.alerts.searches(owner)}
        inbox = workspace.alerts.inbox(owner, limit=1_000_000)
        told += [(names[each.search_id], each.actor_id, each.added) for each in inbox]
    return len(told), hashlib.sha256(repr(sorted(told)).encode()).hexdigest()[:12]


def _owners(workspace: Workspace) -> list[str]:
    return sorted({each.search.owner for each in workspace._store.saved_searches.watched()})


def _save(workspace: Workspace, number: int) -> None:
    started = time.process_time()
    for place, each in enumerate(_wanted(workspace, number)):
        workspace.alerts.save(f"key-{place // MOST_SEARCHES}", f"{place}", each, who="benchmark")
    print(
        f"Saving takes {(time.process_time() - started) / number * 1000:.0f} ms of the processor a search.\n"
    )
    print("| look | processor, s | the next, ms | alerts | who was told |\n|---|---|---|---|---|")


def _wanted(workspace: Workspace, number: int) -> Iterator[Wanted]:
    """Six sentences, three actors and one filter in ten; every fourth with a country, every fifth with a group."""
    drawn = np.random.default_rng(SEED)
    corpus = workspace.published().fitting()._corpus
    groups = list(ActorGroup)
    told = np.flatnonzero(np.diff(corpus.holds.indptr) > 0)
    for place in range(number):
        passage, row = int(drawn.integers(len(corpus.texts))), int(drawn.choice(told))
        country = corpus.countries[row] if place % 4 == 0 else ""
        group = (groups[int(drawn.integers(3))],) if place % 5 == 0 else ()
        if place % 10 < 6:
            sentence = sentences(corpus.texts[passage])[0][:LONGEST_TEXT]
            yield Wanted(SearchKind.TEXT, " ".join(sentence.split()), groups=group, region=country)
        elif place % 10 < 9:
            yield Wanted(SearchKind.ACTOR, actor_id=corpus.ids[row], groups=group, new=place % 2 == 0)
        else:
            yield Wanted(SearchKind.FILTERS, groups=(groups[place % 3],), region=corpus.countries[row])


def _comers(workspace: Workspace, number: int) -> list[Actor]:
    """New actors, each with the name of nobody, the place and group of somebody, and a text of one of the collaborations."""
    drawn = np.random.default_rng(SEED + 1)
    corpus = workspace.published().fitting()._corpus
    rows = drawn.integers(len(corpus.ids), size=number)
    passages = drawn.choice(
        np.flatnonzero(np.asarray(corpus.kinds) == KINDS.index(PassageKind.PROJECT)), number
    )
    return [
        replace(
            corpus.actor(int(row)),
            id=f"comer:{place}",
            name=f"Comer {place}",
            registration_number="",
            description=corpus.texts[passage],
        )
        for place, (row, passage) in enumerate(zip(rows, passages, strict=True))
    ]


def _as_new(workspace: Workspace, number: int) -> None:
    """Let the newest actors of the build count as come after the searches were saved, and on nobody's list."""
    with workspace._store._writing() as connection:
        since = workspace._built_until()[1]
        kept = connection.execute(
            "SELECT number, subject_id FROM audit WHERE number <= ? AND subject_kind = 'actor' ORDER BY number DESC LIMIT ?",
            (since, number),
        ).fetchall()
        connection.execute("DELETE FROM alerts")
        connection.executemany(
            "DELETE FROM saved_search_known WHERE actor_id = ?", [(each,) for _, each in kept]
        )
        # Without them the last of each list would be a hair worse; the floors must not be the newcomers' own scores.
        floors = connection.execute("SELECT id, floors FROM saved_searches").fetchall()
        connection.executemany(
            "UPDATE saved_searches SET floors = ?, since = ? WHERE id = ?",
            [
                (
                    json.dumps({name: LOWER * floor for name, floor in json.loads(each).items()}),
                    kept[-1][0] - 1,
                    search,
                )
                for search, each in floors
            ],
        )


if __name__ == "__main__":
    main()
