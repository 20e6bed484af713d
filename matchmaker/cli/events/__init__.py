"""The commands of a workspace's events; each module adds its own to the group."""

from matchmaker.cli.events.changing import add, lock, move, remove, swap, unlock
from matchmaker.cli.events.looking_back import compare, explain, redo, restore, undo, versions
from matchmaker.cli.events.repairing import repair
from matchmaker.cli.events.scheduling import list_, schedule, show
from matchmaker.cli.scheduling import event

__all__ = ["event"]

for command in (
    *(list_, show, schedule),
    *(lock, unlock, move, swap, add, remove, repair, undo, redo, restore, versions, compare, explain),
):
    event.add_command(command)
