"""Less than everything that is stored, for whoever does not need to read all of it: names and groups, one actor's collaborations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from matchmaker.actors import ActorGroup, Collaboration, Participation
from matchmaker.store.connections import Connection
from matchmaker.store.rows import COLLABORATIONS, collaboration_of


def names_and_groups(connection: Connection, actor_ids: Iterable[str]) -> dict[str, tuple[str, ActorGroup]]:
    """The name and the group of these actors by id, ascending; unknown ids are left out."""
    rows = connection.execute(
        'SELECT id, name, "group" FROM actors WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
        (json.dumps(sorted(actor_ids)),),
    )
    return {str(actor_id): (str(name), ActorGroup(str(group))) for actor_id, name, group in rows}


def collaborations_of(connection: Connection, actor_id: str) -> Iterator[Collaboration]:
    """The collaborations that an actor takes part in, with everybody's participations, by ascending id."""
    own = "SELECT collaboration_id FROM participations WHERE actor_id = ?"
    rows = connection.execute(
        "SELECT collaboration_id, actor_id, role, funding FROM participations"
        f" WHERE collaboration_id IN ({own}) ORDER BY collaboration_id, position",
        (actor_id,),
    )
    parts = {
        collaboration_id: tuple(Participation(*values) for _, *values in group)
        for collaboration_id, group in groupby(rows, key=itemgetter(0))
    }
    for row in connection.execute(
        f"SELECT {COLLABORATIONS.column_list} FROM collaborations WHERE id IN ({own}) ORDER BY id",
        (actor_id,),
    ):
        yield collaboration_of(row, parts[row[0]])
