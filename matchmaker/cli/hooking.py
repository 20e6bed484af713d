"""Commands for the operator alone: which other systems are told of what happens here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.webhooks import Happening, Webhook


@click.group("webhook")
def webhook() -> None:
    """Tell other systems over HTTP of mutual interest, meetings and commitments, signed as Standard Webhooks has it."""


class _Topics(click.ParamType[Any]):
    """Topics with commas between them."""

    name = "topics"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the topics; wrong usage for one that there is none of."""
        if not isinstance(value, str):
            return value
        known = [each.value for each in Happening]
        named = [each.strip() for each in value.split(",") if each.strip()]
        unknown = [each for each in named if each not in known]
        if unknown or not named:
            self.fail(
                f"{', '.join(unknown) or 'nothing'} is no topic; choose of {', '.join(known)}.", param, ctx
            )
        return tuple(Happening(each) for each in named)


@webhook.command(
    "add",
    cls=Examples,
    examples="""
    matchmaker webhook add https://crm.example/hooks --for mutual_interest,meeting,commitment
    """,
)
@click.argument("url")
@click.option("--for", "topics", type=_Topics(), required=True, help="Topics, with commas between them.")
@as_json
@click.pass_obj
def add(folder: Path, url: str, topics: tuple[Happening, ...], json_output: bool) -> None:
    """Tell an address from now on, and print its secret: this once."""
    with opened(folder) as workspace:
        made, secret = workspace.webhooks.add(url, topics, who=who())
    _tell_secret(made, secret, json_output)


@webhook.command("list", cls=Examples, examples="matchmaker webhook list")
@as_json
@click.pass_obj
def list_webhooks(folder: Path, json_output: bool) -> None:
    """List who is told of what, without the secrets, and what waits or was given up."""
    with opened(folder) as workspace:
        found = workspace.webhooks.all()
    if json_output:
        print_json([_record(each) for each in found])
        return
    for each in found:
        stands = f"ended {each.ended[:10]}" if each.ended else f"{each.waiting} waiting"
        given_up = f", {each.given_up} given up" if each.given_up else ""
        out.print(f"{each.id}  {each.url}  {','.join(each.topics)}  {stands}{given_up}", markup=False)
    if not found:
        out.print("There is no webhook yet. Add one: matchmaker webhook add URL --for meeting", markup=False)


@webhook.command("test", cls=Examples, examples="matchmaker webhook test webhook-0a1b2c3d4e5f")
@click.argument("webhook_id")
@as_json
@click.pass_obj
def test(folder: Path, webhook_id: str, json_output: bool) -> None:
    """Send a test message now and say how it went."""
    with opened(folder) as workspace:
        tried = workspace.webhooks.test(webhook_id)
    if json_output:
        print_json({"delivered": tried.delivered, "status": tried.status, "problem": tried.problem})
    elif tried.delivered:
        out.print(f"The receiver answered {tried.status}: it took the message.")
    else:
        raise click.ClickException(f"The message was not taken. {tried.problem}")
    if not tried.delivered:
        raise click.exceptions.Exit(1)


@webhook.command("renew", cls=Examples, examples="matchmaker webhook renew webhook-0a1b2c3d4e5f")
@click.argument("webhook_id")
@as_json
@click.pass_obj
def renew(folder: Path, webhook_id: str, json_output: bool) -> None:
    """Give it another secret and print that; for a day messages are signed with both."""
    with opened(folder) as workspace:
        made, secret = workspace.webhooks.renew(webhook_id, who=who())
    _tell_secret(made, secret, json_output)


@webhook.command("remove", cls=Examples, examples="matchmaker webhook remove webhook-0a1b2c3d4e5f")
@click.argument("webhook_id")
@as_json
@click.pass_obj
def remove(folder: Path, webhook_id: str, json_output: bool) -> None:
    """Tell an address nothing more; what waits for it goes, too."""
    with opened(folder) as workspace:
        removed = workspace.webhooks.remove(webhook_id, who=who())
    if json_output:
        print_json(_record(removed))
    else:
        out.print(f"{removed.id} is removed: {removed.url} is told nothing more.", markup=False)


def _tell_secret(made: Webhook, secret: str, json_output: bool) -> None:
    if json_output:
        print_json({**_record(made), "secret": secret})
        return
    out.print(f"{made.id}\n{secret}\nGive the receiver this secret: it is not shown again.", markup=False)
    out.print(f"Try it: matchmaker webhook test {made.id}", markup=False)


def _record(told: Webhook) -> dict[str, Any]:
    return {
        "id": told.id,
        "url": told.url,
        "topics": [each.value for each in told.topics],
        "ended": told.ended or None,
        "waiting": told.waiting,
        "given_up": told.given_up,
        "who": told.who,
        "at": told.at,
    }
