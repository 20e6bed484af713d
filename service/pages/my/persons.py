"""Who speaks for a firm: its contact persons, which partners see once both said that they are interested."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from matchmaker.errors import ContactNotFoundError, ProfileRejectedError
from matchmaker.profiles import MOST_CONTACTS, Contact, ContactFields
from matchmaker.ways_back import Contacted
from matchmaker.workspace import Workspace
from service.arranged import acting
from service.dependencies import OpenWorkspace
from service.pages.events.forms import Form, Sent
from service.pages.my.frame import DoneNow, OwnActorId, UndoName, go_to, my_page, remembered, undone
from service.pages.rendering import wording_of
from service.pages.snapshot import published_or_none

router = APIRouter()

ADDRESS = "/my/contact-persons"
FIELDS = ("name", "title", "email", "phone")


@router.get("/my/contact-persons")
def persons(
    request: Request,
    workspace: OpenWorkspace,
    actor_id: OwnActorId,
    edit: Annotated[str, Query(max_length=60)] = "",
    done: DoneNow = "",
    undo: UndoName = "",
) -> Response:
    """The list, and a form for one of them or a new one."""
    found = next((each for each in workspace.firms.kept.contacts(actor_id) if each.id == edit), None)
    return _page(
        request,
        workspace,
        actor_id,
        typed=_typed(found),
        edit=found.id if found else "",
        done=done,
        undo=undo,
    )


@router.post("/my/contact-persons")
def change_persons(request: Request, workspace: OpenWorkspace, actor_id: OwnActorId, form: Sent) -> Response:
    """Add, change or remove one, or undo that."""
    what, _ = form.pressed
    kept = workspace.firms.kept
    if what == "undo":
        return undone(workspace, actor_id, form, ADDRESS)
    if what == "remove":
        try:
            with workspace.undoing.together():
                gone = kept.remove_contact(actor_id, form.text("contact"), who=acting())
                undo = remembered(workspace, actor_id, Contacted(actor_id, gone.id, gone.fields, None))
        except ContactNotFoundError:
            return go_to(ADDRESS, done="too_late")
        return go_to(ADDRESS, done="person_removed", undo=undo)
    return _save(request, workspace, actor_id, form)


def _save(request: Request, workspace: Workspace, actor_id: str, form: Form) -> Response:
    edit = form.text("contact")
    typed = {name: form.text(name, longest=1000) for name in (*FIELDS, "language")}
    try:
        fields = ContactFields(**typed)
    except ValueError as error:
        return _page(request, workspace, actor_id, typed=typed, edit=edit, wrong=str(error), status=422)
    try:
        with workspace.undoing.together():
            undo = remembered(workspace, actor_id, _keep(workspace, actor_id, edit, fields))
    except (ContactNotFoundError, ProfileRejectedError) as error:
        # Removed by somebody else in between, or one too many: what was typed becomes a new one.
        wrong = "gone" if isinstance(error, ContactNotFoundError) else "many"
        return _page(request, workspace, actor_id, typed=typed, edit="", wrong=wrong, status=412)
    return go_to(ADDRESS, done="person_saved", undo=undo)


def _keep(workspace: Workspace, actor_id: str, edit: str, fields: ContactFields) -> Contacted:
    """Add a person, or change the one with an id; the way back. Raises as the store does."""
    kept = workspace.firms.kept
    if not edit:
        return Contacted(actor_id, kept.add_contact(actor_id, fields, who=acting()).id, None, fields)
    before = next((each.fields for each in kept.contacts(actor_id) if each.id == edit), None)
    kept.change_contact(actor_id, edit, fields, who=acting())
    return Contacted(actor_id, edit, before, fields)


def _typed(contact: Contact | None) -> dict[str, str]:
    if contact is None:
        return dict.fromkeys((*FIELDS, "language"), "")
    return {name: getattr(contact.fields, name) for name in (*FIELDS, "language")}


def _page(
    request: Request,
    workspace: Workspace,
    actor_id: str,
    *,
    typed: dict[str, str],
    edit: str,
    wrong: str = "",
    done: str = "",
    undo: str = "",
    status: int = 200,
) -> Response:
    wording = wording_of(request)
    return my_page(
        request,
        "persons.html",
        "persons",
        snapshot=published_or_none(request),
        done=done,
        undo=undo,
        status=status,
        persons=workspace.firms.kept.contacts(actor_id),
        typed=typed,
        edit=edit,
        fields=FIELDS,
        most=MOST_CONTACTS,
        errors={wrong if wrong in typed else "name": wording(f"my.person.wrong.{wrong}")} if wrong else {},
    )
