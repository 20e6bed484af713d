"""Two versions of a schedule beside each other."""

from __future__ import annotations

from matchmaker.events import Comparison, Moved, Plan


def compared(before: Plan, after: Plan) -> Comparison:
    """What became of the meetings of one version in another; pairs name them."""
    was = {each.pair: each for each in before.appointments}
    now = {each.pair: each for each in after.appointments}
    both = [(was[pair], each) for pair, each in now.items() if pair in was]
    moved = tuple(Moved(one, each) for one, each in both if (one.span, one.table) != (each.span, each.table))
    dropped = tuple(each for pair, each in was.items() if pair not in now)
    added = tuple(each for pair, each in now.items() if pair not in was)
    changed = [*dropped, *added, *(each.after for each in moved)]
    return Comparison(
        tuple(each for one, each in both if (one.span, one.table) == (each.span, each.table)),
        moved,
        dropped,
        added,
        tuple(each for one, each in both if each.locked and not one.locked),
        tuple(each for one, each in both if one.locked and not each.locked),
        tuple(sorted({one for each in changed for one in each.pair})),
        tuple(each for each in after.absences if each not in before.absences),
        tuple(each for each in before.absences if each not in after.absences),
        tuple(each for each in after.lost_tables if each not in before.lost_tables),
        tuple(each for each in before.lost_tables if each not in after.lost_tables),
    )
