"""Answers what somebody asks in words of their own: actors for a sentence or a paragraph, a team for an idea."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import ActorGroup, Passage
from matchmaker.directions import Direction, read_direction
from matchmaker.fitting import Fitting
from matchmaker.freshness import Overlay
from matchmaker.generation import Generation
from matchmaker.language import Glossary, detect
from matchmaker.matching.idea_parts import statements
from matchmaker.matching.ideas import Ideas, idea_passages
from matchmaker.matching.team_wishes import TeamWish
from matchmaker.matching.teams import Team, Teams
from matchmaker.paragraphs import Paragraphs, is_paragraph
from matchmaker.search import Hit, Search, allowed

QUERIES_KEPT = 2048
"""Vectors of texts that were asked, saved searches among them: 3 MB."""


class Questions:
    """Answers questions from one build, with or without what changed after it; immutable, so that many threads may ask."""

    def __init__(
        self,
        made: Generation,
        search: Search,
        encode_query: Callable[[str], NDArray[np.float32]],
        glossary: Glossary | None,
    ) -> None:
        """``search`` is over the build; ``encode_query`` gives a text's vector, shape (d,), not centred."""
        self._built = made.corpus
        self._centre = made.centre
        self._overlay: Overlay | None = None
        self._corpus = made.corpus
        self._search = search
        # One of each for every edition of the generation, made when first asked. None of them knows of this object, so that
        # an earlier build goes as soon as nobody asks it any more.
        ideas = lru_cache(maxsize=1)(lambda: _ideas(made, glossary))
        self._teams = lru_cache(maxsize=1)(lambda: Teams(ideas()))
        self._paragraphs = lru_cache(maxsize=1)(lambda: Paragraphs(ideas(), made.copies))
        self._built_row_of = lru_cache(maxsize=1)(lambda: made.corpus.row_of)
        self._encode_query = lru_cache(maxsize=QUERIES_KEPT)(encode_query)

    def under(self, overlay: Overlay) -> Questions:
        """The same with what changed after the build; this object stays as it is."""
        other = copy.copy(self)
        other._overlay = overlay
        other._corpus, other._search = overlay.corpus, overlay.search
        return other

    def fitting(self, asked: Mapping[str, NDArray[np.float32]]) -> Fitting:
        """Who is among the fitting, now; ``asked`` has vectors of sentences, shape (d,) each, not centred."""
        row_of = self._built_row_of() if self._overlay is None else self._overlay.row_of

        def encode(text: str, language: str) -> NDArray[np.float32]:
            vector = asked[text] if text in asked else self._encode_query(text)
            return np.asarray(self._centre.centred(vector[None, :], [language])[0])

        return Fitting(self._corpus, row_of, self._search, encode)

    def search(
        self,
        text: str,
        *,
        top: int,
        groups: Collection[ActorGroup],
        region: str,
        direction: Direction | None,
    ) -> list[Hit]:
        """Actors that answer a sentence or a paragraph, best first; an empty text has no answer.

        ``direction`` says which way the text points; without it the text is read. A paragraph is answered as an idea
        is, unless profiles changed since the build: what is new in them is searched sentence by sentence.
        """
        if not text.strip() or not self._corpus.ids:
            return []
        # As profiles are stored: what is copied from some programs has its accents apart from their letters.
        text = unicodedata.normalize("NFC", text)
        if self._overlay is None and is_paragraph(text) and (texts := idea_passages(text)):
            return self._paragraphs().search(
                texts,
                self._encoded(texts),
                top=top,
                allowed=allowed(self._corpus, groups, region),
                direction=direction or read_direction(text),
            )
        vector = self._centre.centred(self._encode_query(text)[None, :], [detect(text)])[0]
        return self._search.search(text, vector, top=top, groups=groups, region=region, direction=direction)

    def team(self, idea: str, wish: TeamWish, *, apart: frozenset[tuple[str, str]]) -> Team:
        """A small set of actors of the build that covers an idea; ``apart`` are pairs of ids that never meet in one.

        Raises ``ImpossibleTeamError``.
        """
        texts = statements(unicodedata.normalize("NFC", idea))
        encoded = self._encoded(texts) if texts else np.zeros((0, 0), dtype=np.float32)
        teams = self._teams().heeding(apart)
        if self._overlay is None:
            return teams.team(texts, encoded, wish)
        gone = frozenset(self._built.ids).difference(self._overlay.row_of)
        return self._overlay.saying.team_now(teams.team(texts, encoded, wish, gone=gone))

    def _encoded(self, texts: Sequence[Passage]) -> NDArray[np.float32]:
        encoded = np.array([self._encode_query(each.text) for each in texts], dtype=np.float32)
        return self._centre.centred(encoded, [each.language for each in texts])


def _ideas(made: Generation, glossary: Glossary | None) -> Ideas:
    return Ideas(
        made.corpus,
        made.evidence.units,
        made.evidence.unit_vectors,
        made.passage_words,
        crowd=made.crowd,
        glossary=glossary,
    )
