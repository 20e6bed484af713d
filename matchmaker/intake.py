"""An import in steps: files kept, their columns said, what it would do looked at, taken in, and taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from matchmaker.actors import Actor, ActorGroup, Rejection
from matchmaker.drafts import Draft, Drafts
from matchmaker.errors import ImportRejectedError
from matchmaker.exports import csv_lines
from matchmaker.identity import Suspicion, likely_same
from matchmaker.importing import Incoming, from_tables
from matchmaker.sources.headers import Column
from matchmaker.sources.known_names import ACTOR_NAMES, COLLABORATION_NAMES, PARTICIPATION_NAMES
from matchmaker.sources.looking import FirstLook, LookedAt, look_at, rows_again
from matchmaker.sources.rejections import COLUMNS
from matchmaker.store import Store
from matchmaker.store.changes import Changes
from matchmaker.store.differences import ChangedActor, FieldChange
from matchmaker.store.taking_back import ImportMade, NotTakenBack, TakenBack

__all__ = [
    "FIELDS",
    "WHY_NOT",
    "ChangedActor",
    "Column",
    "Draft",
    "FieldChange",
    "FirstLook",
    "ImportMade",
    "Intake",
    "LookedAt",
    "NotTakenBack",
    "Preview",
    "TakenBack",
]

FIELDS: Mapping[str, tuple[str, ...]] = {
    "actors": tuple(ACTOR_NAMES),
    "collaborations": tuple(COLLABORATION_NAMES),
    "participations": tuple(PARTICIPATION_NAMES),
}
"""What the columns of each kind of table can hold."""

WHY_NOT: Mapping[str, str] = {"da": "Matchmaker: hvorfor ikke", "en": "Matchmaker: why not"}
"""The header over the reasons beside bad rows. No field is known by it, so it is left out when the file comes back."""

NEW_SHOWN = 200
CHANGED_SHOWN = 500
SUSPICIONS_SHOWN = 200
"""How many of each a preview names; it counts them all."""

Steps = Callable[[str], object]
"""Is told of each step as it begins: ``reading``, ``comparing``, ``recognising``."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do."""

    changes: Changes
    new: tuple[tuple[str, str], ...]
    """Ids and names of new actors, the first ``NEW_SHOWN``."""
    changed: tuple[ChangedActor, ...]
    """What would change field by field, of the first ``CHANGED_SHOWN`` of which anything is different."""
    rejections: tuple[Rejection, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...]
    suspicions: tuple[tuple[Suspicion, str, str], ...]
    """New actors that may be there already, or twice in the file, with both names."""

    @property
    def rejected_rows(self) -> int:
        """Rows with something that cannot be accepted."""
        return len({(each.file, each.row) for each in self.rejections})

    @property
    def anything(self) -> bool:
        """Whether there is anything new or changed."""
        return bool(self.changes)


