"""Everything that can go wrong, as one tree; every message says what, where and what to do.

MatchmakerError
  SourceError              a file that cannot be read: file, what to do
  ImportRejectedError      rows that cannot be accepted: rejections
  ActorNotFoundError       actor_id, suggestions
  SubClusterNotFoundError  sub_cluster_id
  AnswerNotFoundError      seeker_id, partner_id
  NotBuiltError            nothing is published yet
  DamagedBuildError        generation, file
  EncoderUnavailableError  name, how to get it
  StoreError               the database cannot be used: path, what to do
    StoreBusyError         another process is writing
    StoreFullError         no space left on the disk
  SettingsError            name, value
  InstanceError            an event that cannot be read: problems
  ScheduleError            demands that no schedule can meet: problems
  EventNotFoundError       event_id
  EventRejectedError       an event, a participant or a change that cannot be: problems
    EditRejectedError        a change of a schedule by hand that cannot be: conflicts
  EventChangedError        somebody else changed the event in between
  OutcomeNotFoundError     event_id, and the two participants
  UserNotFoundError        user
  UserRejectedError        a user, a key or a password that cannot be
  KeyNotFoundError         key_id
  InvitationNotFoundError  a link that is unknown, used or too old
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matchmaker.actors import Rejection
    from matchmaker.events import Conflict


class MatchmakerError(Exception):
    """Root of every error that a caller can do something about; ``str(error)`` is fit for a person."""


class SourceError(MatchmakerError):
    """A file that cannot be read as a whole."""

    def __init__(self, message: str, *, file: Path | str) -> None:
        super().__init__(message)
        self.file = str(file)


class ImportRejectedError(MatchmakerError):
    """Rows were rejected, so nothing was applied."""

    def __init__(self, message: str, *, rejections: Sequence[Rejection]) -> None:
        super().__init__(message)
        self.rejections = tuple(rejections)


class ActorNotFoundError(MatchmakerError):
    """No actor has this id or name; ``suggestions`` are the closest names."""

    def __init__(self, actor_id: str, *, suggestions: Sequence[str] = ()) -> None:
        hint = f" Did you mean: {'; '.join(suggestions)}?" if suggestions else " Try `matchmaker search`."
        super().__init__(f"There is no actor with the id or name {actor_id!r}.{hint}")
        self.actor_id = actor_id
        self.suggestions = tuple(suggestions)


class SubClusterNotFoundError(MatchmakerError):
    """No sub-cluster of the published build has this id."""

    def __init__(self, sub_cluster_id: str, *, named: bool = False) -> None:
        """``named`` says that one with a name of its own was looked for."""
        what = "named sub-cluster" if named else "sub-cluster"
        super().__init__(
            f"There is no {what} with the id {sub_cluster_id!r}. `matchmaker sub-clusters` lists them."
        )
        self.sub_cluster_id = sub_cluster_id


class NoteNotFoundError(MatchmakerError):
    """There is no note of a pair."""

    def __init__(self, one: str, other: str) -> None:
        self.one = one
        self.other = other
        super().__init__(f"There is no note of {one!r} and {other!r}.")


class NoteChangedError(MatchmakerError):
    """Somebody else wrote a note after it was read, so nothing was changed."""

    def __init__(self, *, who: str, at: str) -> None:
        self.who = who
        self.at = at
        super().__init__(f"{who or 'Somebody'} wrote the note at {at}, after it was read.")


class AnswerNotFoundError(MatchmakerError):
    """Nothing was said of this pair, so nothing can be taken back."""

    def __init__(self, seeker_id: str, partner_id: str) -> None:
        super().__init__(
            f"There is no answer about {partner_id!r} as a partner for {seeker_id!r}. "
            "`matchmaker answers` lists them; the seeker comes first."
        )
        self.seeker_id = seeker_id
        self.partner_id = partner_id


class NotBuiltError(MatchmakerError):
    """Nothing is published yet, so there is nothing to read."""

    def __init__(self, message: str = "Nothing is built yet. Run `matchmaker build` first.") -> None:
        super().__init__(message)


class DamagedBuildError(MatchmakerError):
    """A published file is missing, cut or changed."""

    def __init__(self, message: str, *, generation: str, file: str) -> None:
        super().__init__(message)
        self.generation = generation
        self.file = file


class EncoderUnavailableError(MatchmakerError):
    """The model cannot be loaded; the message says how to get it."""

    def __init__(self, message: str, *, name: str) -> None:
        super().__init__(message)
        self.name = name


class StoreError(MatchmakerError):
    """The workspace's database cannot be used."""

    def __init__(self, message: str, *, path: Path | str) -> None:
        super().__init__(message)
        self.path = str(path)


