"""Commands for the operator alone: who may sign in, and the keys of programs."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from matchmaker.cli.shared import Examples, as_json, opened, out, print_json, who
from matchmaker.signing_in import KEY_DAYS
from matchmaker.users import Key, User, UserRole

if TYPE_CHECKING:
    from matchmaker.signing_in import Invitation
    from matchmaker.workspace import Workspace

_Command = TypeVar("_Command", bound=Callable[..., Any])

role_option = click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in UserRole]),
    help="What they may do; docs/signing-in.md has the table.",
)
actor_option = click.option("--actor", "actor_id", default="", help="For a firm: the id of its actor.")
mail_option = click.option(
    "--mail",
    is_flag=True,
    help="Mail the link instead of printing it; needs a mail server and the setting address.",
)


@click.group("user")
def user() -> None:
    """Say who may sign in. From the first user on everybody has to, also on this machine."""


@click.group("key")
def key() -> None:
    """Make and revoke the keys that programs send as `Authorization: Bearer`."""


def _taking(*options: Callable[[Any], Any]) -> Callable[[_Command], _Command]:
    """What several commands take alike, and ``--json`` and the workspace with it."""

    def taking(command: _Command) -> _Command:
        for option in reversed((*options, as_json, click.pass_obj)):
            command = option(command)
        return command

    return taking


_email = click.argument("email")
_whom = _taking(
    _email,
    click.option("--name", required=True, help="What the person is called."),
    role_option,
    actor_option,
)
_somebody = _taking(_email)


@user.command(
    "add",
    cls=Examples,
    examples="""
    matchmaker user add kim@cluster.example --name "Kim Holm" --role facilitator
    printf %s "$PASSWORD" | matchmaker user add kim@cluster.example --name Kim --role analyst --password-from-stdin
    """,
)
@click.option(
    "--password-from-stdin", is_flag=True, help="Read the password from standard input, not the terminal."
)
@_whom
def add(
    folder: Path,
    email: str,
    name: str,
    role: str,
    actor_id: str,
    json_output: bool,
    password_from_stdin: bool,
) -> None:
    """Add somebody with a password that you type; `user invite` lets them choose it themselves."""
    if password_from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if not password:
        raise click.UsageError("The password is empty. Type one, or use `matchmaker user invite`.")
    with opened(folder) as workspace:
        added = workspace.users.add(
            name=name, email=email, role=UserRole(role), actor_id=actor_id, password=password, who=who()
        )
    _tell(added, "can sign in now.", json_output)


@user.command(
    "invite",
    cls=Examples,
    examples="""
    matchmaker user invite kim@cluster.example --name "Kim Holm" --role facilitator
    matchmaker user invite ib@hejre.example --name "Ib Hejre" --role firm --actor hejrebaek --mail
    """,
)
@mail_option
@_whom
def invite(
    folder: Path, email: str, name: str, role: str, actor_id: str, json_output: bool, mail: bool
) -> None:
    """Add somebody and print or mail the link by which they choose a password: once, and good for seven days."""
    with opened(folder) as workspace:
        _check_mail(workspace, mail)
        made = workspace.users.invite(
            name=name, email=email, role=UserRole(role), actor_id=actor_id, who=who()
        )
        _hand_over(workspace, made, mail, json_output)


@user.command(
    "reset",
    cls=Examples,
    examples="matchmaker user reset kim@cluster.example\nmatchmaker user reset kim@cluster.example --mail",
)
@_taking(_email, mail_option)
def reset(folder: Path, email: str, mail: bool, json_output: bool) -> None:
    """Take the password away, sign the user out everywhere, and print or mail a link to choose a new one."""
    with opened(folder) as workspace:
        _check_mail(workspace, mail)
        _hand_over(workspace, workspace.users.reset(email, who=who()), mail, json_output)


@user.command("list", cls=Examples, examples="matchmaker user list")
@as_json
@click.pass_obj
def list_users(folder: Path, json_output: bool) -> None:
    """List who may sign in."""
    with opened(folder) as workspace:
        users = workspace.users.users()
    if json_output:
        print_json([_record(each) for each in users])
        return
    for each in users:
        out.print(f"{each.email}  {each.role}{_actor(each)}  {each.name}  {_state(each)}", markup=False)
    if not users:
        out.print(
            "There is no user yet. Add one: matchmaker user invite EMAIL --name NAME --role facilitator"
        )


@user.command("disable", cls=Examples, examples="matchmaker user disable kim@cluster.example")
@_somebody
def disable(folder: Path, email: str, json_output: bool) -> None:
    """Shut somebody out at once; what they did stays."""
    with opened(folder) as workspace:
        _tell(workspace.users.disable(email, who=who()), "is signed out and cannot sign in.", json_output)


@user.command("enable", cls=Examples, examples="matchmaker user enable kim@cluster.example")
@_somebody
def enable(folder: Path, email: str, json_output: bool) -> None:
    """Let somebody in again who was disabled."""
    with opened(folder) as workspace:
        enabled = workspace.users.enable(email, who=who())
    told = "can sign in again." if enabled.can_sign_in else "may sign in again, once a password is chosen."
    _tell(enabled, told, json_output)


@user.command("unbind", cls=Examples, examples="matchmaker user unbind kim@cluster.example")
@_somebody
def unbind(folder: Path, email: str, json_output: bool) -> None:
    """Forget by which account an OpenID provider knows somebody; the next one with the address is taken."""
    with opened(folder) as workspace:
        _tell(workspace.users.unbind(email, who=who()), "is known by the address alone again.", json_output)


@user.command("remove", cls=Examples, examples="matchmaker user remove kim@cluster.example")
@_somebody
def remove(folder: Path, email: str, json_output: bool) -> None:
    """Erase somebody's name, address and password; the audit trail keeps only an id."""
    with opened(folder) as workspace:
        _tell(workspace.users.remove(email, who=who()), "is erased.", json_output)


