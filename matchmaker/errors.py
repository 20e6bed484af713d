"""Everything that can go wrong, as one tree; every message says what, where and what to do.

MatchmakerError
  SourceError              a file that cannot be read: file, what to do
  ImportRejectedError      rows that cannot be accepted: rejections
  FieldsRejectedError      fields of one actor that cannot be accepted
  ImportNotFoundError      number
  ImportDraftNotFoundError draft_id: files that were sent and are no longer kept
  MergeNotFoundError       number
  MergeChangedError        what changed since, so that a merge cannot be undone: changed
  ActorNotFoundError       actor_id, suggestions
  SubClusterNotFoundError  sub_cluster_id
  ActorChangedError        somebody else changed the profile in between
  ProfileRejectedError     a profile, a draft or a contact person that cannot be: field
  DraftNotFoundError       draft_id
  ContactNotFoundError     contact_id
  AnswerNotFoundError      seeker_id, partner_id
  NotBuiltError            nothing is published yet
  DamagedBuildError        generation, file
  EncoderUnavailableError  name, how to get it
  StoreError               the database cannot be used: path, what to do
    StoreBusyError         another process is writing
    StoreFullError         no space left on the disk
    StoreClosedError       it was closed, as at the end of the program
  SettingsError            name, value
  MailError                the server that takes letters cannot be reached or refuses to talk
  InstanceError            an event that cannot be read: problems
  ScheduleError            demands that no schedule can meet: problems
  EventNotFoundError       event_id
  EventRejectedError       an event, a participant or a change that cannot be: problems
    EditRejectedError        a change of a schedule by hand that cannot be: conflicts
  EventChangedError        somebody else changed the event in between
  OutcomeNotFoundError     event_id, and the two participants
  UserNotFoundError        user
  UserRejectedError        a user, a key or a password that cannot be
  ProviderError            reason: signing in with a provider did not come to an end
  KeyNotFoundError         key_id
  SavedSearchNotFoundError search_id
  SavedSearchRejectedError a saved search that cannot be
  WebhookNotFoundError     webhook_id
  WebhookRejectedError     an address that nothing is sent to
  InvitationNotFoundError  a link that is unknown, used or too old
  JobNotFoundError         job_id
  JobsFullError            too many jobs wait already
  JobGivenUpError          a job that was begun too often without coming to an end
  JobInputGoneError        what a job was to work on is no longer there
  BuildNotFoundError       generation
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from matchmaker.telling import told

if TYPE_CHECKING:
    from matchmaker.actors import Rejection
    from matchmaker.events import Conflict


class MatchmakerError(Exception):
    """Root of every error that a caller can do something about; ``str(error)`` is fit for a person."""


class SourceError(MatchmakerError):
    """A file that cannot be read as a whole."""

    def __init__(self, message: str, *, file: Path | str, wrong_type: bool = False) -> None:
        """``wrong_type`` says that it is another kind of file than is read at all."""
        super().__init__(message)
        self.file = str(file)
        self.wrong_type = wrong_type


class ImportRejectedError(MatchmakerError):
    """Rows were rejected, so nothing was applied."""

    def __init__(self, message: str, *, rejections: Sequence[Rejection]) -> None:
        super().__init__(message)
        self.rejections = tuple(rejections)


class FieldsRejectedError(MatchmakerError):
    """Fields of one actor that cannot be accepted, so nothing was applied."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        """``fields`` are names with reasons."""
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in fields))
        self.fields = tuple(fields)


class ImportNotFoundError(MatchmakerError):
    """No import with this number can be taken back."""

    def __init__(self, number: int, *, undone: bool = False) -> None:
        """``undone`` says that it was taken back already."""
        why = "was taken back already" if undone else "is not known, or too old to be taken back"
        super().__init__(f"Import {number} {why}. `matchmaker import list` shows the imports.")
        self.number = number
        self.undone = undone


class ParticipantListNotFoundError(MatchmakerError):
    """No list of participants with this number can be taken back."""

    def __init__(self, event_id: str, number: int, *, undone: bool = False) -> None:
        """``undone`` says that it was taken back already."""
        why = "was taken back already" if undone else "is not known, or too old to be taken back"
        super().__init__(
            f"List {number} of the event {event_id!r} {why}. `matchmaker event lists {event_id}` shows its lists."
        )
        self.number = number
        self.undone = undone


class ImportDraftNotFoundError(MatchmakerError):
    """Files that were sent are no longer kept, or were never this caller's."""

    def __init__(self, draft_id: str) -> None:
        super().__init__("The files of this import are no longer kept. Choose them again.")
        self.draft_id = draft_id


class MergeNotFoundError(MatchmakerError):
    """No merge with this number can be undone."""

    def __init__(self, number: int, *, undone: bool = False) -> None:
        """``undone`` says that it was undone already."""
        why = "was undone already" if undone else "is not known, or can no longer be undone"
        super().__init__(f"Merge {number} {why}. `matchmaker duplicates merges` shows the merges.")
        self.number = number
        self.undone = undone


class MergeChangedError(MatchmakerError):
    """What was merged has changed since, so the merge cannot be undone exactly; nothing was changed."""

    def __init__(self, number: int, changed: Sequence[str]) -> None:
        """``changed`` names the tables whose rows are no longer as the merge left them."""
        super().__init__(
            f"Merge {number} cannot be undone, because this changed since: {', '.join(changed)}. Nothing was changed; "
            "correct the actor by hand, or undo the later change first."
        )
        self.number = number
        self.changed = tuple(changed)


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


