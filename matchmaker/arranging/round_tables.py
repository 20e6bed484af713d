"""Those who attend an event as guests of its round tables, with what the store and the build know of their actors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from matchmaker.events import Attendee, MeetingRequest, Preference, PreferenceKind, RequestState
from matchmaker.meetings.round_tables import Guest
from matchmaker.published import Published
from matchmaker.store import Store


def guests_of(attendees: Sequence[Attendee], store: Store, published: Published | None) -> list[Guest]:
    """A guest for each person; for an agenda without persons, one."""
    main = _main_sub_clusters({each.actor_id for each in attendees}, published)
    return [
        Guest(guest, each.actor_id, store.actor(each.actor_id).group.value, main.get(each.actor_id, ""))
        for each in attendees
        for guest in guest_ids(each)
    ]


def guest_ids(attendee: Attendee) -> list[str]:
    """The ids of an agenda's persons at round tables: its own, with a number where there are several."""
    if len(attendee.persons) < 2:
        return [attendee.id]
    return [f"{attendee.id}.{number}" for number in range(1, len(attendee.persons) + 1)]


def guest_names(attendees: Iterable[Attendee], actor_names: Mapping[str, str]) -> dict[str, str]:
    """Each guest's name by id: the person's with the actor's, or the actor's where no person is named."""
    names = {}
    for each in attendees:
        actor = actor_names.get(each.actor_id, each.actor_id)
        for place, guest in enumerate(guest_ids(each)):
            names[guest] = f"{each.persons[place].name}, {actor}" if each.persons else actor
    return names


def kept_apart(
    attendees: Sequence[Attendee], preferences: Iterable[Preference], requests: Iterable[MeetingRequest]
) -> list[tuple[str, str]]:
    """Pairs of guests that are not to sit together."""
    refusing = (PreferenceKind.NO_THANKS, PreferenceKind.APART)
    pairs = [(each.a, each.b) for each in preferences if each.kind in refusing]
    pairs += [(each.sender, each.recipient) for each in requests if each.state is RequestState.DECLINED]
    ids = {each.id: guest_ids(each) for each in attendees}
    return [(one, other) for a, b in pairs if a in ids and b in ids for one in ids[a] for other in ids[b]]


def _main_sub_clusters(actor_ids: Iterable[str], published: Published | None) -> dict[str, str]:
    """The top sub-cluster that each actor belongs to most; actors of none are left out."""
    if published is None:
        return {}
    wanted, best = set(actor_ids), dict[str, tuple[float, str]]()
    for sub_cluster in published.sub_clusters():
        if sub_cluster.parent_id is not None:
            continue
        for member in sub_cluster.members:
            if member.actor_id in wanted:
                found = (-member.confidence, sub_cluster.id)
                best[member.actor_id] = min(best.get(member.actor_id, found), found)
    return {actor_id: name for actor_id, (_, name) in best.items()}
