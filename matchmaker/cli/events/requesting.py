"""Commands about requests for meetings: asked, answered, taken back, listed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from matchmaker.answers import DeclineReason
from matchmaker.cli.events.wishing import list_lines
from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.events import RequestState
from matchmaker.records import in_words

if TYPE_CHECKING:
    from matchmaker.events import MeetingRequest

_ANSWERS = [RequestState.ACCEPTED.value, RequestState.DECLINED.value]


@click.command(
    "request",
    cls=Examples,
    examples="""
    matchmaker event request spring-meeting p3 p12 --words "About the brown juice" --days 7
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("sender")
@click.argument("recipient")
@click.option("--words", default="", help="What for, in the sender's words.")
@click.option(
    "--days",
    type=click.FloatRange(0, 400, min_open=True),
    help="Days until it expires unanswered; without it, it does not.",
)
@as_json
@click.pass_obj
def request(
    folder: Path,
    event_id: str,
    sender: str,
    recipient: str,
    words: str,
    days: float | None,
    json_output: bool,
) -> None:
    """Ask for a meeting with somebody.

    SENDER and RECIPIENT are given by id, person or actor. The request is pending until the recipient answers (`event answer`), the sender cancels it (`event cancel`) or it expires. A pending request
    counts as the sender's wish and holds no slot.
    """
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    with opened(folder) as workspace:
        events = workspace.events
        a, b = events.participant(event_id, sender), events.participant(event_id, recipient)
        made = events.requests.ask(event_id, a, b, expires=expires, words=words, who=who())
        _told(made, events.participants(event_id).called, json_output)


@click.command(
    "answer",
    cls=Examples,
    examples="""
    matchmaker event answer spring-meeting p12 p3 accepted
    matchmaker event answer spring-meeting p12 p3 declined --reason no_capacity
    matchmaker event answer spring-meeting p12 p3 --undo
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.argument("recipient")
@click.argument("sender")
@click.argument("said", type=click.Choice(_ANSWERS), required=False)
@click.option(
    "--reason", type=click.Choice([each.value for each in DeclineReason]), help="Why it is declined."
)
@click.option("--words", default="", help="Why, in the recipient's words.")
@click.option("--undo", is_flag=True, help="Take the answer back: the request is pending again.")
@as_json
@click.pass_obj
def answer(
    folder: Path,
    event_id: str,
    recipient: str,
    sender: str,
    said: str | None,
    reason: str | None,
    words: str,
    undo: bool,
    json_output: bool,
) -> None:
    """Answer a request for a meeting.

    RECIPIENT answers the pending request of SENDER; both are given by id, person or actor. After a declined request the two never meet.
    """
    if undo == bool(said):
        raise click.UsageError(f"Say one of {', '.join(_ANSWERS)}, or give --undo.")
    with opened(folder) as workspace:
        events = workspace.events
        b, a = events.participant(event_id, recipient), events.participant(event_id, sender)
        made = (
            events.requests.answer(
                event_id,
                a,
                b,
                RequestState(said),
                reason=DeclineReason(reason) if reason else None,
                words=words,
                who=who(),
            )
            if said
            else events.requests.reopen(event_id, a, b, who=who())
        )
        _told(made, events.participants(event_id).called, json_output)


@click.command("cancel", cls=Examples, examples="matchmaker event cancel spring-meeting p3 p12")
@click.argument("event_id", metavar="EVENT")
@click.argument("sender")
@click.argument("recipient")
@as_json
@click.pass_obj
def cancel(folder: Path, event_id: str, sender: str, recipient: str, json_output: bool) -> None:
    """Take a request back.

    SENDER takes back what was asked of RECIPIENT, pending or accepted; both are given by id, person or actor.
    """
    with opened(folder) as workspace:
        events = workspace.events
        a, b = events.participant(event_id, sender), events.participant(event_id, recipient)
        _told(
            events.requests.cancel(event_id, a, b, who=who()),
            events.participants(event_id).called,
            json_output,
        )


@click.command(
    "requests",
    cls=Examples,
    examples="""
    matchmaker event requests spring-meeting
    matchmaker event requests spring-meeting --of "Anna Lund" --state pending
    """,
)
@click.argument("event_id", metavar="EVENT")
@click.option("--of", "participant", help="Only those from or to this participant: id, person or actor.")
@click.option(
    "--state", type=click.Choice([each.value for each in RequestState]), help="Only those in this state."
)
@as_json
@click.pass_obj
def requests(
    folder: Path, event_id: str, participant: str | None, state: str | None, json_output: bool
) -> None:
    """List requests for meetings.

    Each is in the state that it has now: one that was not answered in time has expired.
    """
    with opened(folder) as workspace:
        events = workspace.events
        called = events.participants(event_id).called
        wanted = events.participant(event_id, participant) if participant else None
        found = [
            each
            for each in events.requests.all(event_id)
            if wanted in (None, each.sender, each.recipient) and state in (None, each.state.value)
        ]
    list_lines(
        [_request_record(each) for each in found],
        [_request_line(each, called) for each in found],
        json_output,
    )


def _request_record(each: MeetingRequest) -> dict[str, Any]:
    return {
        "sender": each.sender,
        "recipient": each.recipient,
        "state": each.state.value,
        "asked": each.asked.isoformat(),
        "expires": each.expires.isoformat() if each.expires else None,
        "reason": each.reason.value if each.reason else None,
        "words": each.words,
        "reply": each.reply,
    }


def _request_line(each: MeetingRequest, called: dict[str, str]) -> str:
    reason = f" ({in_words(each.reason.value)})" if each.reason else ""
    words = "".join(f" “{said}”" for said in (each.words, each.reply) if said)
    until = (
        f", expires {each.expires:%Y-%m-%d %H:%M} UTC"
        if each.expires and each.state is RequestState.PENDING
        else ""
    )
    return f"{called[each.sender]}  asks  {called[each.recipient]}: {each.state.value}{reason}{words}{until}"


def _told(each: MeetingRequest, called: dict[str, str], json_output: bool) -> None:
    if json_output:
        print_json(_request_record(each))
    else:
        out.print(_request_line(each, called), markup=False)
