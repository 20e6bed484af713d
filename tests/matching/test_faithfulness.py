"""A reason rests on the sentence it quotes: without that text the pair scores less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from matchmaker.corpus import Corpus
from matchmaker.generation import Generation, load_generation
from matchmaker.matching import evidence as room
from matchmaker.matching.evidence import Evidence, unit_rows, units_that_tell
from matchmaker.matching.matches import ReasonKind
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
    return replace(
        made.evidence,
        units=units,
        tells=tells,
        words=unit_rows(sparse.csr_array(tells @ made.evidence.unit_words)),
        meaning_lengths=room.meaning_lengths(tells, made.evidence.unit_vectors),
        kin=room._kin(tells, made.evidence.likeness),
        meets=room._meets(units, made.evidence.answers),
    )


def test_taking_the_quoted_text_away_lowers_the_score(made: Generation) -> None:
    """Over thousands of quotes of both sides, of every kind of reason that quotes."""
    corpus = made.corpus
    engine = Recommender(corpus, made.evidence, made.weights)
    tried, lower_score = 0, 0
    for seeker in range(0, len(corpus.ids), 2):
        for match in next(engine.matches([seeker], Wish(top=6))):
            partner = corpus.ids.index(match.partner_id)
            for reason in match.reasons:
                if reason.kind not in TEXTUAL or reason.seeker_quote is None or reason.partner_quote is None:
                    continue
                for actor, said in ((seeker, reason.seeker_quote), (partner, reason.partner_quote)):
                    unit = quoted_unit(corpus, made.evidence, actor, said.text)
                    poorer = Recommender(corpus, without(made, actor, unit), made.weights)
                    score = float(poorer.scores(np.array([seeker]), Wish())[0, partner])
                    tried += 1
                    lower_score += score < match.score - 0.005
            if tried >= PAIRS:
                break
    assert tried > 1500
    assert lower_score >= 0.995 * tried, f"{lower_score} of {tried}"
