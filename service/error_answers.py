"""One table maps the library's errors to statuses and to what a client is told."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.errors import (
    ActorChangedError,
    ActorNotFoundError,
    AnswerNotFoundError,
    BuildNotFoundError,
    ContactNotFoundError,
    DamagedBuildError,
    DraftNotFoundError,
    EditRejectedError,
    EncoderUnavailableError,
    EventChangedError,
    EventNotFoundError,
    EventRejectedError,
    FieldsRejectedError,
    ImportDraftNotFoundError,
    ImportNotFoundError,
    ImportRejectedError,
    InstanceError,
    InvitationNotFoundError,
    JobGivenUpError,
    JobInputGoneError,
    JobNotFoundError,
    JobsFullError,
    KeyNotFoundError,
    MailError,
    MatchmakerError,
    MergeChangedError,
    MergeNotFoundError,
    NotBuiltError,
    NoteChangedError,
    NoteNotFoundError,
    OutcomeNotFoundError,
    ParticipantListNotFoundError,
    ProfileRejectedError,
    ProviderError,
    SavedSearchNotFoundError,
    SavedSearchRejectedError,
    ScheduleError,
    SettingsError,
    SourceError,
    StoreBusyError,
    StoreClosedError,
    StoreError,
    StoreFullError,
    SubClusterNotFoundError,
    UserNotFoundError,
    UserRejectedError,
    WebhookNotFoundError,
    WebhookRejectedError,
)
from matchmaker.telling import Told, told


@dataclass(frozen=True, slots=True)
class Answer:
    """How one of the library's errors is told to a client; the texts name no path and no command of the host."""

    status: int
    type: str
    title: str
    detail: str
    retry_after: int = 0
    """Seconds; 0 where trying again does not help."""


