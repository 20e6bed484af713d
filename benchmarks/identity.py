"""How many duplicates are found, and how many pairs are suspected wrongly: `python benchmarks/identity.py` (reads ../shared/data).

Three looks at the rule of name and place alone, and one at all rules:

1. CORDIS organisations with the same VAT number and different ids are taken for the same. This truth is poor: most are departments,
   institutes or daughters that share the number of whoever owns them under a name of their own.
2. The same, only of pairs that a person would see to be one from their names (at least half of the information in common).
3. Real names, written as a second list writes them (another legal form, another spelling of æ ø å, capitals, a typing error, no city
   for every third), put beside all the others: here the truth is known by construction, the errors are not.
4. All rules on the pairs of the third look, where every second one of the second list has its number.

Precision counts only suspicions whose truth is known: of the first two looks, pairs in which both have a VAT number.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from matchmaker.actors import Actor, Place
from matchmaker.identity import EvidenceKind, Names, Suspicion, likely_same
from matchmaker.identity.keys import number_key, words_of
from matchmaker.sources.cordis import read_cordis

CORDIS = Path(__file__).parents[2] / "shared" / "data" / "cordis-horizon" / "cordis-HORIZONprojects-csv.zip"
NAME_ALONE = frozenset({EvidenceKind.NAME, EvidenceKind.PLACE, EvidenceKind.OTHER_PLACE})
LEASTS = (0.5, 0.55, 0.62, 0.7, 0.8, 0.9)
FORMS = ("", " A/S", " ApS", " GmbH", " Ltd", " BV", " SRL", " AB")
Pair = tuple[str, str]


def main() -> None:
    """Read, measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cordis", type=Path, default=CORDIS)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--large", action="store_true", help="Also time 250,000 actors.")
    arguments = parser.parse_args()
    if not arguments.cordis.exists():
        raise SystemExit(f"{arguments.cordis} is not there; name the CORDIS download with --cordis")
    actors = list(read_cordis(arguments.cordis).actors)
    numbers = {each.id: number_key(each.registration_number, each.place.country) for each in actors}
    same = _same_number(numbers)
    print(
        f"{len(actors):,} actors, {sum(map(bool, numbers.values())):,} with a VAT number, {len(same)} pairs that share one"
    )
    found, seconds = timed(actors, by=NAME_ALONE, least=0.3)
    print(f"\nName and place alone: {seconds:.1f} s of processor time")
    known = [each for each in found if numbers[each.a] and numbers[each.b]]
    table("1. the same VAT number", known, same)
    table("2. of these, names with half in common", known, _alike(actors, same))
    written, truth = second_list(actors, random.Random(arguments.seed))
    found, seconds = timed([*actors, *written], by=NAME_ALONE, of={each.id for each in written}, least=0.3)
    table(f"3. {len(written):,} names written anew, name and place alone ({seconds:.1f} s)", found, truth)
    found, seconds = timed([*actors, *written], of={each.id for each in written}, least=0.3)
    table(f"4. the same, all rules ({seconds:.1f} s)", found, truth)
    _, seconds = timed(actors)
    print(f"\nAll rules, {len(actors):,} actors: {seconds:.1f} s of processor time")
    if arguments.large:
        many = [
            replace(each, id=f"{turn}:{each.id}", name=f"{each.name} {'ABCDEFGHIJ'[turn]}{turn}x" if turn else each.name,
                    registration_number=f"{each.registration_number}{turn}" if turn and each.registration_number else each.registration_number,
                    website="")
            for turn in range(1 + 250_000 // len(actors))
            for each in actors
        ][:250_000]  # fmt: skip
        _, seconds = timed(many)
        print(f"All rules, {len(many):,} actors: {seconds:.1f} s of processor time")


def timed(
    actors: Sequence[Actor],
    *,
    by: Collection[EvidenceKind] = frozenset(EvidenceKind),
    of: Collection[str] = (),
    least: float = 0.62,
) -> tuple[list[Suspicion], float]:
    """The pairs, and the seconds of processor time."""
    words_of.cache_clear()
    started = time.process_time()
    found = likely_same(actors, by=by, of=of, least=least)
    return found, time.process_time() - started


def table(title: str, found: Iterable[Suspicion], truth: Collection[Pair]) -> None:
    """Precision and recall at each least score, as Markdown."""
    scored = list(found)
    print(
        f"\n{title}: {len(truth):,} true pairs\n\n| least score | pairs | right | precision | recall |\n|---|---|---|---|---|"
    )
    for least in LEASTS:
        shown = [each for each in scored if each.score >= least]
        right = sum(each.pair in truth for each in shown)
        print(
            f"| {least} | {len(shown):,} | {right:,} | {right / max(1, len(shown)):.2f} | {right / max(1, len(truth)):.2f} |"
        )


def second_list(actors: Sequence[Actor], pick: random.Random) -> tuple[list[Actor], set[Pair]]:
    """Every twentieth actor as another list has it, and the pairs that are the same."""
    written, truth = [], set()
    for place, actor in enumerate(pick.sample(list(actors), len(actors) // 20)):
        city = "" if place % 3 == 0 else actor.place.city.title()
        number = actor.registration_number if place % 2 == 0 else ""
        other = replace(
            actor,
            id=f"second:{actor.id}",
            name=anew(actor.name, pick),
            place=Place(actor.place.country, "", city),
            registration_number=number,
            website="",
        )
        written.append(other)
        truth.add((min(actor.id, other.id), max(actor.id, other.id)))
    return written, truth


def anew(name: str, pick: random.Random) -> str:
    """A name as somebody else writes it."""
    words = name.split()
    text = " ".join(words[:-1] if len(words) > 2 and len(words[-1]) <= 4 and pick.random() < 0.5 else words)
    text = pick.choice((text, text.title(), text.upper(), text.lower()))
    if pick.random() < 0.3:
        for one, other in (("ø", "oe"), ("å", "aa"), ("æ", "ae"), ("ü", "ue"), ("Ø", "OE"), ("Å", "AA")):
            text = text.replace(one, other)
    if pick.random() < 0.25 and len(text) > 6:
        at = pick.randrange(1, len(text) - 1)
        text = pick.choice(
            (text[:at] + text[at + 1 :], text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :])
        )
    return text + (pick.choice(FORMS) if pick.random() < 0.4 else "")


def _same_number(numbers: dict[str, str]) -> set[Pair]:
    holders: dict[str, list[str]] = defaultdict(list)
    for actor_id, number in numbers.items():
        if number:
            holders[number].append(actor_id)
    return {pair for each in holders.values() for pair in combinations(sorted(each), 2)}


def _alike(actors: Sequence[Actor], pairs: Collection[Pair]) -> set[Pair]:
    words = {each.id: words_of(each.name) for each in actors}
    names = Names(words.values())
    return {(a, b) for a, b in pairs if names.alike(words[a], words[b]) >= 0.5}


if __name__ == "__main__":
    main()
