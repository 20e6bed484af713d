"""A small cluster with a dated history, for everything that is cut at a day and judged by what came after."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.judging import Arm
from matchmaker.matching.splits import Past, as_of, new_partners
from matchmaker.text import passages
from tests.small_encoder import WordsEncoder

START = date(2020, 1, 1)
TOPICS = ("grass protein press", "hydrogen ship engine", "insect larvae feed", "heat pump network")


def town(seed: int = 0) -> tuple[Corpus, NDArray[np.float32]]:
    """Forty actors in four trades who work within their trade, and more and more of whom meet."""
    generator = np.random.default_rng(seed)
    groups = (ActorGroup.COMPANY, ActorGroup.KNOWLEDGE_INSTITUTION)
    actors = [Actor(f"a{number:02}", f"Actor {number}", groups[number % 2]) for number in range(40)]
    collaborations = []
    for number in range(120):
        trade = int(generator.integers(4))
        members = generator.choice(np.arange(trade * 10, trade * 10 + 10), 3, replace=False)
        words = " ".join(generator.permutation(TOPICS[trade].split())[:2])
        collaborations.append(
            Collaboration(
                f"c{number:03}",
                f"Work on {words}",
                tuple(Participation(f"a{member:02}") for member in members),
                signed=START + timedelta(days=10 * number),
            )
        )
    told = passages(actors, collaborations)
    return corpus(actors, collaborations, told), WordsEncoder().encode([each.text for each in told])


def asked(day: int = 500) -> tuple[Corpus, NDArray[np.float32], Past]:
    """The town, its passages' vectors, and what was known of it some days after its start."""
    data, vectors = town()
    return data, vectors, as_of(data, vectors, START + timedelta(days=day))


def perfect(data: Corpus, past: Past) -> Arm:
    """Gives everybody those whom it then first worked with."""
    answers = new_partners(data, past, date.max)
    wanted = sparse.lil_array((len(data.ids), len(data.ids)), dtype=np.float32)
    for place, seeker in enumerate(answers.seekers):
        wanted[[seeker]] = answers.relevant[[place]].astype(np.float32)
    dense = wanted.toarray().astype(np.float32)
    return lambda seekers: dense[seekers]
