"""What lies over a build until the next one: the actors as they are now, and search over their new text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.corpus import Corpus
from matchmaker.freshness.changed import Changed
from matchmaker.freshness.columns import columns_now
from matchmaker.freshness.newcomers import Newcomers
from matchmaker.freshness.saying import Saying
from matchmaker.freshness.searching import FreshSearch, copies_now, with_texts
from matchmaker.generation import Generation
from matchmaker.landscape.findings import Landscape, Need
from matchmaker.language import Glossary
from matchmaker.matching.duplicates import near_copies
from matchmaker.search import NAMES, Search
from matchmaker.word_index import identity_texts

Encode = Callable[[Sequence[str], Sequence[str], int], NDArray[np.float32]]
"""Vectors for texts and their languages, as a build gets them, of the width given; zeros where none can be made."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """Replaces parts of what a build shows; immutable, a later change makes another one."""

    digest: str
    """Stands for everything that lies over the build."""
    corpus: Corpus
    row_of: dict[str, int]
    """Actor id to row in ``corpus``."""
    search: Search
    landscape: Landscape
    saying: Saying
    newcomers: Newcomers


def lay_over(
    made: Generation,
    row_of: dict[str, int],
    changed: Changed,
    encode: Encode,
    glossary: Glossary | None = None,
) -> Overlay:
    """Show changed actors in place of the build's, whose rows by actor id are ``row_of``; the build stays as it is.

    New text is searched with the build's vocabulary, rarities and centre. Collaborations, evidence and landscape
    stay the build's, less the actors that are gone.
    """
    columns = columns_now(made.corpus, row_of, changed)
    added = columns.added
    width = made.vectors.shape[1]
    vectors = np.zeros((0, width), dtype=np.float32)
    if added.texts:
        vectors = made.centre.centred(encode(added.texts, added.languages, width), added.languages)
    words, more_words = with_texts(made.passage_words, added.texts, added.languages, glossary)
    names, more_names = with_texts(made.identity_words, identity_texts(added), [NAMES] * len(added.ids), None)
    copies = copies_now(columns, made.copies, near_copies(added))
    return Overlay(
        digest=changed.digest,
        corpus=columns.now,
        row_of=columns.row_of,
        search=FreshSearch(
            columns,
            Search(made.corpus, made.vectors, words, names, glossary),
            Search(added, vectors, more_words, more_names, glossary),
            words,
            copies,
        ),
        landscape=_without(made.landscape, changed.gone),
        saying=Saying(made.corpus, row_of, columns, changed, made.vectors, vectors),
        newcomers=Newcomers(made, columns, (words, more_words), vectors, copies),
    )


def _without(landscape: Landscape, gone: frozenset[str]) -> Landscape:
    """The landscape without the members and points of gone actors, and naming none; its figures stay those of the build."""
    if not gone:
        return landscape
    return replace(
        landscape,
        sub_clusters=tuple(
            replace(each, members=tuple(member for member in each.members if member.actor_id not in gone))
            for each in landscape.sub_clusters
        ),
        spin_offs=tuple(
            replace(each, needs=tuple(need for need in each.needs if not _names(need, gone)))
            for each in landscape.spin_offs
        ),
        points=tuple(point for point in landscape.points if point.actor_id not in gone),
    )


def _names(need: Need, gone: frozenset[str]) -> bool:
    # Others name actor groups or a step of commitment, and an actor's id may be such a word.
    return need.kind == "one_actor" and not gone.isdisjoint(need.names)
