"""What stays when 5 % new actors come: members together again, ids, and places on the map, going on or beginning anew.

    python -m benchmarks.lineage [--cordis ZIP] [--cache FOLDER] [--new SHARE]

The build before holds all actors but some, drawn at random or those that came last. Prints Markdown. Only actors of
both builds count; an actor is in the sub-cluster where it is surest.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from sklearn.metrics import adjusted_rand_score

from benchmarks.metering import Meter
from benchmarks.part_of_a_cluster import by_arrival, with_actors
from benchmarks.quality_data import cordis
from benchmarks.quality_tables import say
from benchmarks.sub_clusters import CACHE, CORDIS
from matchmaker.centring import centre
from matchmaker.landscape import Landscape, Past, survey_after
from matchmaker.landscape.lineage import with_lasting_ids
from matchmaker.landscape.map_quality import map_shift


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--new", type=float, default=0.05)
    chosen = parser.parse_args()
    columns, encoded = cordis(chosen.cordis, chosen.cache, progress=lambda *_: None)
    vectors = centre(encoded, columns.languages).centred(encoded, columns.languages)
    fresh = survey_after(None, columns, vectors).landscape
    orders = {
        "at random": np.random.default_rng(0).permutation(len(columns.ids)),
        "the newest": by_arrival(columns),
    }
    say("| new actors | build | level | together again (ARI) | same id | ids kept | map moved | s |")
    say("|---|---|---|---|---|---|---|---|")
    for name, order in orders.items():
        before = survey_after(
            None, *with_actors(columns, vectors, order[: round((1 - chosen.new) * len(order))])
        )
        past = Past(before.landscape, before.trace)
        with Meter() as meter:
            grown = survey_after(past, columns, vectors).landscape
        ids = with_lasting_ids(fresh.sub_clusters, before.landscape.sub_clusters)
        for kind, now, id_of in (("begun anew", fresh, ids), ("gone on", grown, {})):
            for level in (1, 2):
                figures = _figures(before.landscape, now, id_of, level)
                moved = map_shift(now.points, before.landscape.points) or 0.0
                seconds = f"{meter.seconds:.0f}" if now is grown else ""
                say(f"| {name} | {kind} | {level} | {figures} | {moved:.2%} | {seconds} |")
        kinds = Counter(each.kind.value for each in grown.changes)
        say(f"\n{name}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) + "\n")


def _figures(before: Landscape, now: Landscape, id_of: dict[str, str], level: int) -> str:
    then, today = _homes(before, level), _homes(now, level)
    both = [actor_id for actor_id in then if actor_id in today]
    was = [then[actor_id] for actor_id in both]
    is_now = [id_of.get(today[actor_id], today[actor_id]) for actor_id in both]
    same = np.mean([one == other for one, other in zip(was, is_now, strict=True)])
    old = {each.id for each in before.sub_clusters if (each.parent_id is None) == (level == 1)}
    kept = old & {id_of.get(each.id, each.id) for each in now.sub_clusters}
    return f"{adjusted_rand_score(was, is_now):.3f} | {same:.1%} | {len(kept)} of {len(old)}"


def _homes(landscape: Landscape, level: int) -> dict[str, str]:
    best: dict[str, tuple[float, str]] = {}
    for each in landscape.sub_clusters:
        if (each.parent_id is None) == (level == 1):
            for member in each.members:
                best[member.actor_id] = max(
                    best.get(member.actor_id, (-1.0, "")), (member.confidence, each.id)
                )
    return {actor_id: home for actor_id, (_, home) in best.items()}


if __name__ == "__main__":
    main()