class StoreBusyError(StoreError):
    """Another process holds the writer's lock."""


class StoreFullError(StoreError):
    """No space is left on the disk; reading goes on."""


class SettingsError(MatchmakerError):
    """A setting has a value that cannot be used."""

    def __init__(self, message: str, *, name: str, value: object) -> None:
        super().__init__(message)
        self.name = name
        self.value = value


class InstanceError(MatchmakerError):
    """An event to schedule is not as it should be; ``problems`` says where, what and what to do, all of it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_listed("The event cannot be read", problems))
        self.problems = tuple(problems)


class ScheduleError(MatchmakerError):
    """Demands that no schedule can meet, found before solving; ``problems`` names them all."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_listed("No schedule can do what is asked", problems))
        self.problems = tuple(problems)


class EventNotFoundError(MatchmakerError):
    """No event has this id."""

    def __init__(self, event_id: str) -> None:
        super().__init__(f"There is no event with the id {event_id!r}. `matchmaker event list` names them.")
        self.event_id = event_id


class EventRejectedError(MatchmakerError):
    """Something of an event that cannot be, so nothing was changed; ``problems`` says what and what to do, all of it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(_listed("Nothing was changed", problems))
        self.problems = tuple(problems)


class EditRejectedError(EventRejectedError):
    """A change of a schedule by hand that cannot be; ``conflicts`` says what stands in the way, all of it."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__([str(each) for each in conflicts])
        self.conflicts = tuple(conflicts)


class OutcomeNotFoundError(MatchmakerError):
    """Nothing is said of this meeting, so nothing can be taken back."""

    def __init__(self, event_id: str, a: str, b: str) -> None:
        super().__init__(
            f"Nothing is said of the meeting of {a!r} and {b!r} at {event_id!r}. "
            f"`matchmaker event outcomes {event_id}` lists what is."
        )
        self.event_id = event_id
        self.pair = (a, b)


class EventChangedError(MatchmakerError):
    """Somebody else changed the event after it was read, so this change was not made."""

    def __init__(self, event_id: str, *, who: str, at: str) -> None:
        super().__init__(
            f"{who or 'Somebody'} changed the event {event_id!r} at {at}, after you read it, so nothing was changed now. "
            "Read it again, then make your change."
        )
        self.event_id = event_id
        self.who = who
        self.at = at


class UserNotFoundError(MatchmakerError):
    """No user has this e-mail address or id."""

    def __init__(self, user: str) -> None:
        super().__init__(f"There is no user {user!r}. `matchmaker user list` names them.")
        self.user = user


class UserRejectedError(MatchmakerError):
    """A user, a key or a password that cannot be, so nothing was changed."""


class KeyNotFoundError(MatchmakerError):
    """No key has this id."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"There is no key with the id {key_id!r}. `matchmaker key list` names them.")
        self.key_id = key_id


class InvitationNotFoundError(MatchmakerError):
    """A link that is unknown, used, too old, or of a user who was disabled; which of these is not told."""

    def __init__(self) -> None:
        super().__init__(
            "This link cannot be used (any more). Ask whoever runs the service for a new one: `matchmaker user reset`."
        )


def _listed(what: str, problems: Sequence[str], *, shown: int = 20) -> str:
    rest = [f"... and {len(problems) - shown} more."] if len(problems) > shown else []
    return "\n".join([f"{what}:", *(f"- {problem}" for problem in problems[:shown]), *rest])
