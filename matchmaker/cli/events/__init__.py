"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.agendas import agendas
from matchmaker.cli.events.attending import add, change, import_, participants, remove
from matchmaker.cli.events.proposing import propose
from matchmaker.cli.events.round_tables import rounds_
from matchmaker.cli.events.scheduling import list_, schedule
from matchmaker.cli.events.setting_up import create, erase, set_, show
from matchmaker.cli.events.wishing import answer, cancel, request, requests, suggest_apart, wish, wishes
from matchmaker.cli.scheduling import event

__all__ = ["event"]

COMMANDS = (
    create, set_, list_, show, erase, import_, participants, add, change, remove,
    wish, wishes, request, answer, cancel, requests, suggest_apart,
    propose, schedule, rounds_, agendas,
)  # fmt: skip

for command in COMMANDS:
    event.add_command(command)
