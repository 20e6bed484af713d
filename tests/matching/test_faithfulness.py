"""A reason rests on the sentence it quotes: without that text the pair scores less."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.generation import Generation, load_generation
from matchmaker.matching import evidence as room
from matchmaker.matching.evidence import Evidence, unit_rows, units_that_tell
from matchmaker.matching.matches import Match, ReasonKind
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.workspace import Workspace

PAIRS = 2000
TEXTUAL = (ReasonKind.SIMILARITY, ReasonKind.REQUEST_MEETS_OFFER, ReasonKind.OFFER_MEETS_REQUEST)


@pytest.fixture(scope="module")
def made(sample: Workspace) -> Generation:
    folder = Path(sample.status().folder) / "builds" / str(sample.status().published)
    return load_generation(folder)


def quoted_unit(corpus: Corpus, evidence: Evidence, actor: int, text: str) -> int:
    """The unit of an actor that holds a quoted sentence."""
    held = evidence.units.holds[[actor], :].indices
    spoken = text.removesuffix("…").strip()
    return next(
        int(unit)
        for unit in held
        if any(spoken in " ".join(corpus.texts[p].split()) for p in evidence.units.passages_of(int(unit)))
    )


def without(made: Generation, actor: int, unit: int) -> Evidence:
    """The evidence of a cluster in which one actor never said one thing."""
    held = made.evidence.units.holds.tocoo()
    stays = (held.row != actor) | (held.col != unit)
    holds = sparse.csr_array((held.data[stays], (held.row[stays], held.col[stays])), shape=held.shape)
    units = replace(made.evidence.units, holds=holds)
    tells = units_that_tell(units)
    lengths = made.evidence.meaning_lengths.copy()
    # Nobody else's changes.
    lengths[actor] = room.meaning_lengths(tells[[actor], :], made.evidence.unit_vectors)[0]
    return replace(
        made.evidence,
        units=units,
        tells=tells,
        words=unit_rows(sparse.csr_array(tells @ made.evidence.unit_words)),
        meaning_lengths=lengths,
        kin=room._kin(tells, made.evidence.likeness),
        meets=room._meets(units, made.evidence.answers),
    )


def quotes(made: Generation, engine: Recommender) -> Iterator[tuple[tuple[int, int], int, Match]]:
    """What is quoted, as the actor and its unit, of whom, and in which match: of both sides, of every kind that quotes."""
    for seeker in range(0, len(made.corpus.ids), 2):
        for match in next(engine.matches([seeker], Wish(top=6))):
            partner = made.corpus.ids.index(match.partner_id)
            for reason in match.reasons:
                if reason.kind not in TEXTUAL or reason.seeker_quote is None or reason.partner_quote is None:
                    continue
                for actor, said in ((seeker, reason.seeker_quote), (partner, reason.partner_quote)):
                    yield (actor, quoted_unit(made.corpus, made.evidence, actor, said.text)), seeker, match


def test_taking_the_quoted_text_away_lowers_the_score(made: Generation) -> None:
    """Over thousands of quotes of both sides, of every kind of reason that quotes."""
    tried, lower_score = 0, 0
    quoting: dict[tuple[int, int], list[tuple[int, Match]]] = defaultdict(list)
    for quoted, seeker, match in islice(
        quotes(made, Recommender(made.corpus, made.evidence, made.weights)), PAIRS
    ):
        quoting[quoted].append((seeker, match))
    # Many matches rest on the same text, which is taken away once for all of them.
    for (actor, unit), matches in quoting.items():
        poorer = Recommender(made.corpus, without(made, actor, unit), made.weights)
        scores = poorer.scores(np.array([seeker for seeker, _ in matches]), Wish())
        for row, (_, match) in zip(scores, matches, strict=True):
            tried += 1
            lower_score += float(row[made.corpus.ids.index(match.partner_id)]) < match.score - 0.005
    assert tried > 1500
    assert lower_score >= 0.995 * tried, f"{lower_score} of {tried}"
