"""A cut keeps what was known on the day, in every column, and nothing later."""

from __future__ import annotations

from datetime import date

import numpy as np

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Passage, PassageKind
from matchmaker.corpus import Corpus, corpus
from matchmaker.cuts import cut


def known() -> Corpus:
    actors = [Actor(name, name, ActorGroup.COMPANY) for name in "ab"]
    collaborations = [
        Collaboration(
            f"c{year}",
            f"work of {year}",
            (Participation("a", funding=float(year)), Participation("b")),
            start=date(year, 6, 1) if year else None,
            topic=f"CALL-{year}",
            fields=(f"/field/of {year}",),
        )
        for year in (0, 2019, 2020, 2021)
    ]
    passages = [Passage("a", ("a",), PassageKind.DESCRIPTION, "who a is", "en")] + [
        Passage(each.id, ("a", "b"), PassageKind.PROJECT, each.title, "en", each.known_from)
        for each in collaborations
    ]
    return corpus(actors, collaborations, passages)


def test_every_column_ends_on_the_day() -> None:
    past = cut(known(), date(2020, 6, 1))
    assert past.corpus.collaboration_ids == ["c2019", "c2020"]
    assert past.corpus.topics == ["CALL-2019", "CALL-2020"]
    assert past.corpus.fields == [["/field/of 2019"], ["/field/of 2020"]]
    assert past.corpus.texts == ["who a is", "work of 2019", "work of 2020"]
    assert past.corpus.takes_part.shape == (2, 2)
    assert past.corpus.funding.sum() == 2019 + 2020
    assert [known().texts[row] for row in past.passages] == past.corpus.texts


def test_undated_project_texts_and_collaborations_are_left_out_and_counted() -> None:
    past = cut(known(), date(2030, 1, 1))
    assert "c0" not in past.corpus.collaboration_ids
    assert (past.undated_collaborations, past.undated_passages) == (1, 1)


def test_the_actors_stay_in_their_rows_even_when_nothing_was_known() -> None:
    past = cut(known(), date(1990, 1, 1))
    assert past.corpus.ids == ["a", "b"]
    assert past.corpus.holds.shape == (2, 1)
    assert not np.any(past.corpus.takes_part.toarray())
