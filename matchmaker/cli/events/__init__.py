"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.round_tables import rounds_
from matchmaker.cli.events.scheduling import list_, schedule, show
from matchmaker.cli.scheduling import event

__all__ = ["event"]

for command in (list_, show, schedule, rounds_):
    event.add_command(command)
