"""A firm's own: its profile's changes, drafts, contact persons, what it says of others, its meetings, its data."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Request, Response

from matchmaker.profiles import ContactFields
from matchmaker.workplace import Workplace
from service.api.contract import (
    PREFIX,
    ActorId,
    Nothing,
    errors,
    json_body,
    own_actor,
    precondition,
    readable_address,
    tagged,
)
from service.arranged import acting
from service.callers import caller_of
from service.dependencies import OpenWorkspace
from service.permissions import Role, reaches, role_of
from service.problems import refused
from service.schemas.contract import Id
from service.schemas.firms import (
    FACILITATORS_ONLY,
    ActorPatch,
    ContactAnswer,
    ContactBody,
    ContactPage,
    DraftAnswer,
    DraftBody,
    DraftPage,
    DraftText,
    FirmAnswer,
    FirmAnswerPage,
    MutualAnswer,
    MutualPage,
    OwnEventAnswer,
    OwnEventPage,
    OwnProfileAnswer,
)

router = APIRouter(
    prefix=f"{PREFIX}/actors/{{actor_id}}", tags=["firms"], dependencies=[Depends(readable_address)]
)

OWN = [Depends(own_actor)]
OWN_JSON = [Depends(own_actor), Depends(json_body)]

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of the actor that the change was made from, or `*` for whichever it is.",
    ),
]


DraftId = Annotated[Id, Path(description="Id of the draft.")]
ContactId = Annotated[Id, Path(description="Id of the contact person.")]


def expected(if_match: str | None) -> str | None:
    """The revision that a change was made from, ``None`` for any; raises ``HTTPException`` 428 where it is missing."""
    named = precondition(if_match, "actor")
    # Behind the point is the build that the profile was read with, which an edit does not depend on.
    return None if named is None else named.removeprefix("W/").strip('"').partition(".")[0]


def _answer(firms: Workplace, actor_id: str, response: Response) -> OwnProfileAnswer:
    profile = firms.profile(actor_id)
    tagged(response, f'"{profile.revision}"')
    return OwnProfileAnswer.of(profile)


@router.patch(
    "",
    operation_id="changeActor",
    summary="Change an actor's profile",
    responses=errors(404, 412, 413, 415, 428),
    dependencies=OWN_JSON,
)
def change_actor(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: ActorId,
    body: ActorPatch,
    response: Response,
    _query: Nothing,
    if_match: IfMatch = None,
) -> OwnProfileAnswer:
    """Fields that were sent are changed by hand: imports leave them alone from then on. Lists are replaced as a whole.

    A firm changes its own actor; another's is answered as one that is not there.
    """
    changes = body.changes()
    if role_of(request) is not Role.FACILITATOR:
        for name in FACILITATORS_ONLY:
            if name in changes:
                raise refused(name, "Only facilitators change this.")
    workspace.firms.edit(actor_id, changes, expected=expected(if_match), who=acting())
    return _answer(workspace.firms, actor_id, response)


@router.get(
    "/own",
    operation_id="getOwnProfile",
    summary="Get a profile as it is stored, with what it lacks",
    responses=errors(404),
    dependencies=OWN,
)
def get_own_profile(
    workspace: OpenWorkspace, actor_id: ActorId, response: Response, _query: Nothing
) -> OwnProfileAnswer:
    """Its `ETag` is the revision that a change is made from."""
    return _answer(workspace.firms, actor_id, response)


@router.get(
    "/drafts",
    operation_id="listDrafts",
    summary="List drafts of offers and requests",
    responses=errors(404),
    dependencies=OWN,
)
def list_drafts(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> DraftPage:
    """Drafts are matched with nothing and seen by the firm itself and by facilitators only."""
    return DraftPage(
        items=[DraftAnswer.of(each) for each in workspace.firms.kept.drafts(actor_id)], next=None
    )


@router.post(
    "/drafts",
    operation_id="addDraft",
    summary="Keep a draft",
    status_code=201,
    responses=errors(404, 413, 415),
    dependencies=OWN_JSON,
)
def add_draft(
    workspace: OpenWorkspace, actor_id: ActorId, body: DraftBody, response: Response, _query: Nothing
) -> DraftAnswer:
    """An offer or a request that is not published."""
    draft = workspace.firms.kept.add_draft(actor_id, body.kind, body.text, who=acting())
    response.headers["Location"] = _address(actor_id, "drafts", draft.id)
    return DraftAnswer.of(draft)


@router.put(
    "/drafts/{draft_id}",
    operation_id="changeDraft",
    summary="Put a draft in other words",
    responses=errors(404, 413, 415),
    dependencies=OWN_JSON,
)
def change_draft(
    workspace: OpenWorkspace, actor_id: ActorId, draft_id: DraftId, body: DraftText, _query: Nothing
) -> DraftAnswer:
    """The draft stays of its kind."""
    return DraftAnswer.of(workspace.firms.kept.change_draft(actor_id, draft_id, body.text, who=acting()))


@router.delete(
    "/drafts/{draft_id}",
    operation_id="removeDraft",
    summary="Remove a draft",
    status_code=204,
    responses=errors(404),
    dependencies=OWN,
)
def remove_draft(workspace: OpenWorkspace, actor_id: ActorId, draft_id: DraftId, _query: Nothing) -> Response:
    """It is gone."""
    workspace.firms.kept.remove_draft(actor_id, draft_id, who=acting())
    return Response(status_code=204)


@router.post(
    "/drafts/{draft_id}/publish",
    operation_id="publishDraft",
    summary="Publish a draft",
    responses=errors(404),
    dependencies=OWN,
)
def publish_draft(
    workspace: OpenWorkspace, actor_id: ActorId, draft_id: DraftId, response: Response, _query: Nothing
) -> OwnProfileAnswer:
    """It becomes the last offer or request of the profile and is matched at once."""
    workspace.firms.kept.publish(actor_id, draft_id, who=acting())
    return _answer(workspace.firms, actor_id, response)


@router.get(
    "/contacts",
    operation_id="listContacts",
    summary="List contact persons",
    responses=errors(404),
)
def list_contacts(
    request: Request, workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing
) -> ContactPage:
    """One's own, and those of a partner once both said that they are interested; else as if the actor were not there."""
    if reaches(request, actor_id):
        found = workspace.firms.kept.contacts(actor_id)
    else:
        caller = caller_of(request)
        found = workspace.firms.contacts_shown(caller.actor_id if caller else "", actor_id)
    return ContactPage(items=[ContactAnswer.of(each) for each in found], next=None)


