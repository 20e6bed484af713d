"""The command line: arguments in, text or JSON out; everything else is the workspace's."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Two processes on few cores starve each other when waiting threads spin; this must be set before any import
# that starts OpenMP.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
# Work is parted among threads here; a linear algebra library that brings its own beside them takes half as long again.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import click

from matchmaker.cli.alerting import alerts
from matchmaker.cli.answering import answer, answers
from matchmaker.cli.asking import balance_, search, suggest
from matchmaker.cli.building import build, evaluate, roll_back, serve, status
from matchmaker.cli.comparing import compare
from matchmaker.cli.developing import phases, trends
from matchmaker.cli.directory import directory
from matchmaker.cli.erasing import erase
from matchmaker.cli.events import event
from matchmaker.cli.exploring import export, spin_offs
from matchmaker.cli.firms import firm
from matchmaker.cli.holding import brokers, portfolio
from matchmaker.cli.hooking import webhook
from matchmaker.cli.identifying import duplicates, profiles
from matchmaker.cli.importing import edit, history, import_
from matchmaker.cli.jobs import job
from matchmaker.cli.keeping import backup, doctor, restore, settings
from matchmaker.cli.lines import lines
from matchmaker.cli.looking_back import backtest
from matchmaker.cli.mail import mail
from matchmaker.cli.missing import gaps
from matchmaker.cli.reporting import report
from matchmaker.cli.shared import err
from matchmaker.cli.specialising import specialisation
from matchmaker.cli.sub_clusters import sub_clusters
from matchmaker.cli.teaming import team
from matchmaker.cli.users import key, user
from matchmaker.errors import MatchmakerError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="matchmaker")
@click.option(
    "--workspace",
    "-w",
    envvar="MATCHMAKER_WORKSPACE",
    default="workspace",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder that holds everything. [env: MATCHMAKER_WORKSPACE]",
)
@click.option("--verbose", is_flag=True, help="Tell more while working.")
@click.pass_context
def cli(ctx: click.Context, workspace: Path, verbose: bool) -> None:
    """Find partners across the actor groups of a cluster, see why, and see where a specialisation may spin off.

    First import actors, then build, then ask: `matchmaker import table actors.csv`, `matchmaker build`,
    `matchmaker suggest "Name of an actor"`.
    """
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(message)s")
    ctx.obj = workspace


COMMANDS = (
    import_, edit, history, build, status, roll_back, evaluate, suggest, balance_, answer, answers, team, search, sub_clusters, spin_offs, backtest, report, trends, phases, specialisation, gaps, brokers, portfolio, event, export, serve, backup, restore, erase, doctor, settings, user, key, job, duplicates, profiles, mail, directory, firm, compare, alerts, webhook,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)
import_.add_command(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; exit status 0, 1 for a failure told in one line, 2 for wrong usage."""
    try:
        ended = cli.main(
            args=list(arguments) if arguments is not None else None,
            prog_name="matchmaker",
            standalone_mode=False,
        )
    except click.UsageError as error:
        error.show()
        return 2
    except click.Abort:
        err.print("Stopped.")
        return 1
    except (click.ClickException, MatchmakerError) as error:
        err.print(f"matchmaker: {error}", markup=False)
        return 1
    except BrokenPipeError:
        # The reader of a pipe such as `| head` has gone; that is not a failure worth words.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        err.print(
            f"matchmaker: {error.strerror or error}: {error.filename or 'while writing a file'}", markup=False
        )
        return 1
    except Exception:
        logging.getLogger(__name__).exception("an error that should not happen")
        err.print("matchmaker: something went wrong that should not; please report the lines above.")
        return 1
    # Click hands over the status of a command that ended with one.
    return ended if isinstance(ended, int) else 0
