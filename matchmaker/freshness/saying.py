"""A build's matches in today's words: what a changed actor no longer says is neither quoted nor counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from matchmaker.actors import PassageKind, Quote
from matchmaker.corpus import Corpus
from matchmaker.freshness.changed import Changed
from matchmaker.freshness.columns import Columns, own_passages
from matchmaker.matching.matches import Match, Reason, ReasonKind
from matchmaker.matching.teams import Member, Team
from matchmaker.search import quote

STILL_SAID = 0.7
"""Cosine from which a new passage is taken to say what an old one said, as after a correction."""


class Saying:
    """Reads a build's matches again after some actors changed; immutable."""

    def __init__(
        self,
        built: Corpus,
        row_of: dict[str, int],
        columns: Columns,
        changed: Changed,
        vectors: NDArray[np.float32],
        added_vectors: NDArray[np.float32],
    ) -> None:
        self._built = built
        self._row_of = row_of
        self._now = columns.now
        self._now_of = columns.row_of
        self._changed = changed
        self._vectors = vectors
        self._added_vectors = added_vectors
        # A reason names other actors without their ids.
        self._names = {
            built.names[row_of[actor_id]]: actor.name if actor else None
            for actor_id, actor in changed.actors.items()
            if actor_id in row_of and (actor is None or actor.name != built.names[row_of[actor_id]])
        }

    def now(self, matches: Iterable[Match]) -> list[Match]:
        """The matches that still stand, best first; a reason that rests on withdrawn words does not."""
        read = [self._match(match) for match in matches if match.partner_id in self._now_of]
        return sorted(
            (match for match in read if match.reasons),
            key=lambda match: (-round(match.score, 4), match.partner_id),
        )

    def team_now(self, team: Team) -> Team:
        """The team with its members as they are named now and only what they still say; gone actors are in none."""
        return replace(team, members=tuple(self._member(member, team) for member in team.members))

    def _member(self, member: Member, team: Team) -> Member:
        row = self._now_of[member.actor_id]
        said = ((cover, self._quote(cover.quote, team.parts[cover.part].label)) for cover in member.covers)
        worked_with = (self._names.get(name, name) for name in member.worked_with)
        return replace(
            member,
            name=self._now.names[row],
            group=self._now.group(row),
            covers=tuple(replace(cover, quote=quote) for cover, quote in said if quote is not None),
            worked_with=tuple(name for name in worked_with if name is not None),
        )

    def _match(self, match: Match) -> Match:
        row = self._now_of[match.partner_id]
        reasons = [self._reason(reason) for reason in match.reasons]
        return replace(
            match,
            partner_name=self._now.names[row],
            partner_group=self._now.group(row),
            alike=tuple(actor_id for actor_id in match.alike if actor_id in self._now_of),
            reasons=tuple(reason for reason in reasons if reason is not None),
        )

    def _reason(self, reason: Reason) -> Reason | None:
        if reason.seeker_quote is None or reason.partner_quote is None:
            if reason.kind not in (ReasonKind.SHARED_PARTNERS, ReasonKind.CIRCLE):
                return reason
            named = (self._names.get(name, name) for name in reason.names)
            return replace(reason, names=tuple(name for name in named if name is not None))
        ours = self._quote(reason.seeker_quote, reason.partner_quote.text)
        if ours is None:
            return None
        theirs = self._quote(reason.partner_quote, ours.text)
        return None if theirs is None else replace(reason, seeker_quote=ours, partner_quote=theirs)

    def _quote(self, said: Quote, against: str) -> Quote | None:
        """The quote, or what its actor says now instead; ``None`` where it says nothing like it any more."""
        if said.kind is PassageKind.PROJECT or said.source_id not in self._changed.actors:
            return said
        sentence = said.text.removesuffix("…")
        held = own_passages(self._now, self._now_of[said.source_id])
        if any(sentence in self._now.texts[passage] for passage in held):
            return said
        before = own_passages(self._built, self._row_of[said.source_id])
        spoken = [passage for passage in before if sentence in self._built.texts[passage]]
        if not len(held) or not spoken:
            return None
        likeness = np.array([self._vector(int(passage)) for passage in held]) @ self._vectors[spoken[0]]
        nearest = int(np.argmax(likeness))
        if likeness[nearest] < STILL_SAID:
            return None
        return quote(self._now, int(held[nearest]), against=against)

    def _vector(self, passage: int) -> NDArray[np.float32]:
        behind = passage - len(self._vectors)
        return np.asarray(self._vectors[passage] if behind < 0 else self._added_vectors[behind])