ANSWERS: dict[type[MatchmakerError], Answer] = {
    ActorNotFoundError: Answer(
        404, "actor-not-found", "Actor not found", "There is no actor with the id {actor_id!r}."
    ),
    SubClusterNotFoundError: Answer(
        404,
        "sub-cluster-not-found",
        "Sub-cluster not found",
        "There is no sub-cluster with the id {sub_cluster_id!r} in the published build.",
    ),
    ActorChangedError: Answer(
        412,
        "actor-changed",
        "Somebody else changed the profile",
        "The profile was changed at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    ProfileRejectedError: Answer(
        422,
        "profile-rejected",
        "The profile cannot be so",
        "What was sent is too long or too much, so nothing was changed.",
    ),
    DraftNotFoundError: Answer(404, "draft-not-found", "Draft not found", "There is no such draft."),
    ContactNotFoundError: Answer(
        404, "contact-not-found", "Contact person not found", "There is no such contact person."
    ),
    AnswerNotFoundError: Answer(
        404,
        "answer-not-found",
        "Answer not found",
        "Nothing was said of this pair.",
    ),
    NoteNotFoundError: Answer(404, "note-not-found", "Note not found", "There is no note of this pair."),
    NoteChangedError: Answer(
        412,
        "note-changed",
        "Somebody else wrote the note",
        "{who} wrote the note at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    NotBuiltError: Answer(
        503,
        "not-built",
        "Nothing is built yet",
        "There is no build to answer from. Import actors if there are none, build the workspace, then try again.",
        30,
    ),
    DamagedBuildError: Answer(
        503,
        "damaged-build",
        "The published build is damaged",
        "The published build cannot be read and must be made again.",
        30,
    ),
    EncoderUnavailableError: Answer(
        503,
        "encoder-unavailable",
        "The language model is not available",
        "The language model of this workspace cannot be loaded, so texts cannot be compared.",
        30,
    ),
    StoreBusyError: Answer(
        503, "store-busy", "The workspace is busy", "Another process is writing. Try again in a moment.", 2
    ),
    StoreFullError: Answer(
        507,
        "store-full",
        "No space left",
        "No space is left on the disk. Reading goes on, nothing was changed.",
    ),
    StoreClosedError: Answer(
        503, "stopping", "The service stops", "The service is stopping. Try again in a moment.", 2
    ),
    MailError: Answer(
        503, "mail-unavailable", "Letters cannot be sent", "The mail server cannot be reached now.", 30
    ),
    ProviderError: Answer(
        503, "sign-in-failed", "Signing in did not work", "Signing in with the provider came to no end.", 30
    ),
    StoreError: Answer(
        503, "store-unavailable", "The workspace cannot be used", "The database cannot be used now.", 30
    ),
    ImportDraftNotFoundError: Answer(
        404,
        "import-not-kept",
        "The files are no longer kept",
        "The files of this import are no longer kept. Send them again.",
    ),
    ImportNotFoundError: Answer(
        404, "import-not-found", "No such import", "No import with this number can be taken back."
    ),
    ParticipantListNotFoundError: Answer(
        404, "list-not-found", "No such list", "No list of participants with this number can be taken back."
    ),
    MergeNotFoundError: Answer(
        404, "merge-not-found", "No such merge", "No merge with this number can be undone."
    ),
    MergeChangedError: Answer(
        409,
        "merge-changed",
        "What was merged has changed since",
        "Something that was merged has changed since, so it cannot be undone exactly. Nothing was changed.",
    ),
    SourceError: Answer(422, "unreadable-file", "The file cannot be read", "The file cannot be read."),
    ImportRejectedError: Answer(
        422, "rows-rejected", "Rows were rejected", "Some rows cannot be accepted, so nothing was applied."
    ),
    InstanceError: Answer(422, "unreadable-event", "The event cannot be read", "The event cannot be read."),
    ScheduleError: Answer(
        422, "impossible-schedule", "No schedule can do what is asked", "No schedule can do what is asked."
    ),
    EventNotFoundError: Answer(
        404, "event-not-found", "Event not found", "There is no event with the id {event_id!r}."
    ),
    OutcomeNotFoundError: Answer(
        404, "outcome-not-found", "No outcome", "Nothing is said of this meeting at the event {event_id!r}."
    ),
    EventRejectedError: Answer(
        422, "event-rejected", "The event cannot be so", "What was sent cannot be, so nothing was changed."
    ),
    EditRejectedError: Answer(
        422,
        "edit-rejected",
        "The schedule cannot be changed so",
        "The schedule cannot be changed so, and nothing was changed.",
    ),
    EventChangedError: Answer(
        412,
        "event-changed",
        "Somebody else changed the event",
        "{who} changed the event at {at}, after it was read, so nothing was changed now. Read it again.",
    ),
    UserNotFoundError: Answer(404, "user-not-found", "User not found", "There is no such user."),
    UserRejectedError: Answer(
        422,
        "user-rejected",
        "The user or the key cannot be so",
        "What was sent cannot be, so nothing was changed.",
    ),
    KeyNotFoundError: Answer(404, "key-not-found", "Key not found", "There is no such key."),
    SavedSearchNotFoundError: Answer(
        404,
        "saved-search-not-found",
        "Saved search not found",
        "You have no saved search with the id {search_id!r}.",
    ),
    SavedSearchRejectedError: Answer(
        422,
        "saved-search-rejected",
        "The search cannot be saved so",
        "The search cannot be saved so, and nothing was changed.",
    ),
    WebhookNotFoundError: Answer(
        404, "webhook-not-found", "Not found", "There is no such webhook or delivery."
    ),
    WebhookRejectedError: Answer(
        422,
        "webhook-rejected",
        "The webhook cannot be so",
        "The webhook cannot be so, and nothing was changed.",
    ),
    InvitationNotFoundError: Answer(
        404,
        "invitation-not-found",
        "The link cannot be used",
        "The link is unknown, used already or too old.",
    ),
    FieldsRejectedError: Answer(
        422, "invalid-request", "The actor cannot be accepted", "Some fields cannot be accepted."
    ),
    JobNotFoundError: Answer(404, "job-not-found", "Job not found", "There is no such job (any more)."),
    JobsFullError: Answer(
        503, "jobs-full", "Too many jobs", "Too many jobs wait already. Try again later, or cancel some.", 30
    ),
    JobGivenUpError: Answer(
        500,
        "given-up",
        "The job was given up",
        "It was begun several times, and each time the service stopped before it came to an end. The log may say why.",
    ),
    JobInputGoneError: Answer(
        410,
        "input-gone",
        "What was sent is gone",
        "What was sent is no longer there, because somebody was erased or a backup was restored while it waited. Send it again.",
    ),
    BuildNotFoundError: Answer(
        409,
        "no-such-build",
        "There is no such build",
        "There is no such build to go back to; what is published stays.",
    ),
    SettingsError: Answer(
        500,
        "bad-setting",
        "A setting cannot be used",
        "A setting of the service has a value that cannot be used.",
    ),
    MatchmakerError: Answer(500, "failed", "The request failed", "The request cannot be answered."),
}
"""Looked up along the error's ancestry, so the closest row counts."""

FACTS = ("actor_id", "sub_cluster_id", "event_id", "search_id", "who", "at")
"""What the details of answers may tell of an error."""


def answer_to(error: MatchmakerError) -> Answer:
    """The row of the table for an error, with the error's facts put into the detail."""
    row = next(ANSWERS[cls] for cls in type(error).__mro__ if cls in ANSWERS)
    facts = {name: getattr(error, name, "") for name in FACTS}
    facts["who"] = facts["who"] or told("Somebody")
    return Answer(row.status, row.type, row.title, Told(row.detail, facts), row.retry_after)