@router.post(
    "/contacts",
    operation_id="addContact",
    summary="Add a contact person",
    status_code=201,
    responses=errors(404, 413, 415),
    dependencies=OWN_JSON,
)
def add_contact(
    workspace: OpenWorkspace, actor_id: ActorId, body: ContactBody, response: Response, _query: Nothing
) -> ContactAnswer:
    """Shown to partners once both sides said that they are interested; never searched, matched or exported with actors."""
    contact = workspace.firms.kept.add_contact(actor_id, _fields(body), who=acting())
    response.headers["Location"] = _address(actor_id, "contacts", contact.id)
    return ContactAnswer.of(contact)


@router.put(
    "/contacts/{contact_id}",
    operation_id="changeContact",
    summary="Change a contact person",
    responses=errors(404, 413, 415),
    dependencies=OWN_JSON,
)
def change_contact(
    workspace: OpenWorkspace, actor_id: ActorId, contact_id: ContactId, body: ContactBody, _query: Nothing
) -> ContactAnswer:
    """All of it is replaced."""
    kept = workspace.firms.kept
    return ContactAnswer.of(kept.change_contact(actor_id, contact_id, _fields(body), who=acting()))


@router.delete(
    "/contacts/{contact_id}",
    operation_id="removeContact",
    summary="Remove a contact person",
    status_code=204,
    responses=errors(404),
    dependencies=OWN,
)
def remove_contact(
    workspace: OpenWorkspace, actor_id: ActorId, contact_id: ContactId, _query: Nothing
) -> Response:
    """They are gone."""
    workspace.firms.kept.remove_contact(actor_id, contact_id, who=acting())
    return Response(status_code=204)


@router.get(
    "/answers",
    operation_id="listFirmAnswers",
    summary="List what a firm said of others",
    responses=errors(404),
    dependencies=OWN,
)
def list_answers(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> FirmAnswerPage:
    """The latest first; what others said of it is theirs, and known where it is mutual."""
    workspace.actor(actor_id)
    both = {each.partner_of(actor_id) for each in workspace.firms.mutual(actor_id)}
    return FirmAnswerPage(
        items=[
            FirmAnswer.of(each, mutual=each.partner_id in both) for each in workspace.firms.answers(actor_id)
        ],
        next=None,
    )


@router.get(
    "/mutual",
    operation_id="listMutual",
    summary="List partners that are interested, too",
    responses=errors(404),
    dependencies=OWN,
)
def list_mutual(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> MutualPage:
    """Their contact persons are open to the firm, and its own to them."""
    workspace.actor(actor_id)
    return MutualPage(
        items=[MutualAnswer.of(each, actor_id) for each in workspace.firms.mutual(actor_id)], next=None
    )


@router.get(
    "/meetings",
    operation_id="listOwnMeetings",
    summary="List an actor's own meetings",
    responses=errors(404),
    dependencies=OWN,
)
def list_own_meetings(workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing) -> OwnEventPage:
    """By event, those that begin last first; nobody else's meetings are in it."""
    workspace.actor(actor_id)
    return OwnEventPage(
        items=[OwnEventAnswer.of(each) for each in workspace.firms.events(actor_id)], next=None
    )


@router.get(
    "/held",
    operation_id="getHeldData",
    summary="Get everything that is held of an actor",
    responses=errors(404),
    dependencies=OWN,
)
def get_held_data(
    request: Request, workspace: OpenWorkspace, actor_id: ActorId, _query: Nothing
) -> dict[str, Any]:
    """Of the actor, and of the user who asks; what others said of it is theirs."""
    caller = caller_of(request)
    own = caller.user_id if caller and caller.actor_id == actor_id else ""
    return workspace.firms.held(actor_id, user_id=own)


def _address(actor_id: str, of: str, made: str) -> str:
    return f"{PREFIX}/actors/{quote(actor_id, safe='')}/{of}/{made}"


def _fields(body: ContactBody) -> ContactFields:
    try:
        return body.value()
    except ValueError as error:
        raise refused(str(error), "This cannot be so.") from None
