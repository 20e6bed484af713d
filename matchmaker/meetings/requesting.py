"""Requests for meetings from state to state: who may ask, answer and take back, and when; a clear refusal of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.errors import EventRejectedError
from matchmaker.events import MeetingRequest, RequestState

Requests = Mapping[tuple[str, str], MeetingRequest]
"""An event's requests by sender and recipient."""

_OVER = (RequestState.CANCELLED, RequestState.EXPIRED)


def asked_for(
    requests: Requests,
    sender: str,
    recipient: str,
    now: datetime,
    *,
    expires: datetime | None = None,
    words: str = "",
) -> MeetingRequest:
    """A new request, pending; after one that was cancelled or has expired it may be made again.

    Raises:
        EventRejectedError: to oneself; for a pair of which one has asked already; with an end that is past.
    """
    if sender == recipient:
        raise EventRejectedError([f"{sender} cannot ask themselves for a meeting. Name two participants."])
    if expires is not None and expires <= now:
        raise EventRejectedError(
            [f"The request would have expired at {expires:%Y-%m-%d %H:%M} UTC. Give a time to come."]
        )
    _check_words(words)
    for one, other in ((sender, recipient), (recipient, sender)):
        there = requests.get((one, other))
        if there is None or there.state_at(now) in _OVER:
            continue
        what = {
            RequestState.PENDING: "is not answered yet. Answer it, or cancel it first",
            RequestState.ACCEPTED: "is accepted already. There is nothing to ask",
            RequestState.DECLINED: f"was declined. {other} may take the answer back",
        }[there.state_at(now)]
        raise EventRejectedError([f"The request from {one} to {other} {what}."])
    return MeetingRequest(sender, recipient, RequestState.PENDING, now, expires, words=words)


def answered(
    requests: Requests,
    sender: str,
    recipient: str,
    state: RequestState,
    now: datetime,
    *,
    reason: DeclineReason | None = None,
    words: str = "",
) -> MeetingRequest:
    """A pending request accepted or declined by its ``recipient``.

    Raises:
        EventRejectedError: where there is none from the one to the other, or it is not pending.
    """
    request = _one(requests, sender, recipient, f"{recipient} can answer only what they are asked")
    _check_words(words)
    if state not in (RequestState.ACCEPTED, RequestState.DECLINED):
        raise EventRejectedError([f"A request is not answered with {state.value!r}. Accept or decline it."])
    if reason is not None and state is not RequestState.DECLINED:
        raise EventRejectedError(["A reason goes with declining alone. Leave it out."])
    _check_state(request, (RequestState.PENDING,), state.value, now)
    return replace(request, state=state, reason=reason, words=words or request.words)


def reopened(requests: Requests, sender: str, recipient: str, now: datetime) -> MeetingRequest:
    """A request whose ``recipient`` takes the answer back; it is pending again and expires when it would have.

    Raises:
        EventRejectedError: where there is none, or it is not answered.
    """
    request = _one(requests, sender, recipient, f"{recipient} can take back only their own answer")
    _check_state(request, (RequestState.ACCEPTED, RequestState.DECLINED), "taken back", now)
    return replace(request, state=RequestState.PENDING, reason=None)


def cancelled(requests: Requests, sender: str, recipient: str, now: datetime) -> MeetingRequest:
    """A pending or accepted request that its ``sender`` takes back.

    Raises:
        EventRejectedError: where there is none from the one to the other, or it is over.
    """
    request = _one(requests, sender, recipient, f"{sender} can cancel only what they asked themselves")
    _check_state(request, (RequestState.PENDING, RequestState.ACCEPTED), RequestState.CANCELLED.value, now)
    return replace(request, state=RequestState.CANCELLED)


def _one(requests: Requests, sender: str, recipient: str, rule: str) -> MeetingRequest:
    request = requests.get((sender, recipient))
    if request is None:
        other = (
            f" There is one from {recipient} to {sender}; {rule}."
            if (recipient, sender) in requests
            else " `matchmaker event requests` lists them."
        )
        raise EventRejectedError([f"There is no request from {sender} to {recipient}.{other}"])
    return request


def _check_state(
    request: MeetingRequest, allowed: tuple[RequestState, ...], wanted: str, now: datetime
) -> None:
    state = request.state_at(now)
    if state not in allowed:
        only = " or ".join(each.value for each in allowed)
        again = f" {request.sender} may ask again." if state in _OVER else ""
        raise EventRejectedError(
            [
                f"The request from {request.sender} to {request.recipient} is {state.value} and cannot be {wanted}: "
                f"only one that is {only} can.{again}"
            ]
        )


def _check_words(words: str) -> None:
    if len(words) > LONGEST_WORDS or not words.isprintable():
        raise EventRejectedError(
            [f"The words are longer than {LONGEST_WORDS} characters or not on one line. Shorten them."]
        )
