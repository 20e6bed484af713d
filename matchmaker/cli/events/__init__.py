"""The commands of a workspace's events; each module has some of the group's."""

from matchmaker.cli.events import (
    agendas,
    attending,
    changing,
    looking_back,
    outcomes,
    proposing,
    repairing,
    reporting,
    requesting,
    round_tables,
    scheduling,
    setting_up,
    targets,
    wishing,
)
from matchmaker.cli.scheduling import event

__all__ = ["event"]

COMMANDS = (
    *(setting_up.create, setting_up.set_, scheduling.list_, setting_up.show, setting_up.erase),
    *(attending.import_, attending.participants, attending.add, attending.change, attending.remove),
    *(wishing.wish, wishing.wishes, wishing.suggest_apart),
    *(requesting.request, requesting.answer, requesting.cancel, requesting.requests),
    *(proposing.propose, scheduling.schedule, looking_back.explain),
    *(changing.lock, changing.unlock, changing.move, changing.swap, changing.add, changing.remove),
    *(repairing.repair, looking_back.undo, looking_back.redo, looking_back.restore),
    *(looking_back.versions, looking_back.compare),
    *(round_tables.rounds_, agendas.agendas),
    *(outcomes.outcomes_, targets.targets, reporting.report),
)

for command in COMMANDS:
    event.add_command(command)
