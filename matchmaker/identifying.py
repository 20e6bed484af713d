"""Actors that may be one organisation: which, merged with what a person chose of each, told apart, and made two again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from matchmaker.actors import Actor
from matchmaker.errors import ActorChangedError
from matchmaker.identity import LEAST, Evidence, EvidenceKind, Suspicion, likely_same
from matchmaker.store import Store
from matchmaker.store.editing import revision_of
from matchmaker.store.merging import Apart, Merge
from matchmaker.telling import told

__all__ = ["CHOICES", "UNITED", "Apart", "Duplicate", "Evidence", "EvidenceKind", "Identity", "Merge"]

CHOICES = (
    "name",
    "group",
    "description",
    "offers",
    "requests",
    "place",
    "size",
    "registration_number",
    "website",
    "tags",
    "member",
)
"""Fields of which a person chooses between two actors."""

UNITED = frozenset({"offers", "requests", "tags"})
"""Fields that hold several things, of which both actors' are kept unless one side is chosen."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two actors that may be one, as they are stored."""

    suspicion: Suspicion
    a: Actor
    b: Actor

    @property
    def differing(self) -> tuple[str, ...]:
        """The fields of ``CHOICES`` in which they differ."""
        return differing(self.a, self.b)

    @property
    def edition(self) -> str:
        """What a choice between the two was made from: it changes with either profile and with nothing else."""
        return edition_of(self.a, self.b)