@key.command(
    "create",
    cls=Examples,
    examples="""
    matchmaker key create --name "Member system" --role facilitator
    matchmaker key create --name Notebook --role analyst --read-only --days 30
    matchmaker key create --name "Hejrebæk's own" --role firm --actor hejrebaek
    """,
)
@click.option("--name", required=True, help="What it is for.")
@role_option
@actor_option
@click.option("--read-only", is_flag=True, help="Let it change nothing.")
@click.option("--days", default=KEY_DAYS, show_default=True, type=int, help="How long it lasts.")
@as_json
@click.pass_obj
def create(
    folder: Path, name: str, role: str, actor_id: str, read_only: bool, days: int, json_output: bool
) -> None:
    """Make a key and print it: this once, since only its hash is kept."""
    with opened(folder) as workspace:
        made, secret = workspace.users.create_key(
            name=name, role=UserRole(role), actor_id=actor_id, read_only=read_only, days=days, who=who()
        )
    if json_output:
        print_json({**_key_record(made), "key": secret})
        return
    out.print(
        f"{secret}\nKeep it: it is not shown again. It lasts until {made.expires[:10]}; send it as",
        markup=False,
    )
    out.print("Authorization: Bearer THE-KEY", markup=False)


@key.command("list", cls=Examples, examples="matchmaker key list --json")
@as_json
@click.pass_obj
def list_keys(folder: Path, json_output: bool) -> None:
    """List the keys, without their secrets."""
    with opened(folder) as workspace:
        keys = workspace.users.keys()
    if json_output:
        print_json([_key_record(each) for each in keys])
        return
    for each in keys:
        ends = f"revoked {each.revoked[:10]}" if each.revoked else f"until {each.expires[:10]}"
        used = f"used {each.last_used[:10]}" if each.last_used else "never used"
        scope = f"{each.role}{_actor(each)}{' read-only' if each.read_only else ''}"
        whose = f", of {each.user_id}" if each.user_id else ""
        out.print(f"{each.id}  {scope}  {each.name}  {ends}, {used}{whose}", markup=False)
    if not keys:
        out.print("There is no key yet. Make one: matchmaker key create --name NAME --role analyst")


@key.command("revoke", cls=Examples, examples="matchmaker key revoke key-0a1b2c3d4e5f")
@click.argument("key_id")
@as_json
@click.pass_obj
def revoke(folder: Path, key_id: str, json_output: bool) -> None:
    """End a key at once."""
    with opened(folder) as workspace:
        revoked = workspace.users.revoke_key(key_id, who=who())
    if json_output:
        print_json(_key_record(revoked))
    else:
        out.print(f"{revoked.id} ({revoked.name}) is revoked.", markup=False)


def _tell(told: User, what: str, json_output: bool) -> None:
    if json_output:
        print_json(_record(told))
    else:
        out.print(f"{told.email} ({told.role}{_actor(told)}) {what}", markup=False)


def _check_mail(workspace: Workspace, wanted: bool) -> None:
    """Find out before anything is changed whether the link can be mailed; raises ``MailError``."""
    if not wanted:
        return
    workspace.post.check()
    if not workspace.address:
        raise click.ClickException(
            "The setting address is not there, so the link would lead nowhere. Set it, or leave out --mail."
        )


def _hand_over(workspace: Workspace, made: Invitation, mailed: bool, json_output: bool) -> None:
    """Mail the link, or print it; a link that could not be mailed is printed, with why, and the command fails."""
    from matchmaker.signing_in import invitation_letter

    email, until = made.user.email, made.expires[:10]
    undelivered = workspace.post.send([invitation_letter(made, workspace.address)]) if mailed else ()
    arrived = mailed and not undelivered
    link = (workspace.address or f"http://127.0.0.1:{workspace.settings.port}") + made.path
    if json_output:
        print_json(
            {
                **_record(made.user),
                "mailed": arrived,
                "link": None if arrived else link,
                "expires": made.expires,
            }
        )
    elif arrived:
        out.print(f"A link is on its way to {email}. It works once, until {until}.", markup=False)
    else:
        out.print(f"Give {email} this link. It works once, until {until}:\n{link}", markup=False)
    if undelivered:
        raise click.ClickException(
            f"The link could not be mailed to {email}: {undelivered[0].reason} Give it to them yourself."
        )


def _actor(told: User | Key) -> str:
    return f" of {told.actor_id}" if told.actor_id else ""


def _reach(told: User | Key) -> dict[str, Any]:
    return {"role": told.role.value, "actor_id": told.actor_id or None}


def _state(told: User) -> str:
    if told.disabled:
        return "disabled"
    return "can sign in" if told.has_password else "invited"


def _record(told: User) -> dict[str, Any]:
    return {
        "id": told.id,
        "email": told.email,
        "name": told.name,
        **_reach(told),
        "state": _state(told),
        "who": told.who,
        "at": told.at,
    }


def _key_record(told: Key) -> dict[str, Any]:
    return {
        "id": told.id,
        "name": told.name,
        **_reach(told),
        "read_only": told.read_only,
        "user_id": told.user_id or None,
        "created": told.created,
        "expires": told.expires,
        "last_used": told.last_used or None,
        "revoked": told.revoked or None,
    }
