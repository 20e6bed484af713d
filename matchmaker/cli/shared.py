"""What all commands share: the workspace, progress bars, JSON, options, and help that ends with examples."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar

from matchmaker.actors import ActorGroup

if TYPE_CHECKING:
    from matchmaker.workspace import Workspace


out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

as_json = click.option("--json", "json_output", is_flag=True, help="Answer as JSON.")
group_option = click.option(
    "--group",
    "groups",
    multiple=True,
    type=click.Choice([group.value for group in ActorGroup]),
    help="Only this actor group; may be repeated.",
)
region_option = click.option(
    "--region", default="", help="Only this country code, or region by name or NUTS code."
)


time_limit_option = click.option(
    "--time-limit",
    default=10.0,
    show_default=True,
    type=click.FloatRange(0.1, 86_400),
    help="Seconds at most.",
)
seed_option = click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(0, 2**32 - 1), help="Of what is drawn."
)
existing = click.Path(exists=True, path_type=Path)
"""A file or folder that must be there."""


class Examples(click.Command):
    """A command whose help ends with examples as they are typed."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, unwrapped."""
        if self.examples:
            with formatter.section("Examples"):
                for line in self.examples.strip().splitlines():
                    formatter.write(f"  {line.strip()}\n")


class Sections(click.Group):
    """A group whose help lists its commands under headings, in the order in which they were added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: dict[str, list[str]] = {}

    def add_to(self, title: str, command: click.Command) -> None:
        """Add a command under a heading."""
        self.add_command(command)
        self.sections.setdefault(title, []).append(str(command.name))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of the sections."""
        return [name for names in self.sections.values() for name in names]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, a section for each heading."""
        width = max(map(len, self.commands))
        for title, names in self.sections.items():
            room = formatter.width - width - 6
            with formatter.section(title):
                formatter.write_dl(
                    [(name.ljust(width), self.commands[name].get_short_help_str(room)) for name in names]
                )


@contextmanager
def opened(folder: Path, *, create: bool = False) -> Iterator[Workspace]:
    """The workspace in a folder, closed at the end; raises ``SourceError`` where there is none."""
    from matchmaker.workspace import Workspace  # loaded late, so that --help answers at once

    with Workspace.open(folder, create=create) as workspace:
        yield workspace


@contextmanager
def progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on the terminal for each step, with an estimate where the end is known; silent in a file or a pipe."""
    bar = ProgressBar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
    tasks: dict[str, Any] = {}

    def show(step: str, done: int, total: int) -> None:
        if step not in tasks:
            for name in tasks:
                bar.stop_task(tasks[name])
            tasks[step] = bar.add_task(step, total=total or None)
        bar.update(tasks[step], completed=done, total=total or None)

    with bar:
        yield show


def print_json(value: object) -> None:
    """Write a value as JSON to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def who() -> str:
    """The name that changes are recorded under: the one the person is signed in with."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