class Identity:
    """Who is who, in one workspace."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def duplicates(self, *, of: Collection[str] = (), least: float = LEAST) -> list[Duplicate]:
        """The pairs that may be one organisation, the likeliest first; those told apart are left out.

        With ``of``, only pairs with one of these ids.
        """
        actors = {each.id: each for each in self._store.actors()}
        found = likely_same(actors.values(), of=of, apart=self.told_apart(), least=least)
        return [Duplicate(each, actors[each.a], actors[each.b]) for each in found]

    def between(self, a: str, b: str) -> Duplicate:
        """Any two actors side by side, likely the same or not; raises ``ActorNotFoundError``, and ``ValueError`` for one."""
        if a == b:
            raise ValueError(told("{a!r} is the same as itself. Name two actors.", a=a))
        first, second = (self._store.actor(each) for each in sorted((a, b)))
        found = likely_same([first, second], least=0.0)
        return Duplicate(found[0] if found else Suspicion(first.id, second.id, 0.0, ()), first, second)

    def merge(
        self,
        keep: str,
        away: str,
        fields: Mapping[str, str] | None = None,
        *,
        edition: str | None = None,
        who: str,
    ) -> Merge:
        """Let ``away`` go into ``keep``, field by field as a person chose; never done without being asked.

        ``fields`` maps a field of ``CHOICES`` to ``keep``, ``away`` or, of ``UNITED``, ``both``. Of a field that is not named,
        the kept actor's value stays unless it is empty; of ``UNITED``, both are kept. ``edition`` is that of the pair that the
        choices were made from. Raises ``ActorNotFoundError``, ``ActorChangedError`` where either profile has changed since, and
        ``ValueError`` for a choice that there is not and for a field in which the two do not differ; nothing is changed then.
        """
        choices = fields or {}

        def chosen(kept: Actor, other: Actor) -> Actor:
            # Asked within the transaction, so that nothing can change between looking and merging.
            if edition is not None and edition != edition_of(kept, other):
                raise self._changed_since(edition, kept, other)
            _check_choices(choices, kept, other)
            return merged(kept, other, choices)

        return self._store.merges.merge(keep, away, chosen, who=who)

    def _changed_since(self, edition: str, kept: Actor, other: Actor) -> ActorChangedError:
        """Which of two profiles is no longer as it was looked at, and who changed it last."""
        seen = edition.split(".")
        changed = next((each for each in (kept, other) if revision_of(each) not in seen), kept)
        rows = self._store.audit(subject=changed.id, limit=20)
        last = next((each for each in rows if each.subject_kind == "actor"), None)
        return ActorChangedError(changed.id, who=last.who if last else "", at=last.at if last else "")

    def undo(self, number: int, *, who: str) -> Merge:
        """Make two of one again, exactly; raises ``MergeNotFoundError`` and ``MergeChangedError``."""
        return self._store.merges.undo(number, who=who)

    def merges(self, *, limit: int = 50) -> tuple[Merge, ...]:
        """The latest merges, newest first."""
        return self._store.merges.all(limit=limit)

    def not_the_same(self, a: str, b: str, *, who: str) -> Apart:
        """Keep that two actors are two, so that nobody is asked again; raises ``ActorNotFoundError`` and ``ValueError``."""
        return self._store.merges.not_the_same(a, b, who=who)

    def maybe_the_same(self, a: str, b: str, *, who: str) -> bool:
        """Take that back; returns whether it was said."""
        return self._store.merges.maybe_the_same(a, b, who=who)

    def apart(self) -> tuple[Apart, ...]:
        """The pairs that are known to be two."""
        return self._store.merges.apart()

    def told_apart(self) -> frozenset[tuple[str, str]]:
        """Their ids, as ``Suspicion.pair`` has them."""
        return frozenset((each.a, each.b) for each in self.apart())

    def there(self, ids: Collection[str]) -> frozenset[str]:
        """Those of the ids that are still stored."""
        return frozenset(each for each in ids if self._store.find_actor(each) is not None)

    def former_ids(self) -> frozenset[str]:
        """The ids of actors that were merged into others."""
        return frozenset(self._store.merges.aliases())

    def known_as(self, actor_id: str) -> str | None:
        """The actor that one with this id was merged into, if it was."""
        found = self._store.merges.aliases().get(actor_id)
        return found[0] if found else None


def differing(one: Actor, other: Actor) -> tuple[str, ...]:
    """The fields of ``CHOICES`` in which two actors differ."""
    return tuple(name for name in CHOICES if getattr(one, name) != getattr(other, name))


def edition_of(one: Actor, other: Actor) -> str:
    """Names two profiles as they are, whichever comes first."""
    return ".".join(revision_of(each) for each in sorted((one, other), key=lambda each: each.id))


def _check_choices(choices: Mapping[str, str], kept: Actor, other: Actor) -> None:
    """Raise ``ValueError`` for a field of which there is nothing to choose."""
    alike = sorted(set(choices) & set(CHOICES) - set(differing(kept, other)))
    if alike:
        raise ValueError(
            told(
                "{name} is the same in both, so there is nothing to choose. Leave it out.",
                name=alike[0],
            )
        )


def merged(kept: Actor, other: Actor, fields: Mapping[str, str]) -> Actor:
    """The actor that two become; raises ``ValueError`` for a choice that there is not."""
    unknown = sorted(set(fields) - set(CHOICES))
    if unknown:
        raise ValueError(
            told(
                "{unknown!r} is no field to choose; there are {named}.",
                unknown=unknown[0],
                named=", ".join(CHOICES),
            )
        )
    values: dict[str, object] = {}
    for name in CHOICES:
        mine, theirs = getattr(kept, name), getattr(other, name)
        choice = fields.get(name, "both" if name in UNITED else "keep" if _says(name, mine) else "away")
        if choice == "both" and name in UNITED:
            values[name] = tuple(dict.fromkeys((*mine, *theirs)))
        elif choice in ("keep", "away"):
            values[name] = mine if choice == "keep" else theirs
        else:
            raise ValueError(
                told("{name} can be chosen from keep or away, not {choice!r}.", name=name, choice=choice)
            )
    return replace(kept, **values)  # type: ignore[arg-type]


def _says(name: str, value: object) -> bool:
    """Whether an actor says anything in a field."""
    if name == "place":
        return any(getattr(value, part) not in ("", None) for part in ("region", "city", "latitude"))
    return name == "member" or bool(value)
