"""The commands of a workspace's events, in the order in which a facilitator needs them."""

from __future__ import annotations

import click

from matchmaker.cli.events import (
    agendas,
    attending,
    changing,
    lists,
    looking_back,
    outcomes,
    proposing,
    repairing,
    reporting,
    requesting,
    round_tables,
    scheduling,
    setting_up,
    solving,
    targets,
    wishing,
)
from matchmaker.cli.shared import Sections

__all__ = ["event"]


@click.group("event", cls=Sections)
def event() -> None:
    """Prepare a matchmaking meeting, hold it, and say what came of it.

    First `create` an event, `import` its participants, `propose` and `schedule`; then `agendas`.
    """


SECTIONS: dict[str, tuple[click.Command, ...]] = {
    "The event": (
        setting_up.create,
        setting_up.set_,
        scheduling.list_,
        setting_up.show,
        setting_up.erase,
    ),
    "Who attends": (
        attending.import_,
        lists.lists_,
        lists.undo_list,
        attending.participants,
        attending.add,
        attending.change,
        attending.remove,
    ),
    "Who wants to meet whom": (
        proposing.propose,
        wishing.wish,
        wishing.wishes,
        wishing.suggest_apart,
        requesting.request,
        requesting.answer,
        requesting.cancel,
        requesting.requests,
    ),
    "The schedule": (
        scheduling.schedule,
        looking_back.explain,
        round_tables.rounds_,
        agendas.agendas,
    ),
    "When something changes": (
        repairing.repair,
        changing.lock,
        changing.unlock,
        changing.move,
        changing.swap,
        changing.add,
        changing.remove,
        looking_back.undo,
        looking_back.redo,
        looking_back.versions,
        looking_back.compare,
        looking_back.restore,
    ),
    "Afterwards": (outcomes.outcomes_, targets.targets, reporting.report),
    "Without a workspace": (solving.solve,),
}

for title, commands in SECTIONS.items():
    for command in commands:
        event.add_to(title, command)
