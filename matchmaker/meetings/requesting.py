"""Requests for meetings from state to state: who may ask, answer and take back, and when; a clear refusal of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from matchmaker.answers import LONGEST_WORDS, DeclineReason
from matchmaker.errors import EventRejectedError
from matchmaker.events import MeetingRequest, RequestState
from matchmaker.telling import told

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
        raise EventRejectedError(
            [told("{sender} cannot ask themselves for a meeting. Name two participants.", sender=sender)]
        )
    if expires is not None and expires <= now:
        raise EventRejectedError(
            [
                told(
                    "The request would have expired at {expires:%Y-%m-%d %H:%M} UTC. Give a time to come.",
                    expires=expires,
                )
            ]
        )
    _check_words(words)
    for one, other in ((sender, recipient), (recipient, sender)):
        there = requests.get((one, other))
        if there is None or there.state_at(now) in _OVER:
            continue
        raise EventRejectedError([_in_the_way(there.state_at(now), one, other)])
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
    """A pending request accepted or declined by its ``recipient``, with ``words`` of theirs.

    Raises:
        EventRejectedError: where there is none from the one to the other, or it is not pending.
    """
    request = _one(
        requests,
        sender,
        recipient,
        told("{recipient} can answer only what they are asked", recipient=recipient),
    )
    _check_words(words)
    if state not in (RequestState.ACCEPTED, RequestState.DECLINED):
        raise EventRejectedError(
            [told("A request is not answered with {value!r}. Accept or decline it.", value=state.value)]
        )
    if reason is not None and state is not RequestState.DECLINED:
        raise EventRejectedError([told("A reason goes with declining alone. Leave it out.")])
    _check_state(request, (RequestState.PENDING,), state.value, now)
    return replace(request, state=state, reason=reason, reply=words)


def reopened(requests: Requests, sender: str, recipient: str, now: datetime) -> MeetingRequest:
    """A request whose ``recipient`` takes the answer back; it is pending again and expires when it would have.

    Raises:
        EventRejectedError: where there is none, or it is not answered.
    """
    request = _one(
        requests,
        sender,
        recipient,
        told("{recipient} can take back only their own answer", recipient=recipient),
    )
    _check_state(request, (RequestState.ACCEPTED, RequestState.DECLINED), "taken back", now)
    return replace(request, state=RequestState.PENDING, reason=None, reply="")


def cancelled(requests: Requests, sender: str, recipient: str, now: datetime) -> MeetingRequest:
    """A pending or accepted request that its ``sender`` takes back.

    Raises:
        EventRejectedError: where there is none from the one to the other, or it is over.
    """
    request = _one(
        requests,
        sender,
        recipient,
        told("{sender} can cancel only what they asked themselves", sender=sender),
    )
    _check_state(request, (RequestState.PENDING, RequestState.ACCEPTED), RequestState.CANCELLED.value, now)
    return replace(request, state=RequestState.CANCELLED)


def _one(requests: Requests, sender: str, recipient: str, rule: str) -> MeetingRequest:
    request = requests.get((sender, recipient))
    if request is None:
        turned = (recipient, sender) in requests
        raise EventRejectedError(
            [
                told(
                    "There is no request from {sender} to {recipient}. There is one from {recipient} to {sender}; {rule}.",
                    sender=sender,
                    recipient=recipient,
                    rule=rule,
                )
                if turned
                else told(
                    "There is no request from {sender} to {recipient}. `matchmaker event requests` lists them.",
                    sender=sender,
                    recipient=recipient,
                )
            ]
        )
    return request


def _check_state(
    request: MeetingRequest, allowed: tuple[RequestState, ...], wanted: str, now: datetime
) -> None:
    state = request.state_at(now)
    if state not in allowed:
        one, *other = (told(each.value) for each in allowed)
        only = told("{one} or {other}", one=one, other=other[0]) if other else one
        what = told(
            "The request from {sender} to {recipient} is {state} and cannot be {wanted}: only one that is {only} can.",
            sender=request.sender,
            recipient=request.recipient,
            state=told(state.value),
            wanted=told(wanted),
            only=only,
        )
        again = told("{sender} may ask again.", sender=request.sender)
        raise EventRejectedError([told("{what} {again}", what=what, again=again) if state in _OVER else what])


def _in_the_way(state: RequestState, one: str, other: str) -> str:
    """Why two between whom there is a request in this state cannot be asked anew."""
    if state is RequestState.PENDING:
        return told(
            "The request from {one} to {other} is not answered yet. Answer it, or cancel it first.",
            one=one,
            other=other,
        )
    if state is RequestState.ACCEPTED:
        return told(
            "The request from {one} to {other} is accepted already. There is nothing to ask.",
            one=one,
            other=other,
        )
    return told(
        "The request from {one} to {other} was declined. {other} may take the answer back.",
        one=one,
        other=other,
    )


def _check_words(words: str) -> None:
    if len(words) > LONGEST_WORDS or not words.isprintable():
        raise EventRejectedError(
            [
                told(
                    "The words are longer than {longest} characters or not on one line. Shorten them.",
                    longest=LONGEST_WORDS,
                )
            ]
        )
