"""Events as they are stored, with their outcomes and targets, into the values that a report on them is written from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from matchmaker.arranging.naming import event_id_of
from matchmaker.arranging.outcomes import outcomes_of
from matchmaker.errors import EventRejectedError, NotBuiltError
from matchmaker.events import Measure, Target
from matchmaker.meetings.following.chain import EventRecord
from matchmaker.meetings.following.followed import Cluster, Followed, followed
from matchmaker.published import Published
from matchmaker.store import Store
from matchmaker.telling import told


def report(
    store: Store,
    published: Callable[[], Published],
    event_ids: Sequence[str],
    *,
    since: date | None,
    until: date | None,
    today: date,
) -> Followed:
    """What these events came to, or all of them; raises ``EventNotFoundError`` and ``EventRejectedError``."""
    to_come, until = until is None, until or today
    if since is not None and since > until:
        raise EventRejectedError(
            [
                told(
                    "The report begins on {since} and ends on {until}, before that. Swap them.",
                    since=since,
                    until=until,
                )
            ]
        )
    for each in event_ids:
        store.events.one(each)
    records = [_record(store, each.event.id) for each in store.events.all()]
    return followed(
        records,
        _cluster(store, published, {actor_id for each in records for actor_id in each.actors()}),
        store.outcomes.targets(),
        wanted=frozenset(event_ids),
        since=since,
        until=until,
        to_come=to_come,
    )


def set_target(
    store: Store,
    measure: Measure,
    goal: int,
    *,
    starts: date,
    months: int,
    across_groups: bool,
    target_id: str,
    who: str,
) -> Target:
    """Keep a target in place of the one with its id, which is made from what it counts where none is given."""
    taken = {each.id for each in store.outcomes.targets()}
    try:
        made = Target(
            target_id or event_id_of(measure.value, taken), measure, goal, starts, months, across_groups
        )
    except ValueError as error:
        raise EventRejectedError([str(error)]) from error
    store.outcomes.set_target(made, who=who)
    return made


def _record(store: Store, event_id: str) -> EventRecord:
    events = store.events
    version = events.version(event_id)
    return EventRecord(
        events.one(event_id).event,
        events.attendees(event_id),
        events.proposed(event_id),
        events.preferences(event_id),
        events.requests(event_id),
        version.plan.appointments if version else (),
        outcomes_of(store, event_id),
    )


def _cluster(store: Store, published: Callable[[], Published], actor_ids: Collection[str]) -> Cluster:
    actors = store.names_and_groups(actor_ids)
    groups = {actor_id: group for actor_id, (_, group) in actors.items()}
    names = {actor_id: name for actor_id, (name, _) in actors.items()}
    try:
        built = published()
    except NotBuiltError:
        return Cluster(groups, names)
    tops = [each for each in built.sub_clusters() if each.parent_id is None]
    return Cluster(
        groups,
        names,
        _main(
            (member.actor_id, member.confidence, each.id, len(each.members))
            for each in tops
            for member in each.members
            if member.actor_id in actors
        ),
        {each.id: each.label for each in tops},
        built.generation,
    )


def _main(memberships: Iterable[tuple[str, float, str, int]]) -> dict[str, str]:
    """Each actor's sub-cluster: the one of its highest confidence, then the larger one, then by id."""
    best: dict[str, tuple[float, int, str]] = {}
    for actor_id, confidence, part, size in memberships:
        key = (-confidence, -size, part)
        best[actor_id] = min(key, best.get(actor_id, key))
    return {actor_id: part for actor_id, (_, _, part) in best.items()}
