"""A whole workspace as columns and sparse matrices: what matching and the landscape read instead of objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import TypeAdapter
from scipy import sparse

from matchmaker.actors import (
    Actor,
    ActorGroup,
    Collaboration,
    Commitment,
    Passage,
    PassageKind,
)

GROUPS: tuple[ActorGroup, ...] = tuple(ActorGroup)
KINDS: tuple[PassageKind, ...] = tuple(PassageKind)
COMMITMENTS: tuple[Commitment, ...] = tuple(Commitment)

FILES = (
    "actors.arrow",
    "passages.arrow",
    "collaborations.arrow",
    "holds.npz",
    "takes_part.npz",
    "funding.npz",
)


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """All actors, passages and collaborations, row for row; orders are total, so equal input gives equal bytes.

    Let *n* be the number of actors (sorted by id), *p* of passages and *c* of collaborations (sorted by id).
    """

    ids: list[str]
    """Actor ids, ascending, length n."""
    names: list[str]
    groups: NDArray[np.int8]
    """Shape (n,): index into ``GROUPS``."""
    countries: list[str]
    regions: list[str]
    members: NDArray[np.bool_]
    """Shape (n,): member of the organised cluster."""
    registration_numbers: list[str]
    profiles: list[str]
    """The whole actor as JSON; ``actor(row)`` reads it."""

    texts: list[str]
    """Passage texts, length p."""
    kinds: NDArray[np.int8]
    """Shape (p,): index into ``KINDS``."""
    languages: list[str]
    sources: list[str]
    """Id of the actor or collaboration that each passage comes from."""
    dates: NDArray[np.int32]
    """Shape (p,): days since 1970-01-01, or ``NO_DATE``."""
    holds: sparse.csr_array
    """Shape (n, p), float32 ones: which actor holds which passage."""

    collaboration_ids: list[str]
    titles: list[str]
    collaboration_dates: NDArray[np.int32]
    """Shape (c,): the day each became known, in days since 1970-01-01, or ``NO_DATE``."""
    collaboration_ends: NDArray[np.int32]
    """Shape (c,): the last day of each, as agreed, in days since 1970-01-01, or ``NO_DATE``."""
    commitments: NDArray[np.int8]
    """Shape (c,): index into ``COMMITMENTS``."""
    topics: list[str]
    """The call or programme topics of each collaboration, length c; empty where none is known."""
    fields: list[list[str]]
    """Fields of science or business of each collaboration, as paths, length c."""
    takes_part: sparse.csr_array
    """Shape (n, c), float32 ones: which actor takes part in which collaboration."""
    funding: sparse.csr_array
    """Shape (n, c), float64: EUR each actor gets of each collaboration; an entry, of 0 too, where it is known."""

    @property
    def row_of(self) -> dict[str, int]:
        """Actor id to row; build it once and keep it."""
        return {actor_id: row for row, actor_id in enumerate(self.ids)}

    def actor(self, row: int) -> Actor:
        """The actor in one row, whole."""
        return actor_from_json(self.profiles[row])

    def group(self, row: int) -> ActorGroup:
        """The actor group in one row."""
        return GROUPS[int(self.groups[row])]


NO_DATE = np.iinfo(np.int32).min
"""Stands for an unknown date in ``Corpus.dates``."""


def day_number(day: date | None) -> int:
    """Days since 1970-01-01, or ``NO_DATE``."""
    return int(NO_DATE) if day is None else (day - date(1970, 1, 1)).days


def day_of(number: int) -> date | None:
    """The date of a day number, or ``None`` for ``NO_DATE``."""
    return None if number == NO_DATE else date.fromordinal(date(1970, 1, 1).toordinal() + int(number))


_ACTOR = TypeAdapter(Actor)


def actor_json(actor: Actor) -> str:
    """An actor as JSON; ``actor_from_json`` is its inverse."""
    return _ACTOR.dump_json(actor).decode("utf-8")


def actor_from_json(profile: str) -> Actor:
    """The actor that ``actor_json`` wrote down."""
    return _ACTOR.validate_json(profile)


def corpus(
    actors: Sequence[Actor], collaborations: Sequence[Collaboration], passages: Sequence[Passage]
) -> Corpus:
    """Lay values out as columns.

    Participations and passages of unknown actors are left out; raises ``ValueError`` for two actors with one id.
    """
    actors = sorted(actors, key=lambda actor: actor.id)
    collaborations = sorted(collaborations, key=lambda collaboration: collaboration.id)
    row_of = {actor.id: row for row, actor in enumerate(actors)}
    if len(row_of) != len(actors):
        raise ValueError("Two actors have the same id.")
    return Corpus(
        ids=[actor.id for actor in actors],
        names=[actor.name for actor in actors],
        groups=np.array([GROUPS.index(actor.group) for actor in actors], dtype=np.int8),
        countries=[actor.place.country for actor in actors],
        regions=[actor.place.region for actor in actors],
        members=np.array([actor.member for actor in actors], dtype=np.bool_),
        registration_numbers=[actor.registration_number for actor in actors],
        profiles=[actor_json(actor) for actor in actors],
        texts=[passage.text for passage in passages],
        kinds=np.array([KINDS.index(passage.kind) for passage in passages], dtype=np.int8),
        languages=[passage.language for passage in passages],
        sources=[passage.source_id for passage in passages],
        dates=np.array([day_number(passage.date) for passage in passages], dtype=np.int32),
        holds=_incidence([passage.actor_ids for passage in passages], row_of),
        collaboration_ids=[collaboration.id for collaboration in collaborations],
        titles=[collaboration.title for collaboration in collaborations],
        collaboration_dates=np.array(
            [day_number(each.known_from) for each in collaborations], dtype=np.int32
        ),
        collaboration_ends=np.array([day_number(each.end) for each in collaborations], dtype=np.int32),
        commitments=np.array([COMMITMENTS.index(each.commitment) for each in collaborations], dtype=np.int8),
        topics=[each.topic for each in collaborations],
        fields=[list(each.fields) for each in collaborations],
        takes_part=_incidence(
            [tuple(part.actor_id for part in each.participations) for each in collaborations], row_of
        ),
        funding=_funding(collaborations, row_of),
    )


def _incidence(actor_ids_by_column: Sequence[Sequence[str]], row_of: dict[str, int]) -> sparse.csr_array:
    rows: list[int] = []
    columns: list[int] = []
    for column, actor_ids in enumerate(actor_ids_by_column):
        known = sorted({row_of[actor_id] for actor_id in actor_ids if actor_id in row_of})
        rows.extend(known)
        columns.extend([column] * len(known))
    shape = (len(row_of), len(actor_ids_by_column))
    ones = np.ones(len(rows), dtype=np.float32)
    return sparse.csr_array((ones, (rows, columns)), shape=shape)


def _funding(collaborations: Sequence[Collaboration], row_of: dict[str, int]) -> sparse.csr_array:
    known = [
        (part.funding, row_of[part.actor_id], column)
        for column, each in enumerate(collaborations)
        for part in each.participations
        if part.funding is not None and part.actor_id in row_of
    ]
    amounts = np.array([amount for amount, _, _ in known], dtype=np.float64)
    places = np.array([place for _, *place in known], dtype=np.int64).reshape(-1, 2)
    # An actor in two roles gets the sum of both.
    return sparse.csr_array((amounts, (places[:, 0], places[:, 1])), shape=(len(row_of), len(collaborations)))


def save_corpus(data: Corpus, folder: Path) -> None:
    """Write the columns as Arrow files and the matrices as ``.npz`` into an existing folder."""
    _write(
        folder / "actors.arrow",
        pa.table(
            {
                "id": pa.array(data.ids, pa.string()),
                "name": pa.array(data.names, pa.string()),
                "group": pa.array(data.groups),
                "country": pa.array(data.countries, pa.string()),
                "region": pa.array(data.regions, pa.string()),
                "member": pa.array(data.members),
                "registration_number": pa.array(data.registration_numbers, pa.string()),
                "profile": pa.array(data.profiles, pa.large_string()),
            }
        ),
    )
    _write(
        folder / "passages.arrow",
        pa.table(
            {
                "text": pa.array(data.texts, pa.large_string()),
                "kind": pa.array(data.kinds),
                "language": pa.array(data.languages, pa.string()),
                "source": pa.array(data.sources, pa.string()),
                "date": pa.array(data.dates),
            }
        ),
    )
    _write(
        folder / "collaborations.arrow",
        pa.table(
            {
                "id": pa.array(data.collaboration_ids, pa.string()),
                "title": pa.array(data.titles, pa.string()),
                "date": pa.array(data.collaboration_dates),
                "end": pa.array(data.collaboration_ends),
                "commitment": pa.array(data.commitments),
                "topic": pa.array(data.topics, pa.string()),
                "fields": pa.array(data.fields, pa.list_(pa.string())),
            }
        ),
    )
    sparse.save_npz(folder / "holds.npz", data.holds, compressed=False)
    sparse.save_npz(folder / "takes_part.npz", data.takes_part, compressed=False)
    sparse.save_npz(folder / "funding.npz", data.funding, compressed=False)


def load_corpus(folder: Path) -> Corpus:
    """Read what ``save_corpus`` wrote."""
    actors = _read(folder / "actors.arrow")
    passages = _read(folder / "passages.arrow")
    collaborations = _read(folder / "collaborations.arrow")
    return Corpus(
        ids=actors["id"].to_pylist(),
        names=actors["name"].to_pylist(),
        groups=actors["group"].to_numpy(),
        countries=actors["country"].to_pylist(),
        regions=actors["region"].to_pylist(),
        members=actors["member"].to_numpy(),
        registration_numbers=actors["registration_number"].to_pylist(),
        profiles=actors["profile"].to_pylist(),
        texts=passages["text"].to_pylist(),
        kinds=passages["kind"].to_numpy(),
        languages=passages["language"].to_pylist(),
        sources=passages["source"].to_pylist(),
        dates=passages["date"].to_numpy(),
        holds=sparse.csr_array(sparse.load_npz(folder / "holds.npz")),
        collaboration_ids=collaborations["id"].to_pylist(),
        titles=collaborations["title"].to_pylist(),
        collaboration_dates=collaborations["date"].to_numpy(),
        collaboration_ends=collaborations["end"].to_numpy(),
        commitments=collaborations["commitment"].to_numpy(),
        topics=collaborations["topic"].to_pylist(),
        fields=collaborations["fields"].to_pylist(),
        takes_part=sparse.csr_array(sparse.load_npz(folder / "takes_part.npz")),
        funding=sparse.csr_array(sparse.load_npz(folder / "funding.npz")),
    )


def _write(path: Path, table: pa.Table) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def _read(path: Path) -> pa.Table:
    with pa.memory_map(str(path), "r") as source:
        return pa.ipc.open_file(source).read_all()
