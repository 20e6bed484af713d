"""Looks at everything a workspace rests on, and says of each part whether it is well and what to do if not."""

from __future__ import annotations

import os
import shlex
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from matchmaker.builds import MAKING, Builds
from matchmaker.encoding import Encoding
from matchmaker.errors import DamagedBuildError, MatchmakerError
from matchmaker.forgetting import holds_erased
from matchmaker.mailing import Post
from matchmaker.settings import FILE, Settings, read_settings, unknown_variables
from matchmaker.signing_in import Provider
from matchmaker.store import Store
from matchmaker.store.connections import check_version, library_version
from matchmaker.taking_place import kept_aside, unfinished

MIB = 1024 * 1024
SPARE_BYTES = 200 * MIB
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""No machine that runs this has a right clock before it."""
SLACK = timedelta(minutes=5)


class Finding(StrEnum):
    """How a part is."""

    WELL = "well"
    DOUBTFUL = "doubtful"
    """It works, and something should be done."""
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Check:
    """One part, how it is, and what to do."""

    part: str
    finding: Finding
    said: str
    to_do: str = ""


def examine(
    folder: Path, database: str, environment: Mapping[str, str], *, now: datetime
) -> tuple[Check, ...]:
    """Every check, in the order in which one rests on the other; nothing is changed, whatever is found.

    A part that cannot be looked at because another is broken is left out.
    """
    checks = [_sqlite(folder / database), _clock(now)]
    settings = _settings(folder, environment, checks)
    if settings is not None:
        checks += [_mail(Post(settings)), *_provider(Provider(settings))]
    if not (folder / database).is_file():
        checks.append(
            Check(
                "workspace",
                Finding.BROKEN,
                f"There is no workspace in {folder}.",
                "Name another folder with --workspace, import something, or restore a backup.",
            )
        )
        return (*checks, *_left_over(folder, database))
    checks += [*_permissions(folder, database), _space(folder, database), *_left_over(folder, database)]
    if checks[0].finding is not Finding.BROKEN:
        checks += _inside(folder, database, settings, now)
    return tuple(checks)


def _inside(folder: Path, database: str, settings: Settings | None, now: datetime) -> Iterator[Check]:
    try:
        # Opening it for writing would bring an older layout up to date.
        store = Store.open(folder / database, read_only=True)
    except MatchmakerError as error:
        yield Check("database", Finding.BROKEN, str(error))
        return
    with store:
        yield _asked("database", store.check, "Every page is whole and every reference leads somewhere.")
        yield _latest_change(store, now)
        builds = Builds(folder / "builds")
        yield from _builds(store, builds)
        if settings is not None:
            yield _encoder(settings, folder, store)


def _asked(part: str, ask: Callable[[], object], well: str, to_do: str = "") -> Check:
    try:
        ask()
    except MatchmakerError as error:
        return Check(part, Finding.BROKEN, str(error), to_do)
    return Check(part, Finding.WELL, well)


def _sqlite(database: Path) -> Check:
    return _asked("sqlite", lambda: check_version(database), f"SQLite {library_version()} is safe.")


def _clock(now: datetime) -> Check:
    if now < FIRST_DAY:
        return Check(
            "clock",
            Finding.BROKEN,
            f"The clock says {now:%Y-%m-%d}, which cannot be.",
            "Set it: timedatectl set-ntp true",
        )
    return Check("clock", Finding.WELL, f"{now:%Y-%m-%d %H:%M} UTC")


def _latest_change(store: Store, now: datetime) -> Check:
    latest = store.audit(limit=1)
    at = datetime.fromisoformat(latest[0].at) if latest else None
    if at is not None and at > now + SLACK:
        return Check(
            "audit trail",
            Finding.DOUBTFUL,
            f"The latest change is of {at:%Y-%m-%d %H:%M} UTC, after now.",
            "Check the machine's clock.",
        )
    return Check(
        "audit trail", Finding.WELL, f"The latest change is of {at:%Y-%m-%d %H:%M} UTC." if at else "Empty."
    )


def _settings(folder: Path, environment: Mapping[str, str], checks: list[Check]) -> Settings | None:
    try:
        settings = read_settings(folder, environment)
    except MatchmakerError as error:
        checks.append(Check("settings", Finding.BROKEN, str(error), f"Change {FILE} or the variable."))
        return None
    unknown = unknown_variables(environment)
    if unknown:
        checks.append(
            Check(
                "settings",
                Finding.DOUBTFUL,
                f"{', '.join(unknown)} set nothing.",
                "Correct the spelling, or take them away; `matchmaker settings` lists what there is.",
            )
        )
    else:
        checks.append(Check("settings", Finding.WELL, "All can be used."))
    return settings


def _mail(post: Post) -> Check:
    if not post.is_configured:
        return Check("mail", Finding.WELL, "Not set up: links are printed, nothing is mailed.")
    return _asked(
        "mail",
        post.check,
        f"{post.server} can be reached and signed in to.",
        "Correct the settings smtp_... ; then: matchmaker mail test ADDRESS",
    )


def _provider(provider: Provider) -> Iterator[Check]:
    if provider.is_configured:
        yield _asked(
            "provider",
            provider.check,
            f"{provider.name} answers and is who the settings say.",
            "Correct the settings oidc_... ; docs/signing-in.md tells what they are.",
        )


def _permissions(folder: Path, database: str) -> Iterator[Check]:
    private = [folder / database, folder / FILE, *folder.glob(f"{database}-*")]
    closed = [each for each in (folder, folder / database) if not os.access(each, os.R_OK | os.W_OK)]
    if closed:
        yield Check(
            "permissions",
            Finding.BROKEN,
            f"{', '.join(map(str, closed))} cannot be read and written.",
            "Run as the user who owns the folder, or give it to this one: chown -R USER FOLDER",
        )
        return
    open_ones = [each for each in private if each.exists() and _others_may(each)]
    shut = not _others_enter(folder)
    if open_ones and not shut:
        yield Check(
            "permissions",
            Finding.DOUBTFUL,
            f"Other users of this machine can read {', '.join(each.name for each in open_ones)}.",
            f"Close the folder to them: chmod 700 {folder}",
        )
    else:
        yield Check("permissions", Finding.WELL, "Only its owner can read the workspace.")


def _others_may(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def _others_enter(folder: Path) -> bool:
    return os.name == "posix" and bool(folder.stat().st_mode & stat.S_IXOTH)


def _space(folder: Path, database: str) -> Check:
    free = shutil.disk_usage(folder).free
    builds = folder / "builds"
    largest = max((_size(each.rglob("*")) for each in builds.iterdir()), default=0) if builds.is_dir() else 0
    # To compact writes the file anew, and a build is made beside the others.
    needed = (folder / database).stat().st_size + largest + SPARE_BYTES
    said = f"{free // MIB:,} MiB are free; a build and a compaction need {needed // MIB:,} MiB at a time."
    if free < needed:
        return Check(
            "disk", Finding.DOUBTFUL, said, "Free some space, or move the workspace to a larger disk."
        )
    return Check("disk", Finding.WELL, said)


def _size(paths: Iterable[Path]) -> int:
    return sum(each.stat().st_size for each in paths if each.is_file())


def _left_over(folder: Path, database: str) -> Iterator[Check]:
    found = [*(folder / "builds").glob(f"{MAKING}*"), *unfinished(folder, database)]
    if found:
        yield Check(
            "left over",
            Finding.DOUBTFUL,
            f"{', '.join(each.name for each in found)} were left by something that was interrupted, or is under way.",
            "The next build or restore removes them; what had given way to a restore it puts back first.",
        )
    aside = kept_aside(folder, database)
    if aside:
        yield Check(
            "kept aside",
            Finding.DOUBTFUL,
            f"{', '.join(each.name for each in aside)} hold what was here before a restore, and whoever was erased since.",
            f"When nothing in them is needed any more: rm -r {' '.join(shlex.quote(str(each)) for each in aside)}",
        )


def _builds(store: Store, builds: Builds) -> Iterator[Check]:
    pointer = builds.pointer()
    if pointer is None:
        yield Check("build", Finding.DOUBTFUL, "Nothing is published.", "Run: matchmaker build")
        return
    for part, name in (("build", pointer.published), ("build before", pointer.previous)):
        if name is not None:
            yield _build(store, builds, part, name)


def _build(store: Store, builds: Builds, part: str, name: str) -> Check:
    try:
        facts = builds.check(name)
    except DamagedBuildError as error:
        if part == "build":
            return Check(part, Finding.BROKEN, str(error), "Run: matchmaker build")
        # What is served does not rest on it; only the way back is gone.
        return Check(
            part,
            Finding.DOUBTFUL,
            f"{name} is damaged ({error.file}): there is no going back to it, and a build lets go of it.",
            "Run: matchmaker build",
        )
    if holds_erased(store, builds, name):
        return Check(
            part, Finding.BROKEN, f"{name} may hold an actor that was erased.", "Run: matchmaker erase finish"
        )
    if part == "build" and facts["fingerprint"] != store.fingerprint():
        return Check(
            part, Finding.DOUBTFUL, f"{name} is whole and behind what is stored.", "Run: matchmaker build"
        )
    return Check(part, Finding.WELL, f"{name} is whole.")


def _encoder(settings: Settings, folder: Path, store: Store) -> Check:
    def encode() -> None:
        Encoding(settings, folder / "encoder", store).query("partner")

    named = settings.encoder or "the one that comes with the program"
    return _asked("encoder", encode, f"It loads and answers: {named}.", "See docs/encoder.md.")
