"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.attending import add, change, import_, participants, remove
from matchmaker.cli.events.proposing import propose
from matchmaker.cli.events.requesting import answer, cancel, request, requests
from matchmaker.cli.events.scheduling import list_, schedule
from matchmaker.cli.events.setting_up import create, erase, set_, show
from matchmaker.cli.events.wishing import suggest_apart, wish, wishes
from matchmaker.cli.scheduling import event

__all__ = ["event"]

for command in (list_, show, schedule):
    event.add_command(command)

for command in (create, set_, erase, import_, participants, add, change, remove, propose):
    event.add_command(command)

for command in (wish, wishes, request, answer, cancel, requests, suggest_apart):
    event.add_command(command)