class ActorChangedError(MatchmakerError):
    """Somebody else changed the profile after it was read, so this change was not made."""

    def __init__(self, actor_id: str, *, who: str, at: str) -> None:
        super().__init__(
            f"{who or 'Somebody'} changed the profile of {actor_id!r} at {at}, after you read it, so nothing was changed "
            "now. Read it again, then make your change."
        )
        self.actor_id = actor_id
        self.who = who
        self.at = at


class ProfileRejectedError(MatchmakerError):
    """A profile, a draft or a contact person that cannot be, so nothing was changed."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class DraftNotFoundError(MatchmakerError):
    """The actor has no draft with this id."""

    def __init__(self, draft_id: str) -> None:
        super().__init__(f"There is no draft {draft_id!r} of this actor.")
        self.draft_id = draft_id


class ContactNotFoundError(MatchmakerError):
    """The actor has no contact person with this id."""

    def __init__(self, contact_id: str) -> None:
        super().__init__(f"There is no contact person {contact_id!r} of this actor.")
        self.contact_id = contact_id


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


class StoreClosedError(StoreError):
    """The workspace was closed; for work beside the requests that is the end."""


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
            told(
                "{who} changed the event {event_id!r} at {at}, after you read it, so nothing was changed now. Read it again, "
                "then make your change.",
                who=who or told("Somebody"),
                event_id=event_id,
                at=at,
            )
        )
        self.event_id = event_id
        self.who = who
        self.at = at


class MailError(MatchmakerError):
    """The mail server cannot be reached, trusted or signed in to, or none is set up; no letter was sent."""


class UserNotFoundError(MatchmakerError):
    """No user has this e-mail address or id."""

    def __init__(self, user: str) -> None:
        super().__init__(f"There is no user {user!r}. `matchmaker user list` names them.")
        self.user = user


class UserRejectedError(MatchmakerError):
    """A user, a key or a password that cannot be, so nothing was changed."""


class ProviderError(MatchmakerError):
    """Signing in with a provider did not come to an end; ``reason`` says at what."""

    REASONS: Mapping[str, str] = {
        "down": "The provider cannot be reached, or does not answer as one. Check oidc_issuer.",
        "refused": "The provider turned the sign-in down, or it was stopped there.",
        "stale": "The sign-in was begun in another browser, too long ago, or used before. Begin again.",
        "invalid": "What the provider sent cannot be trusted.",
        "unverified": "The provider did not say that the e-mail address is verified.",
        "unknown": "No user has this e-mail address. `matchmaker user invite` adds one.",
        "disabled": "The user is disabled. `matchmaker user enable` lets them in again.",
        "another": "The provider knew this user by another account before. `matchmaker user unbind` forgets that one.",
    }

    def __init__(self, reason: str) -> None:
        super().__init__(self.REASONS[reason])
        self.reason = reason


class KeyNotFoundError(MatchmakerError):
    """No key has this id."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"There is no key with the id {key_id!r}. `matchmaker key list` names them.")
        self.key_id = key_id


class SavedSearchNotFoundError(MatchmakerError):
    """The caller has no saved search with this id."""

    def __init__(self, search_id: str) -> None:
        super().__init__(f"There is no saved search {search_id!r}. List them and choose one.")
        self.search_id = search_id


class SavedSearchRejectedError(MatchmakerError):
    """A saved search that cannot be, so nothing was changed."""


class WebhookNotFoundError(MatchmakerError):
    """No webhook, or no delivery to one, has this id."""

    def __init__(self, webhook_id: str) -> None:
        super().__init__(f"There is no webhook {webhook_id!r}. `matchmaker webhook list` names them.")
        self.webhook_id = webhook_id


class WebhookRejectedError(MatchmakerError):
    """A webhook that cannot be, such as one whose address nothing is sent to; nothing was changed."""


class InvitationNotFoundError(MatchmakerError):
    """A link that is unknown, used, too old, or of a user who was disabled; which of these is not told."""

    def __init__(self) -> None:
        super().__init__(
            "This link cannot be used (any more). Ask whoever runs the service for a new one: `matchmaker user reset`."
        )


class JobNotFoundError(MatchmakerError):
    """No job has this id; jobs that are long over are forgotten."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no job with the id {job_id!r}. `matchmaker job list` names them.")
        self.job_id = job_id


class JobsFullError(MatchmakerError):
    """Too many jobs wait already, so this one was not taken on."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} jobs wait already. Wait until some are done, or cancel some.")
        self.waiting = waiting


class JobGivenUpError(MatchmakerError):
    """A job was begun several times and the process stopped each time before it came to an end."""

    def __init__(self, tries: int) -> None:
        super().__init__(
            f"It was begun {tries} times, and each time the service stopped before it came to an end. Look in the log for "
            "why, for example too little memory, then ask for it again."
        )
        self.tries = tries


class JobInputGoneError(MatchmakerError):
    """What was sent for a job is no longer there: somebody was erased meanwhile, or a backup was restored."""

    def __init__(self, name: str = "") -> None:
        """``name`` is what the file was kept under."""
        self.name = name
        super().__init__(
            "What was sent is no longer there, because somebody was erased or a backup was restored while it waited. "
            "Send it again."
        )


class BuildNotFoundError(MatchmakerError):
    """There is no such build to go back to."""

    def __init__(self, generation: str = "") -> None:
        named = f"The build {generation} is not there" if generation else "There is no earlier build"
        super().__init__(f"{named}, so there is nothing to go back to. What is published stays.")
        self.generation = generation


def _listed(what: str, problems: Sequence[str], *, shown: int = 20) -> str:
    rest = [f"... and {len(problems) - shown} more."] if len(problems) > shown else []
    return "\n".join([f"{what}:", *(f"- {problem}" for problem in problems[:shown]), *rest])
