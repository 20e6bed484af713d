"""What the documentation says can be typed, clicked and set is there."""

from __future__ import annotations

import re
import shlex
from dataclasses import fields
from pathlib import Path

import click
import pytest

from matchmaker.cli import cli
from matchmaker.settings import PREFIX, Settings
from tests.conftest import ROOT

PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
COMMAND = re.compile(r"^(?:\$ )?(?:\.venv\\Scripts\\)?(matchmaker .*)$", re.MULTILINE)


def typed() -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for page in PAGES:
        joined = page.read_text("utf-8").replace("\\\n", " ").replace("`\n", " ")
        found += [(page.name, line.split("  #")[0].strip()) for line in COMMAND.findall(joined)]
    return sorted(set(found))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


def test_the_documentation_shows_commands() -> None:
    assert len(typed()) > 10


@pytest.mark.parametrize(("page", "line"), typed())
def test_every_command_that_is_shown_is_taken_as_it_stands(page: str, line: str) -> None:
    assert wrong_with(line) == "", page


@pytest.mark.parametrize(
    "line",
    [
        "matchmaker duplicates",
        "matchmaker backtest spin-offs",
        "matchmaker status --colour",
        "matchmaker dance",
        "matchmaker suggest --top many",
    ],
)
def test_a_command_that_would_be_refused_is_noticed(line: str) -> None:
    assert wrong_with(line)


def wrong_with(line: str) -> str:
    """What the command line answers to a line before it does anything; ``""`` where it would be carried out."""
    command: click.Command | None = cli
    context, words = None, shlex.split(line)[1:]
    try:
        while command is not None:
            context = command.make_context(command.name, words, parent=context)
            if not isinstance(command, click.Group):
                return ""
            _, command, words = command.resolve_command(context, [*context._protected_args, *context.args])
    except click.exceptions.Exit:
        return "" if {"--help", "--version"} & set(words) else "it ends at once"
    except click.UsageError as error:
        told = error.format_message()
        # The reader's own file is not here.
        return "" if isinstance(error, click.BadParameter) and "does not exist" in told else told or "help"
    return "no command"


@pytest.mark.parametrize("command", [name for name in cli.commands if name != "import"])
def test_every_command_is_documented(command: str) -> None:
    assert any(f"matchmaker {command}" in page.read_text("utf-8") for page in PAGES), command


@pytest.mark.parametrize("setting", [each.name for each in fields(Settings)])
def test_every_setting_is_documented(setting: str) -> None:
    text = (ROOT / "docs" / "settings.md").read_text("utf-8")
    assert f"`{setting}`" in text
    assert f"`{PREFIX}{setting.upper()}`" in text


def test_the_changelog_begins_with_what_is_not_released() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_nothing_that_is_shipped_names_a_machine() -> None:
    for path in [*PAGES, ROOT / "Makefile", ROOT / ".ci" / "run"]:
        assert not re.search(r"/(work|root|home|tmp)/", path.read_text("utf-8")), path
