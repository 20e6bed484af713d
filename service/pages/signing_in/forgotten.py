"""The pages for a forgotten password: one question, one answer for every address, and a letter for those that are known."""

from __future__ import annotations

from math import ceil

from fastapi import APIRouter, HTTPException, Request, Response

from matchmaker.users import comparable_email
from service.pages.events.forms import Sent
from service.pages.rendering import page, wording_of
from service.pages.signing_in.entering import FRESH
from service.tries import Tries

router = APIRouter()


@router.get("/sign-in/forgotten")
def forgotten(request: Request) -> Response:
    """Ask for the address."""
    _check_mail(request)
    return _forgotten_page(request, 200)


@router.post("/sign-in/forgotten")
def send_link(request: Request, sent: Sent) -> Response:
    """Say that a letter comes if the address is known; whether it is, only the letter tells."""
    _check_mail(request)
    email = sent.text("email", longest=300)
    tries: Tries = request.app.state.letters
    account, address = comparable_email(email), request.client.host if request.client else ""
    wait = tries.begin(account, address)
    if wait > 0:
        seconds = ceil(wait)
        said = wording_of(request)("sign_in.wait", seconds=seconds)
        response = _forgotten_page(request, 429, email=email, wrong=said)
        response.headers["Retry-After"] = str(seconds)
        return response
    # Every letter that was asked for counts, whether there is somebody to send it to or not.
    tries.failed(account, address)
    request.app.state.outbox.ask(email)
    return _forgotten_page(request, 200, asked=True)


def _check_mail(request: Request) -> None:
    if not request.app.state.outbox.can_send():
        raise HTTPException(404)


def _forgotten_page(
    request: Request, status: int, *, email: str = "", wrong: str = "", asked: bool = False
) -> Response:
    response = page(
        request,
        "signing_in/forgotten.html",
        snapshot=None,
        status=status,
        email=email,
        wrong=wrong,
        asked=asked,
    )
    response.headers.update(FRESH)
    return response
