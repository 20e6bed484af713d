"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.outcomes import outcomes_
from matchmaker.cli.events.reporting import report
from matchmaker.cli.events.scheduling import list_, schedule, show
from matchmaker.cli.events.targets import targets
from matchmaker.cli.scheduling import event

__all__ = ["event"]

for command in (list_, show, schedule, outcomes_, targets, report):
    event.add_command(command)
