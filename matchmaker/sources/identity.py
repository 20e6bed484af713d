"""Who an actor of a table is: ids for those that have none, and actors found again by id or name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping

from matchmaker.actors import Actor
from matchmaker.identity.keys import number_key
from matchmaker.sources.values import key
from matchmaker.telling import told

# As ``key`` leaves them: "A/S" is "a s".
_LEGAL_FORMS = frozenset(
    """a s; as; aps; ivs; i s; k s; p s; a m b a; amba; f m b a; fmba; smba; holding; ab; asa; gmbh; ag; kg; oy; oyj;
    ltd; limited; plc; inc; llc; bv; nv; sa; srl; spa""".replace("\n    ", " ").split("; ")
)

_NO_ALIASES: Mapping[str, tuple[str, str]] = {}


def slug(text: str) -> str:
    """Lower-case letters and digits with hyphens between: ``Økologi & Mælk A/S`` is ``økologi-mælk-a-s``."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", text).casefold()).strip("-")


def derived_id(name: str, city: str, registration_number: str) -> str:
    """The id of an actor whose row gives none: ``reg-`` and the registration number, else name and city.

    A Danish number is the same with or without ``DK`` and spaces. What says that there is none (``n/a``, ``0``) is no
    number: many organisations have it, and they would be one.
    """
    if number_key(registration_number):
        number = re.sub(r"[\W_]+", "", registration_number.casefold())
        return "reg-" + (number[2:] if re.fullmatch(r"dk[0-9]{8}", number) else number)
    return slug(f"{name} {city}")


def loose_name(name: str) -> str:
    """A name without what spellings differ in: case, punctuation, ``aa`` for ``å``, the legal form at its end."""
    words = key(name).replace("aa", "å").split()
    for length in (4, 3, 2, 1):
        if len(words) > length and " ".join(words[-length:]) in _LEGAL_FORMS:
            words = words[:-length]
    return " ".join(words)


class ActorIndex:
    """Finds actors by id, by name, and by name without case, punctuation and legal form, in this order."""

    def __init__(
        self,
        actors: Iterable[Actor],
        *,
        rejected: Collection[str] = (),
        aliases: Mapping[str, tuple[str, str]] = _NO_ALIASES,
    ) -> None:
        """``rejected`` are ids and names of actors whose own row was rejected, so that this can be said.

        ``aliases`` are the ids of those that were merged into another, each with that one's id and the name that it had.
        """
        self._rejected = frozenset(rejected)
        self._now = {alias: actor_id for alias, (actor_id, _) in aliases.items()}
        self._ids: set[str] = set()
        self._by_name: dict[str, set[str]] = {}
        self._by_loose_name: dict[str, set[str]] = {}
        for actor in actors:
            self._add(actor.id, actor.name)
        for alias, (_, name) in aliases.items():
            self._add(alias, name)

    def _add(self, actor_id: str, name: str) -> None:
        self._ids.add(actor_id)
        self._by_name.setdefault(name, set()).add(actor_id)
        self._by_loose_name.setdefault(loose_name(name), set()).add(actor_id)

    def knows(self, text: str) -> bool:
        """Whether the text is an id or a name."""
        known = text in self._ids or text in self._by_name or text in self._rejected
        return known or loose_name(text) in self._by_loose_name

    def find(self, text: str) -> str:
        """The id of the actor; raises ``ValueError`` where none fits or several do.

        Of one that was merged it is the former id, unless the text means both: what a list says of two that
        are one by now stays two parts, each with its own amount, until the store makes one of them.
        """
        if text in self._ids:
            return text
        found = self._by_name.get(text) or self._by_loose_name.get(loose_name(text)) or set()
        if len(found) > 1:
            found = {self._now.get(each, each) for each in found}
        if len(found) > 1:
            some = ", ".join(sorted(found)[:5])
            raise ValueError(told("Several actors have this name ({some}); write the id instead.", some=some))
        if not found and text in self._rejected:
            raise ValueError(told("This actor's own row was rejected. Correct that row first."))
        if not found:
            raise ValueError(
                told("No actor has this id or name. Add the actor to the table of actors first.")
            )
        return next(iter(found))
