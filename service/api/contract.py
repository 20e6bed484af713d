"""What every address of the API has in common: its prefix, its strictness, its errors, and answers kept by the client."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any
from urllib.parse import unquote, unquote_to_bytes

from fastapi import Depends, HTTPException, Path, Query, Request, Response

from matchmaker.alphabet import ALPHABET
from service.dependencies import Snapshot
from service.permissions import check_reach
from service.problems import not_modified, refused
from service.schemas.contract import Id, NoQuery

PREFIX = "/api/v1"
API_VERSION = "1.0"

_ERRORS: dict[int, str] = {
    400: "The Host header names another site.",
    401: "Sign in, or send a key that is good in `Authorization: Bearer`.",
    403: "The request comes from another site, or is not open to the caller.",
    404: "There is no such thing.",
    409: "What is asked does not fit what there is now or has changed since, or a request with the same `Idempotency-Key` is under way.",
    410: "It was there and is gone.",
    412: "Somebody else changed the event since the revision in `If-Match`; nothing was changed now.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body is not JSON.",
    422: "A parameter, a field or the body cannot be accepted; `field` names it.",
    428: "`If-Match` is missing: say which revision of the event the change was made from.",
    429: "More requests in a minute than one caller may send; `Retry-After` says when to go on.",
    500: "Something went wrong in the service.",
    503: "Nothing is built yet, or too many requests at once; `Retry-After` says when to try again.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of an address, for its description; 400, 401, 403, 414, 422, 429, 500 and 503 can come from every one."""
    return {
        status: {
            "description": _ERRORS[status],
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
        for status in sorted({400, 401, 403, 414, 422, 429, 500, 503, *statuses})
    }


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


async def readable_address(request: Request) -> None:
    """Refuse a query that is not UTF-8 with 422, where the framework would put replacement characters."""
    try:
        unquote_to_bytes(request.scope["query_string"].replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise refused("query", "The address holds bytes that are not UTF-8.") from None


async def json_body(request: Request) -> None:
    """Refuse a body that does not say it is JSON with 415; so no form of another site reaches a handler."""
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise HTTPException(415, detail="Send JSON, with Content-Type: application/json.")


def build_tag(snapshot: Snapshot) -> str:
    """The entity tag of everything that follows from the build, what came after it, answers included, and the address."""
    made_of = f"{API_VERSION} {ALPHABET} {snapshot.proposals_edition}"
    return f'W/"{hashlib.sha256(made_of.encode("utf-8")).hexdigest()[:20]}"'


async def kept_answer(request: Request, response: Response, tag: Annotated[str, Depends(build_tag)]) -> None:
    """Tell a client that has the answer of this edition that it still holds; raises ``HTTPException`` 304."""
    hold(request, response, tag)


def hold(request: Request, response: Response, tag: str) -> None:
    """The same for an answer with an entity tag of its own."""
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    held = {each.strip() for each in request.headers.get("if-none-match", "").split(",")}
    if tag in held or "*" in held:
        raise not_modified(headers)
    response.headers.update(headers)


async def never_kept(response: Response) -> None:
    """Say that nobody keeps the answer along the way: it is a secret, one person's alone, or true of this moment only."""
    response.headers["Cache-Control"] = "no-store"


def tagged(response: Response, tag: str) -> None:
    """Say by which tag the answer is known; whoever keeps it asks each time whether it still holds."""
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"


def actor_id_in_path(
    actor_id: Annotated[
        Id,
        Path(
            description="Id of the actor, percent-encoded; a slash in it is written `%2F`.",
            examples=["cordis:999984059"],
        ),
    ],
) -> str:
    """The id in the address; ``service.guards`` has kept its slashes apart from the address's own."""
    return unquote(actor_id)


def partner_id_in_path(
    partner_id: Annotated[
        Id, Path(description="Id of the other actor, percent-encoded; a slash in it is written `%2F`.")
    ],
) -> str:
    """The id in the address, as ``actor_id_in_path``."""
    return unquote(partner_id)


def sub_cluster_id_in_path(
    sub_cluster_id: Annotated[Id, Path(description="Id of the sub-cluster, percent-encoded.")],
) -> str:
    """The id in the address, as ``actor_id_in_path``."""
    return unquote(sub_cluster_id)


Nothing = Annotated[NoQuery, Query()]
"""An address that takes no query."""
ActorId = Annotated[str, Depends(actor_id_in_path)]
PartnerId = Annotated[str, Depends(partner_id_in_path)]
SubClusterId = Annotated[str, Depends(sub_cluster_id_in_path)]


def precondition(if_match: str | None, of: str) -> str | None:
    """What ``If-Match`` names, ``None`` for whichever it is; raises ``HTTPException`` 428 where it is missing."""
    if if_match is None:
        raise HTTPException(428, detail=f"Send the {of}'s ETag as If-Match, so that no other change is lost.")
    named = if_match.strip()
    return None if named == "*" else named


def numbered(named: str | None, refusal: str, *, before: str = "", digits: int) -> int | None:
    """The number in a tag ``"number"``, with ``before`` ahead of it; raises ``HTTPException`` 412 with the refusal."""
    if named is None:
        return None
    number = named.removeprefix(f'"{before}').removesuffix('"')
    if not (number.isascii() and number.isdigit() and len(number) <= digits):
        raise HTTPException(412, detail=refusal)
    return int(number)


def own_actor(request: Request, actor_id: ActorId) -> None:
    """Answer about another's actor as about one that is not there; raises ``ActorNotFoundError``."""
    check_reach(request, actor_id)
