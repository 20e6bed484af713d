"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.agendas import agendas
from matchmaker.cli.events.scheduling import list_, schedule, show
from matchmaker.cli.scheduling import event

__all__ = ["event"]

for command in (list_, show, schedule, agendas):
    event.add_command(command)
