"""The one door to a workspace: everything a user can do, for the command line and the service alike."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from matchmaker.actors import Actor, ActorGroup
from matchmaker.alerts import Alerts, Hour
from matchmaker.answers import Answer, Judgement, Mutual
from matchmaker.arranging import Arranging
from matchmaker.backups import BackedUp, back_up
from matchmaker.building import BuildReport, build, encoded_columns
from matchmaker.builds import Builds
from matchmaker.bundles import Files, write_tables
from matchmaker.curating import Curating
from matchmaker.embedding import Encoder
from matchmaker.encoding import Encoding
from matchmaker.erasures import Erased, Erasure, FoundPerson
from matchmaker.errors import SourceError
from matchmaker.exports import write_rows
from matchmaker.forgetting import Finished, finish
from matchmaker.generations import Generations
from matchmaker.held import held
from matchmaker.identifying import Identity
from matchmaker.importing import ImportReport, from_cordis, from_lines, from_object, from_tables, take_in
from matchmaker.intake import Intake
from matchmaker.kept_builds import KeptBuilds
from matchmaker.latest import Latest
from matchmaker.looked_through import LookedThrough
from matchmaker.mailing import Post
from matchmaker.naming import GivenName
from matchmaker.open_directory import OpenDirectory
from matchmaker.progress import Progress, no_progress
from matchmaker.published import Published
from matchmaker.records import EXPORTS
from matchmaker.settings import read_settings
from matchmaker.signing_in import OwnKeys, Provider, SigningIn
from matchmaker.status import Status, status_of
from matchmaker.store import AuditRow, Store
from matchmaker.undoing import Undoing
from matchmaker.webhooks import Sending, Webhooks
from matchmaker.working import Working
from matchmaker.working.imports import Imports
from matchmaker.working.known import build_kind, bulk_kind, landscape_kind
from matchmaker.working.schedules import Schedules
from matchmaker.workplace import Workplace

if TYPE_CHECKING:
    from matchmaker.matching.evaluation import Report

DATABASE = "matchmaker.sqlite"


class Workspace:
    """One folder: a database, the published builds and the settings."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store
        settings = read_settings(folder, os.environ)
        self.settings = settings
        """What is set for this workspace, as it was when it was opened."""
        self.address = settings.address.rstrip("/")
        """Where others reach the service of this workspace; empty where the settings do not say."""
        self.post = Post(settings)
        """Letters out, where a mail server is set up."""
        self._encoding = Encoding(settings, folder / "encoder", store)
        self._builds = Builds(folder / "builds")
        self._latest = Latest(store, self._builds, self._encoding)
        self.kept_builds = KeptBuilds(self._builds, self._latest)
        """The builds that can still be read, the published one and the one before."""
        self.events = Arranging(store, self.published)
        """Matchmaking meetings, from the set-up to what came of them."""
        self.identity = Identity(store)
        """Actors that may be one organisation."""
        self.looked_through = LookedThrough(store)
        """Thin profiles and duplicates, kept for as long as the workspace is open."""
        self.intake = Intake(store, folder / "imports")
        """Imports in steps, and the way back from them."""
        self.firms = Workplace(store, self.events)
        """What firms do by themselves: profile, contact persons, answers, own meetings, own data."""
        self.curating = Curating(store)
        """What facilitators say of proposed pairs, many at once, and their notes."""
        self.undoing = Undoing(store, self.events, self.firms, self.curating)
        """The way back from the last changes of pages."""
        self.users = SigningIn(store)
        """Who may sign in, and who somebody is."""
        self.generations = Generations(self._builds, store, lock=folder / "builds.lock")
        """The builds that are there, and going back to another."""
        self.jobs = Working(store, folder)
        """Long work: asked for, under way, and what came of it."""
        self.jobs.register(build_kind(lambda progress: self.build(progress=progress)))
        self.jobs.register(bulk_kind(self.import_lines))
        self.imports = Imports(self.jobs, self.intake, self.import_table)
        """Imports as jobs, of files that were sent and looked at."""
        self.jobs.register(
            landscape_kind(
                lambda path, with_backtest: self.export_landscape(path, with_backtest=with_backtest)
            )
        )
        self.schedules = Schedules(self.jobs, self.events)
        """Schedules of events, made as jobs."""
        self.trail = store.history
        """The audit trail by who, what, whose and when."""
        self.repeated = store.repeated
        """Requests that carry a key, with their answers."""
        self.keys = OwnKeys(store, self.users)
        """The keys that users make themselves."""
        self.tries = store.tries
        """Failed tries to sign in, and letters that were asked for."""
        self.provider = Provider(settings)
        """The OpenID provider that people can sign in with, where one is set up."""
        self.directory = OpenDirectory(settings, store, self.published)
        """What everybody may see."""
        self.alerts = Alerts(
            store,
            self.published,
            self._encoding,
            self._built_until,
            self.post,
            self.address,
            Hour(settings.mail_hour, ZoneInfo(settings.mail_zone)),
        )
        """Saved searches, and who is told of whom."""
        self.webhooks = Webhooks(
            store, Sending(private=settings.webhook_private, plain=settings.webhook_http)
        )
        """Other systems that are told of what happens."""

    @classmethod
    def open(cls, folder: Path, *, create: bool = False) -> Workspace:
        """Open a workspace; raises ``SourceError`` when the folder holds none and ``create`` is false."""
        if not create and not (folder / DATABASE).is_file():
            raise SourceError(
                f"There is no workspace in {folder}. Import something first, for example: "
                f"matchmaker --workspace {folder} import table actors.csv",
                file=folder,
            )
        # It will hold names and addresses of persons, so a new one is its owner's alone.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(folder, Store.open(folder / DATABASE))

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        self._store.close()

    def is_empty(self) -> bool:
        """Whether no actor is stored yet."""
        return self.size() == 0

    def size(self) -> int:
        """How many actors are stored."""
        return self._store.size()

    def import_table(
        self,
        path: Path,
        *,
        collaborations: Path | None = None,
        participations: Path | None = None,
        mapping: Mapping[str, str] | None = None,
        default_group: ActorGroup | None = None,
        of_files: Mapping[str, Mapping[str, str]] | None = None,
        dry_run: bool = False,
        partial: bool = False,
        who: str,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Import actors from a table, and collaborations from a second one where it is given.

        ``of_files`` gives each file, by what it holds, a mapping of its own.
        Raises ``SourceError`` for a file that cannot be read and ``ImportRejectedError`` with all bad rows, unless
        ``partial`` is set; then the good rows are applied.
        """
        progress("reading", 0, 0)
        incoming = from_tables(
            path,
            self._store,
            collaborations=collaborations,
            participations=participations,
            mapping=mapping,
            default_group=default_group,
            of_files=of_files,
        )
        return take_in(incoming, self._store, who=who, dry_run=dry_run, partial=partial, progress=progress)

    def import_cordis(
        self,
        path: Path,
        *,
        signed_until: date | None = None,
        countries: Collection[str] = (),
        topics: Collection[str] = (),
        fields: Collection[str] = (),
        dry_run: bool = False,
        partial: bool = False,
        who: str,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Import the official CORDIS bulk download, a zip or a folder; raises as ``import_table``."""
        incoming = from_cordis(
            path,
            signed_until=signed_until,
            countries=countries,
            topics=topics,
            fields=fields,
            progress=progress,
        )
        return take_in(incoming, self._store, who=who, dry_run=dry_run, partial=partial)

    def import_lines(
        self,
        path: Path,
        *,
        name: str = "api",
        dry_run: bool = False,
        partial: bool = False,
        who: str,
        progress: Progress = no_progress,
    ) -> ImportReport:
        """Import actors from lines of JSON, each a whole actor; raises as ``import_table``.

        ``name`` is what the changes are recorded under.
        """
        incoming = from_lines(path, name, progress=progress)
        return take_in(incoming, self._store, who=who, dry_run=dry_run, partial=partial)

    def put_actor(self, told: Mapping[str, object], *, who: str) -> ImportReport:
        """Add or replace one actor from JSON values, as a line would; fields that persons edited stay.

        Raises ``FieldsRejectedError`` with every field that cannot be accepted.
        """
        return take_in(from_object(told, "api"), self._store, who=who, dry_run=False, partial=False)

    def edit_actor(self, actor_id: str, changes: Mapping[str, object], *, who: str) -> Actor:
        """Change an actor by hand; later imports leave the changed fields alone.

        Raises ``ActorNotFoundError`` and ``ValueError`` for an unknown field or a value that does not fit.
        """
        return self._store.edit_actor(actor_id, changes, who=who)

    def content(self) -> str:
        """A mark of what is stored of actors and collaborations: the same content has the same one."""
        return self._store.fingerprint()

    def actor(self, actor_id: str) -> Actor:
        """The actor with this id as it is stored; raises ``ActorNotFoundError``."""
        return self._store.actor(actor_id)

    def answer(self, seeker_id: str, partner_id: str, said: Judgement, *, who: str) -> Answer:
        """Keep what is said of a proposed match, in place of what the same side said before; it is heeded at once.

        Raises ``ActorNotFoundError``, and ``ValueError`` for an actor with itself.
        """
        return self._store.answers.give(seeker_id, partner_id, said, who=who)

    def take_back_answer(self, seeker_id: str, partner_id: str, *, who: str) -> Answer:
        """Take back the latest answer about a pair; raises ``ActorNotFoundError`` and ``AnswerNotFoundError``."""
        return self._store.answers.take_back(seeker_id, partner_id, who=who)

    def answers(self, actor_id: str = "") -> tuple[Answer, ...]:
        """What is said of matches, in the order in which it was said; of one actor's, on either side."""
        return self._store.answers.all(actor_id)

    def mutual(self, actor_id: str = "") -> tuple[Mutual, ...]:
        """The pairs of whom both said interested, the latest first; of all actors or of one."""
        return self._store.answers.mutual(actor_id)

    def name_sub_cluster(self, sub_cluster_id: str, label: str, *, who: str) -> GivenName:
        """Give a sub-cluster of the published build a name, shown wherever its label is and kept from build to build.

        Raises ``NotBuiltError``, ``SubClusterNotFoundError``, and ``ValueError`` for a name that is none or is taken.
        """
        published = self.published()
        found = published.sub_cluster(sub_cluster_id)
        wanted = label.strip().casefold()
        for each in published.sub_clusters():
            if each.id != found.id and each.parent_id == found.parent_id and each.label.casefold() == wanted:
                raise ValueError(
                    f"{each.id} beside it is called {each.label!r} already. Choose another name."
                )
        return self._store.sub_cluster_names.give(
            sub_cluster_id, label, found_label=found.found_label or found.label, who=who
        )

    def clear_sub_cluster_name(self, sub_cluster_id: str, *, who: str) -> GivenName:
        """Take a given name away, also of a sub-cluster that is gone; raises ``SubClusterNotFoundError`` where there is none."""
        return self._store.sub_cluster_names.clear(sub_cluster_id, who=who)

    def sub_cluster_names(self) -> tuple[GivenName, ...]:
        """The names that sub-clusters were given, in the order in which they were."""
        return self._store.sub_cluster_names.all()

    def history(self, *, subject: str = "", limit: int = 100) -> list[AuditRow]:
        """Who changed what and when, newest first; ``subject`` is the id of one actor or collaboration."""
        return self._store.audit(subject=subject, limit=limit)

    def build(self, *, progress: Progress = no_progress) -> BuildReport:
        """Make and publish a generation of what is stored now; the one that is up to date is left alone.

        Raises ``StoreBusyError`` while another process is building.
        """
        return build(
            self._store, self._builds, self._encoding, lock=self.folder / "builds.lock", progress=progress
        )

    def evaluate(
        self,
        *,
        cut_off: date | None = None,
        until: date | None = None,
        seekers: int = 3000,
        progress: Progress = no_progress,
    ) -> Report:
        """Judge this program and the usual baselines by the collaborations after a day, from what was known before.

        Raises ``TooFewCollaborationsError`` where too few are dated, and ``ValueError`` for a window without days.
        """
        # The baselines bring a library that nothing else here waits for.
        from matchmaker.matching.evaluation import evaluate
        from matchmaker.matching.learning import as_built

        columns, vectors = encoded_columns(self._store, self._encoding, progress)
        ours = {"matchmaker": partial(as_built, glossary=self._encoding.glossary)}
        return evaluate(
            columns, vectors, ours, cut_off=cut_off, until=until, seekers=seekers, progress=progress
        )

    def status(self) -> Status:
        """What is stored, what is published, and whether the one is behind the other."""
        return status_of(self.folder, self._store, self._builds, self._encoding, self._latest)

    def published(self) -> Published:
        """The published generation and what changed after it; the same object until there is something new.

        Profiles that were changed, added or erased are shown and searched as they are now; everything else is as it
        was built. Raises ``NotBuiltError`` when nothing is published or everything published is damaged.
        """
        return self._latest.published()

    def _built_until(self) -> tuple[str, int]:
        """The generation that can be served, and the change up to which it holds everything; 0 where nobody noted it."""
        health = self._builds.checked()
        if health.name is None:
            return "", 0
        return health.name, self._store.change_of(str(health.facts["fingerprint"]))

    def built_at(self) -> float | None:
        """When the generation that can be served was made, in seconds since 1970; ``None`` where there is none."""
        name = self._builds.checked().name
        return None if name is None else self._builds.made_at(name)

    def damage(self) -> tuple[str, ...]:
        """One message for each damaged generation that would otherwise be served; empty when all is well."""
        return self._builds.checked().damaged

    def export(self, what: str, path: Path) -> int:
        """Write ``actors``, ``suggestions``, ``sub-clusters``, ``spin-offs``, ``map`` or ``exposure`` to a file; return the rows."""
        columns, rows = EXPORTS[what](self.published())
        return write_rows(path, columns, rows)

    def export_landscape(self, path: Path, files: Files = "csv", *, with_backtest: bool = False) -> int:
        """Write every figure of the landscape to a folder, ``.zip``, ``.xlsx`` or ``.graphml``; return the rows.

        With ``with_backtest`` also what earlier spin-off candidates came to, which takes longer than all the rest.
        """
        published = self.published()
        network = path.suffix.casefold() == ".graphml"
        tables = published.network() if network else published.frames(with_backtest=with_backtest)
        return write_tables(path, tables, files)

    def roll_back(self, *, who: str = "") -> str:
        """Publish the generation before the present one again and return its name; raises as ``generations.roll_back``."""
        return self.generations.roll_back(who=who).name

    def back_up(self, file: Path) -> BackedUp:
        """Write all that is stored to one new file, also while the service runs; raises ``StoreError`` where it exists."""
        return back_up(self._store, file)

    def erase_actor(self, actor_id: str, *, who: str, trial: bool = False) -> Erased:
        """Erase an actor with all that belongs to it; ``finish_erasing`` then takes it out of files and builds.

        A ``trial`` changes nothing. Raises ``ActorNotFoundError``.
        """
        erased = self._store.erasing.actor(actor_id, who=who, trial=trial)
        if not trial:
            self.jobs.forget_files()
        return erased

    def find_person(self, wanted: str) -> tuple[FoundPerson, ...]:
        """Where somebody with this name or e-mail address is on a list of participants."""
        return self._store.erasing.find(wanted)

    def held(self, wanted: str) -> dict[str, object]:
        """Everything that is held about the person with this name or e-mail address, as JSON values."""
        return held(self._store, wanted)

    def authored(self, wanted: str) -> int:
        """How many rows say that somebody with this name or address made them."""
        return self._store.erasing.authored(wanted)

    def erase_persons(
        self,
        persons: Sequence[FoundPerson],
        *,
        authors: Collection[str] = (),
        users: Collection[str] = (),
        who: str,
        trial: bool = False,
    ) -> Erased:
        """Erase persons from every list of participants, names that changes were made under, and users by id.

        A ``trial`` changes nothing.
        """
        erased = self._store.erasing.persons(persons, authors=authors, users=users, who=who, trial=trial)
        if not trial:
            self.jobs.forget_files()
        return erased

    def finish_erasing(self, *, rebuild: bool = True, progress: Progress = no_progress) -> Finished:
        """Make the build anew, or only remove it, remove those with the erased, and leave no byte of them in the file."""
        self.jobs.forget_files()
        again = (lambda: self.build(progress=progress).generation) if rebuild else None
        # Files that wait to be imported may name whoever was erased.
        self.intake.drafts.clear()
        return finish(self._store, self._builds, self._encoding, rebuild=again)

    def erasures(self) -> tuple[Erasure, ...]:
        """The list of erasures: hashes and times."""
        return self._store.erasing.all()

    def encoder(self) -> Encoder:
        """The encoder that the settings name, loaded once."""
        return self._encoding.encoder()