class Intake:
    """Imports in steps, of one workspace."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self.drafts = Drafts(folder)
        """The files that were sent and are not taken in yet."""

    def start(self, files: Mapping[str, tuple[str, Path]], *, owner: str) -> Draft:
        """Keep files; what was said before of files with the same headers is said of these, too.

        Raises ``SourceError`` for a file that cannot be read as a table, and ``ValueError`` without a table of actors.
        """
        draft = self.drafts.start(files, owner=owner)
        try:
            looks = self.look(draft)
        except BaseException:
            self.drafts.forget(draft.id)
            raise
        return self._with_what_was_said(draft, looks)

    def look(self, draft: Draft) -> tuple[FirstLook, ...]:
        """The columns of each file, with examples and what they are taken for; raises ``SourceError``."""
        return tuple(
            look_at(path, kind, mapping=draft.mappings.get(kind))
            for kind in draft.files
            if (path := self.drafts.file(draft, kind)) is not None
        )

    def preview(self, draft: Draft, *, step: Steps = lambda _: None) -> Preview:
        """What taking the files in would do; raises ``SourceError`` where a file as a whole cannot be used."""
        step("reading")
        return preview(self._read(draft), self._store, step=step)

    def settle(
        self,
        draft_id: str,
        tables: Mapping[str, Path],
        *,
        mappings: Mapping[str, Mapping[str, str]],
        default_group: str,
        who: str,
    ) -> None:
        """After files were taken in: remember what was said of the columns for files with the same headers, and let the draft go.

        ``tables`` are the files by what they hold, wherever they lie. Done again, it changes nothing.
        """
        for kind, path in tables.items():
            said: dict[str, object] = {"mapping": dict(mappings.get(kind, {}))}
            if kind == "actors":
                said["default_group"] = default_group
            look = look_at(path, kind, mapping=mappings.get(kind))
            self._store.imports.remember_mapping(_key(look), said, who=who)
        self.drafts.forget(draft_id)

    def made_since(self, source: str, at: str, *, who: str) -> int:
        """The number of the latest import of a file of this name by this person since then; 0 where there is none."""
        found = (each for each in self.made(limit=50) if (each.source, each.who) == (source, who))
        return next((each.number for each in found if each.at >= at), 0)

    def bad_rows(
        self,
        draft: Draft,
        rejections: Collection[Rejection],
        kind: str = "actors",
        *,
        why_not: str = WHY_NOT["en"],
        say: Callable[[str], str] = str,
    ) -> str:
        """The rows of a file in which something was rejected, as CSV to mend and send again, with why in a last column.

        ``why_not`` is that column's header, one of ``WHY_NOT``, and ``say`` puts a reason into the reader's language.
        """
        path = self.drafts.file(draft, kind)
        if path is None:
            return ""
        why: dict[int, list[str]] = {}
        for each in rejections:
            if each.file == path.name:
                where = f"{each.column}: " if each.column else ""
                why.setdefault(each.row, []).append(where + say(each.reason))
        headers, rows = rows_again(path, why)
        out = io.StringIO()
        csv_lines(
            out,
            (*headers, why_not),
            ((*_filled(cells, len(headers)), "; ".join(why[number])) for number, cells in rows),
        )
        return "\ufeff" + out.getvalue()

    def made(self, *, limit: int = 20) -> tuple[ImportMade, ...]:
        """The latest imports that changed something, newest first."""
        return self._store.imports.all(limit=limit)

    def one_made(self, number: int) -> ImportMade:
        """An import; raises ``ImportNotFoundError``."""
        return self._store.imports.one(number)

    def undo(self, number: int, *, who: str, trial: bool = False) -> TakenBack:
        """Take an import back where nobody changed or used since what it did; raises ``ImportNotFoundError``."""
        return self._store.imports.undo(number, who=who, trial=trial)

    def _read(self, draft: Draft) -> Incoming:
        file = self.drafts.file
        path = file(draft, "actors")
        assert path is not None, "a draft has a table of actors"
        return from_tables(
            path,
            self._store,
            collaborations=file(draft, "collaborations"),
            participations=file(draft, "participations"),
            default_group=ActorGroup(draft.default_group) if draft.default_group else None,
            of_files={kind: draft.mappings.get(kind, {}) for kind in draft.files},
        )

    def _with_what_was_said(self, draft: Draft, looks: Sequence[FirstLook]) -> Draft:
        mappings: dict[str, dict[str, str]] = {}
        default_group = draft.default_group
        for look in looks:
            said = self._store.imports.mapping(_key(look)) or {}
            known, before = said.get("mapping"), {}
            if isinstance(known, dict):
                here = set(look.headers)
                before = {str(header): str(name) for header, name in known.items() if header in here}
            # Contact persons are kept out unless somebody says that a column is none.
            contact = {each.column.header: "-" for each in look.columns if each.contact and each.column.field}
            mappings[look.kind] = contact | before
            if look.kind == "actors":
                default_group = str(said.get("default_group", default_group))
        return self.drafts.say(draft, mappings=mappings, default_group=default_group)


def preview(incoming: Incoming, store: Store, *, step: Steps = lambda _: None) -> Preview:
    """What storing what was read would do, and who of the new ones may be there already."""
    step("comparing")
    try:
        changes = store.preview(incoming.actors, incoming.collaborations, unsaid=incoming.unsaid)
    except ImportRejectedError as error:
        incoming = replace(incoming, rejections=(*incoming.rejections, *error.rejections))
        changes = store.preview(incoming.actors, (), unsaid=incoming.unsaid)
    # An edit by hand may keep all that a file has to say, so an unchanged actor can differ, too.
    kept = {each.actor_id for each in changes.kept}
    differing = {*changes.actors.changed, *kept}
    by_id = {each.id: each for each in incoming.actors}
    changed: list[ChangedActor] = []
    aliases = store.merges.aliases()
    arriving = [each for each in incoming.actors if aliases.get(each.id, (each.id, ""))[0] in differing][
        :CHANGED_SHOWN
    ]
    changed = store.differences(arriving, unsaid=incoming.unsaid)
    step("recognising")
    new = [by_id[each] for each in changes.actors.new]
    return Preview(
        changes,
        tuple((each.id, each.name) for each in new[:NEW_SHOWN]),
        tuple(changed),
        incoming.rejections,
        incoming.columns,
        incoming.notes,
        tuple(_suspected(store, new)),
    )


def _suspected(store: Store, new: Sequence[Actor]) -> list[tuple[Suspicion, str, str]]:
    if not new:
        return []
    ids = {each.id for each in new}
    everybody = [*(each for each in store.actors() if each.id not in ids), *new]
    names = {each.id: each.name for each in everybody}
    found = likely_same(everybody, of=ids)[:SUSPICIONS_SHOWN]
    return [(each, names[each.a], names[each.b]) for each in found]


def rejections_csv(
    rejections: Sequence[Rejection],
    *,
    columns: Sequence[str] = COLUMNS,
    say: Callable[[str], str] = str,
) -> str:
    """Everything that was rejected as CSV, formulas defused.

    ``columns`` are the headers of file, row, column, value and reason; ``say`` puts a reason into the reader's language.
    """
    out = io.StringIO()
    csv_lines(
        out,
        columns,
        ((each.file, each.row, each.column, each.value, say(each.reason)) for each in rejections),
    )
    return "\ufeff" + out.getvalue()


def template_csv(language: str) -> str:
    """A table with headers in Danish or English and two rows to write over."""
    headers, rows = TEMPLATES[language]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(headers)
    writer.writerows(rows)
    return "\ufeff" + out.getvalue()


TEMPLATES: Mapping[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "da": (
        ("Navn", "Type", "CVR", "Beskrivelse", "Tilbud", "Søger", "Land", "Region", "By", "Størrelse", "Hjemmeside", "Emneord", "Medlem"),
        (
            ("Eksempel Græsprotein A/S", "virksomhed", "", "Vi presser saft af kløvergræs og sælger proteinet til foder. Vi dyrker selv 400 hektar og tager imod græs fra naboerne.", "græsprotein til foder; kløverpulp", "tørring af pulp; aftager til brun saft", "DK", "Midtjylland", "Viborg", "25", "https://www.example.dk", "protein, græs", "ja"),
            ("Eksempel Bioinstitut", "universitet", "", "Vi forsker i grøn bioraffinering og har et forsøgsanlæg, som virksomheder kan leje.", "forsøgsanlæg til bioraffinering", "landmænd med kløvergræs", "DK", "Midtjylland", "Aarhus", "120", "", "bioraffinering", "nej"),
        ),
    ),
    "en": (
        ("Name", "Group", "Registration number", "Description", "Offers", "Requests", "Country", "Region", "City", "Size", "Website", "Tags", "Member"),
        (
            ("Example Grass Protein Ltd", "company", "", "We press juice from clover grass and sell the protein as feed. We grow 400 hectares ourselves and take grass from neighbours.", "grass protein for feed; clover pulp", "drying of pulp; a buyer of brown juice", "DK", "Central Jutland", "Viborg", "25", "https://www.example.dk", "protein, grass", "yes"),
            ("Example Institute of Biology", "university", "", "We do research on green biorefining and have a pilot plant that firms can rent.", "pilot plant for biorefining", "farmers with clover grass", "DK", "Central Jutland", "Aarhus", "120", "", "biorefining", "no"),
        ),
    ),
}  # fmt: skip
"""Headers that are understood, and example rows that say what the cells hold."""


def _key(look: FirstLook) -> list[str]:
    return [look.kind, *look.headers]


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]
