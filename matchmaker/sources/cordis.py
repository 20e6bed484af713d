"""The official CORDIS bulk files (zip or folder, both layouts) to actors and dated collaborations.

What is read, and how it is decided:

- Columns are found by name; others, contact persons among them, are never looked at.
- An organisation is its PIC. Where its rows disagree, the most frequent value that is not empty wins, then the smallest;
  its place is taken as a whole.
- CORDIS withholds the address of natural persons and of some organisations, and then gives the middle of the country
  instead: coordinates without a city are left out. Nothing tells a natural person (a sole trader) from an organisation
  for sure, so these stay, as the contract partners that the European Union publishes.
- A project becomes one collaboration with the text of its objective; its keywords stand in a paragraph of their own.
  Its organisations stand once each, with their roles joined and their funding summed; the coordinator first, then by
  id. Funding is the net contribution of the European Union (without what is passed on to linked third parties), or the
  contribution where a row has no net one; an organisation that left the project keeps what is stated.
- Organisations are not members of anybody's cluster until a person says so.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from sys import intern
from typing import NamedTuple, TypeVar

from matchmaker.actors import Actor, ActorGroup, Collaboration, Commitment, Participation, Place, Rejection
from matchmaker.sources.cordis_files import (
    FIELDS_OF_SCIENCE,
    ORGANISATIONS,
    PROJECTS,
    TOPICS,
    CordisFiles,
    Record,
    Table,
)

_GROUPS = {
    "PRC": ActorGroup.COMPANY,
    "HES": ActorGroup.KNOWLEDGE_INSTITUTION,
    "REC": ActorGroup.KNOWLEDGE_INSTITUTION,
    "PUB": ActorGroup.PUBLIC_BODY,
}
_CORDIS_COUNTRIES = {"GR": "EL", "GB": "UK"}
_RANKS = {"coordinator": 0, "participant": 1, "associatedPartner": 2, "thirdParty": 3}
_PLACEHOLDERS = {
    "confidential",
    "n/a",
    "na",
    "none",
    "not applicable",
    "not available",
    "tbd",
    "to be defined",
}
_NO_NUMBER = {"missing", "notapplicable", "not applicable", "n/a", "none"}
_AMOUNT = re.compile(r"[0-9]{1,15}([.,][0-9]{1,15})?")
_DAY_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CordisReading:
    """What a download holds; actors and collaborations by ascending id."""

    actors: list[Actor]
    collaborations: list[Collaboration]
    rejections: list[Rejection]


class _Facts(NamedTuple):
    """What one row says about an organisation, as it says it."""

    name: str
    activity: str
    sme: str
    vat: str
    website: str
    place: tuple[str, str, str, str]


@dataclass(slots=True)
class _Project:
    title: str
    text: str
    signed: date | None
    start: date | None
    end: date | None
    topic: str
    fields: tuple[str, ...]
    roles: dict[str, set[str]] = field(default_factory=dict)
    funding: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Filters:
    signed_until: date | None
    countries: frozenset[str]
    topics: tuple[str, ...]
    fields: tuple[str, ...]

    def accept(self, project: _Project) -> bool:
        known_from = project.signed or project.start
        if self.signed_until and (known_from is None or known_from > self.signed_until):
            return False
        topics = _split_topics(project.topic)
        return _any_begins(topics, self.topics) and _any_begins(project.fields, self.fields)


def read_cordis(
    path: Path,
    *,
    signed_until: date | None = None,
    countries: Collection[str] = (),
    topics: Collection[str] = (),
    fields: Collection[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> CordisReading:
    """Read the zip of a bulk download, or the folder it was unpacked to.

    ``signed_until`` keeps projects signed on that day or before (started, where the day of signature is not known).
    ``topics`` keeps those of a topic that begins with one of these, ``fields`` those with a euroSciVoc path that begins
    with one of these; upper and lower case are alike. ``countries`` (``DK``; Greece and the United Kingdom as ``EL`` and
    ``UK`` or as ``GR`` and ``GB``) keeps the organisations of these countries, and the projects that have one of them;
    their other participants are left out. ``progress`` is called with bytes read and bytes in all.

    Rows that cannot be accepted are in ``rejections``; the rest is in the other two. Raises ``SourceError`` when the
    files cannot be read at all, and ``ValueError`` for a country that is not a two-letter code.
    """
    filters = _Filters(
        signed_until,
        frozenset(map(_country_code, countries)),
        tuple(topic.strip().casefold() for topic in topics),
        tuple("/" + prefix.strip().lstrip("/").casefold() for prefix in fields),
    )
    rejections: list[Rejection] = []
    with CordisFiles(path, rejections=rejections, progress=progress) as files:
        files.require(PROJECTS, ORGANISATIONS, *((FIELDS_OF_SCIENCE,) if filters.fields else ()))
        projects = _projects(files, filters)
        facts_of = _participations(files, projects)
    actors = [_actor(actor_id, facts) for actor_id, facts in sorted(facts_of.items())]
    if filters.countries:
        actors = [actor for actor in actors if actor.place.country in filters.countries]
    kept = {actor.id for actor in actors}
    collaborations = [
        _collaboration(key, project, kept) for key, project in sorted(projects.items()) if project
    ]
    if filters.countries:
        collaborations = [each for each in collaborations if each.participations]
    return CordisReading(actors, collaborations, rejections)


def _projects(files: CordisFiles, filters: _Filters) -> dict[str, _Project | None]:
    """All projects by id; ``None`` stands for one that was rejected or that the filters leave out."""
    fields_of = _collected(files, FIELDS_OF_SCIENCE, "path")
    topics_of = _collected(files, TOPICS, "topic")
    projects: dict[str, _Project | None] = {}
    for record in files.records(PROJECTS):
        project_id = record.values["id"].strip()
        problem = _problem(record, ("id", "title"))
        if not problem and project_id in projects:
            problem = ("id", "a project with this id came before")
        if problem:
            files.reject(PROJECTS, record.row, problem[0], record.values[problem[0]], problem[1])
            if problem[0] != "id":
                # It is rejected once; its participations have nothing wrong.
                projects[project_id] = None
            continue
        project = _project(files, record, fields_of.get(project_id, set()), topics_of.get(project_id, set()))
        projects[project_id] = project if project and filters.accept(project) else None
    return projects


def _collected(files: CordisFiles, table: Table, column: str) -> dict[str, set[str]]:
    """The values of a column by project; none where the download lacks the file."""
    values_of: dict[str, set[str]] = {}
    for _row, values in files.records(table) if files.has(table) else ():
        if value := values[column].strip():
            values_of.setdefault(values["project"].strip(), set()).add(intern(value))
    return values_of


def _project(files: CordisFiles, record: Record, fields: set[str], topics: set[str]) -> _Project | None:
    values = record.values
    days: dict[str, date | None] = {}
    for column in ("signed", "start", "end"):
        try:
            days[column] = _day(values[column].strip())
        except ValueError:
            files.reject(PROJECTS, record.row, column, values[column], "not a date (YYYY-MM-DD)")
            return None
    return _Project(
        title=_title(_one_line(values["acronym"]), _one_line(values["title"])),
        text=_text(values["objective"], _one_line(values["keywords"])),
        topic=intern(_one_line(values["topics"]) or "; ".join(sorted(topics))),
        fields=tuple(sorted(fields)),
        signed=days["signed"],
        start=days["start"],
        end=days["end"],
    )


def _participations(files: CordisFiles, projects: dict[str, _Project | None]) -> dict[str, dict[_Facts, int]]:
    """What is said of each organisation and how often, by actor id; notes its roles and funding in the projects."""
    facts_of: dict[str, dict[_Facts, int]] = {}
    for record in files.records(ORGANISATIONS):
        values = record.values
        project_id = values["project"].strip()
        problem = _problem(record, ("project", "id", "name"))
        if not problem and project_id not in projects:
            problem = ("project", "no project with this id was read")
        if problem:
            files.reject(ORGANISATIONS, record.row, problem[0], values[problem[0]], problem[1])
            continue
        project = projects[project_id]
        if project is None:
            continue
        try:
            _coordinates(values["geolocation"])
        except ValueError:
            files.reject(
                ORGANISATIONS, record.row, "geolocation", values["geolocation"], "not latitude and longitude"
            )
            values["geolocation"] = ""
        actor_id = f"cordis:{values['id'].strip()}"
        counts = facts_of.setdefault(actor_id, {})
        facts = _facts(values)
        counts[facts] = counts.get(facts, 0) + 1
        project.roles.setdefault(actor_id, set()).add(intern(values["role"].strip()))
        funding = _funding(files, record)
        if funding is not None:
            project.funding[actor_id] = project.funding.get(actor_id, 0.0) + funding
    return facts_of


def _funding(files: CordisFiles, record: Record) -> float | None:
    """The EUR of a row; ``None`` where it says nothing or, after a rejection, nothing that can be understood."""
    column = "net_funding" if record.values["net_funding"].strip() else "funding"
    value = record.values[column].strip()
    try:
        return _euros(value) if value else None
    except ValueError:
        files.reject(ORGANISATIONS, record.row, column, value, "not an amount in EUR (1234.56)")
        return None


def _problem(record: Record, required: Iterable[str]) -> tuple[str, str] | None:
    """The first column that has no usable value, and why."""
    for column in required:
        value = record.values[column].strip()
        if not value:
            return column, "empty"
        if column in ("id", "project") and not (value.isascii() and value.isdigit()):
            return column, "not a number"
    return None


def _facts(values: dict[str, str]) -> _Facts:
    vat = _one_line(values["vat"])
    return _Facts(
        name=_one_line(values["name"]),
        activity=values["activity"].strip().upper(),
        sme=values["sme"].strip().casefold(),
        vat="" if vat.casefold() in _NO_NUMBER else vat,
        website=values["website"].strip(),
        place=(
            _as_cordis(values["country"]),
            values["region"].strip(),
            _one_line(values["city"]),
            values["geolocation"].strip(),
        ),
    )


def _actor(actor_id: str, facts: dict[_Facts, int]) -> Actor:
    with_city = {each: count for each, count in facts.items() if each.place[2]}
    country, region, city, geolocation = _usual(
        (each.place, count) for each, count in (with_city or facts).items()
    )
    coordinates = _coordinates(geolocation) if city else None
    return Actor(
        id=actor_id,
        name=_usual((each.name, count) for each, count in facts.items()),
        group=_GROUPS.get(_usual((each.activity, count) for each, count in facts.items()), ActorGroup.OTHER),
        place=Place(country, region, city, *(coordinates or ())),
        size="SME" if _usual((each.sme, count) for each, count in facts.items()) == "true" else "",
        registration_number=_usual((each.vat, count) for each, count in facts.items()),
        website=_usual((each.website, count) for each, count in facts.items()),
        member=False,
    )


def _usual(counted: Iterable[tuple[T, int]]) -> T:
    """The value counted most often, one that is not empty before one that is; the smallest of several."""
    counts: dict[T, int] = {}
    for value, count in counted:
        counts[value] = counts.get(value, 0) + count
    return min(counts.items(), key=lambda item: (not item[0], -item[1], item[0]))[0]


def _collaboration(project_id: str, project: _Project, kept: Collection[str]) -> Collaboration:
    parts = [(_by_rank(roles), actor_id) for actor_id, roles in project.roles.items() if actor_id in kept]
    parts.sort(key=lambda part: ("coordinator" not in part[0], part[1]))
    return Collaboration(
        id=f"cordis:{project_id}",
        title=project.title,
        participations=tuple(
            Participation(actor_id, intern(", ".join(roles)), project.funding.get(actor_id))
            for roles, actor_id in parts
        ),
        text=project.text,
        commitment=Commitment.PROJECT,
        signed=project.signed,
        start=project.start,
        end=project.end,
        fields=project.fields,
        topic=project.topic,
    )


def _by_rank(roles: Iterable[str]) -> list[str]:
    return sorted(filter(None, roles), key=lambda role: (_RANKS.get(role, len(_RANKS)), role))


def _title(acronym: str, title: str) -> str:
    """The title with the acronym, under which a project is known, before it unless it begins so anyway."""
    return f"{acronym}: {title}" if acronym and not title.casefold().startswith(acronym.casefold()) else title


def _text(objective: str, keywords: str) -> str:
    """Objective and keywords as two paragraphs, so that no sentence runs into the keywords."""
    text = objective.replace("\r\n", "\n").strip()
    if text.strip(" .-\"'").casefold() in _PLACEHOLDERS | {""}:
        text = ""
    return "\n\n".join(filter(None, (text, f"Keywords: {keywords}" if keywords else "")))


def _one_line(value: str) -> str:
    return " ".join(value.split())


def _day(value: str) -> date | None:
    """A day as CORDIS writes it: ISO, with or without a time, or day/month/year; raises ``ValueError``."""
    if not value:
        return None
    if written := _DAY_FIRST.fullmatch(value):
        day, month, year = map(int, written.groups())
        return date(year, month, day)
    return date.fromisoformat(value.split(" ")[0].split("T")[0])


def _euros(value: str) -> float:
    """An amount with a decimal point or comma and no other punctuation; raises ``ValueError``."""
    if not _AMOUNT.fullmatch(value):
        raise ValueError(value)
    return float(value.replace(",", "."))


def _coordinates(value: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees; raises ``ValueError`` for what is neither that nor empty."""
    parts = [part.strip() for part in value.strip(" ()").split(",")]
    if parts == [""]:
        return None
    if len(parts) == 4:  # decimal commas
        parts = [f"{parts[0]}.{parts[1]}", f"{parts[2]}.{parts[3]}"]
    latitude, longitude = map(float, parts)
    if not (math.isfinite(latitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise ValueError(value)
    return latitude, longitude


def _country_code(country: str) -> str:
    """A country as CORDIS writes it, ``EL`` and ``UK`` where ISO has ``GR`` and ``GB``; raises ``ValueError``."""
    code = _as_cordis(country)
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise ValueError(f"{country!r} is not a country's two-letter code, such as DK.")
    return code


def _as_cordis(country: str) -> str:
    code = country.strip().upper()
    return _CORDIS_COUNTRIES.get(code, code)


def _split_topics(topics: str) -> tuple[str, ...]:
    return tuple(topic.strip().casefold() for topic in re.split(r"[;,]", topics))


def _any_begins(values: Iterable[str], prefixes: Collection[str]) -> bool:
    return not prefixes or any(value.casefold().startswith(tuple(prefixes)) for value in values)
