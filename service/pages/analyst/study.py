"""A topic as a page: what it means in a sentence, what was found, pictures, tables, definitions, and files of all of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import HTTPException, Request, Response
from markupsafe import Markup

from matchmaker.published import Published
from matchmaker.reporting.values import Cell, Linked, Note, Number, Plot, Plots, Sentence, Tone
from matchmaker.reporting.writing import WrittenPlots, write_block
from service.pages.analyst.sheets import Ending, Sheet, all_of, file_of, shown
from service.pages.analyst.views import View, Viewed
from service.pages.overview import empty_page
from service.pages.rendering import own_path, page, wording_of
from service.pages.telling import in_language

MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
    "graphml": "application/xml",
}
ALL_TABLES = "all"
"""Stands for every table of a page where one is named."""
OPTIONS_SHOWN = 60
"""More sub-clusters would make a choice that nobody can read; the largest are offered."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to a choice."""

    value: str
    key: str = ""
    """Of its words, or ``""`` where ``words`` are somebody's own."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Something to choose by; ``field.{name}`` is the key of its label."""

    name: str
    kind: Literal["choice", "text", "year", "date"]
    value: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Study:
    """What a topic shows."""

    topic: str
    said: tuple[Sentence | Note, ...] = ()
    fields: tuple[Field, ...] = ()
    plots: tuple[Plot, ...] = ()
    sheets: tuple[Sheet[Any], ...] = ()
    nothing: str = ""
    """The key of what to say where there is not enough data, or ``""``."""
    defined: int = 0
    """How many definitions the topic has: ``define.{topic}.1`` and so on."""
    more: Mapping[str, object] = field(default_factory=dict)
    """What the topic's own part of the page shows."""


@dataclass(frozen=True, slots=True)
class Working:
    """Something that is still worked out."""

    done: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Names:
    """What actors and sub-clusters are called in one build."""

    actors: dict[str, str]
    parts: dict[str, str]

    def part(self, sub_cluster_id: str) -> Cell:
        """A sub-cluster by name, leading to its page where the build has it."""
        name = self.parts.get(sub_cluster_id)
        return sub_cluster_id or "–" if name is None else Linked(name, sub_cluster_id=sub_cluster_id)

    def actor(self, actor_id: str) -> Cell:
        """An actor by name, leading to its page; nothing of one that is gone."""
        name = self.actors.get(actor_id)
        return "–" if name is None else Linked(name, actor_id=actor_id)


@dataclass(frozen=True, slots=True)
class Download:
    """Which table of a page is asked for as a file."""

    table: str = ""
    ending: Ending | None = None


def names_of(snapshot: Published) -> Names:
    """The names of a build."""
    return Names(snapshot.actor_names(), {each.id: each.label for each in snapshot.sub_clusters()})


def by_number(key: str, number: int, figures: Mapping[str, Cell], tone: Tone = "plain") -> Sentence:
    """The sentence ``key.one`` or ``key.many`` with ``{number}`` among its figures."""
    counted: dict[str, Cell] = {"number": Number(number)}
    return Sentence(f"{key}.{'one' if number == 1 else 'many'}", {**figures, **counted}, tone)


def part_field(snapshot: Published, chosen: str, *, tops_only: bool = False, name: str = "part") -> Field:
    """The choice of a sub-cluster, the largest first, specialisations behind what they are part of."""
    tops = sorted(
        (each for each in snapshot.sub_clusters() if each.parent_id is None),
        key=lambda each: (-len(each.members), each.id),
    )
    options: list[Option] = []
    for top in tops:
        options.append(Option(top.id, words=top.label))
        if not tops_only:
            inside = [each for each in snapshot.sub_clusters() if each.parent_id == top.id]
            inside.sort(key=lambda each: (-len(each.members), each.id))
            options += [Option(each.id, words=f"– {each.label}") for each in inside]
    shown_options = options[:OPTIONS_SHOWN]
    if chosen and all(each.value != chosen for each in shown_options):
        shown_options += [each for each in options if each.value == chosen]
    return Field(name, "choice", chosen, (Option("", "field.any_part"), *shown_options))


def choice(
    name: str, chosen: object, prefix: str, values: Sequence[str], *, every: str = "word.any"
) -> Field:
    """A choice among words of the catalogues; ``every`` stands for no choice, ``""`` leaves that out."""
    first = (Option("", every),) if every else ()
    return Field(
        name,
        "choice",
        "" if chosen is None else str(chosen),
        (*first, *(Option(value, f"{prefix}.{value}") for value in values)),
    )


def answer(request: Request, seen: Viewed, wanted: Download, found: Study | Working) -> Response:
    """A topic's page, one of its tables as a file, or how far it is."""
    snapshot, view = seen.snapshot, seen.view
    if snapshot is None or view is None:
        return empty_page(request)
    if isinstance(found, Working):
        return working_page(request, snapshot, found)
    if wanted.ending is not None:
        return _file(request, found, wanted.table, wanted.ending, snapshot)
    return study_page(request, snapshot, view, found)


def study_page(request: Request, snapshot: Published, view: View, found: Study) -> Response:
    """The page of a topic."""
    wording = wording_of(request)
    asked = dict(request.query_params)
    sheets = [shown(each, asked, wording) for each in found.sheets if each.rows or not each.if_any]
    plots = write_block(Plots(found.plots), wording)
    return page(
        request,
        "analyst/study.html",
        snapshot=snapshot,
        view=view,
        topic=found.topic,
        study=found,
        said=[write_block(each, wording, in_language) for each in found.said],
        sheets=sheets,
        plots=plots.plots if isinstance(plots, WrittenPlots) else (),
        # What is drawn is markup of our own making, every word in it escaped.
        picture=Markup,
        file_address=lambda table, ending: _file_address(request, table, ending),
        kept_fields=_kept_fields(found, request),
        filtered=any(request.query_params.get(each.name) for each in found.fields),
    )


def _kept_fields(found: Study, request: Request) -> list[tuple[str, str]]:
    """What a filter form has to send along so that the order of the tables and the build stay."""
    own = {each.name for each in found.fields}
    return [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in own and (name == "build" or name.startswith("sort_"))
    ]


def working_page(request: Request, snapshot: Published, far: Working, *, kind: str = "study") -> Response:
    """How far something is that takes long; the page asks again by itself."""
    again = own_path(request)
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if value])
    response = page(
        request,
        "analyst/working.html",
        snapshot=snapshot,
        status=503,
        far=far,
        kind=kind,
        again=f"{again}?{query}" if query else again,
    )
    response.headers["Retry-After"] = "3"
    return response


def _file(request: Request, found: Study, table: str, ending: Ending, snapshot: Published) -> Response:
    if table == ALL_TABLES and ending != "csv":
        return as_file(
            all_of(found.sheets, dict(request.query_params), ending),
            f"matchmaker-{found.topic}-{snapshot.generation}.{ending}",
        )
    sheet = next((each for each in found.sheets if each.name == table), None)
    if sheet is None or ending == "zip":
        raise HTTPException(404, detail="This page has no such table.")
    return as_file(
        file_of(sheet, dict(request.query_params), ending),
        f"matchmaker-{found.topic}-{table}-{snapshot.generation}.{ending}",
    )


def as_file(content: bytes, name: str) -> Response:
    """A download."""
    return Response(
        content,
        media_type=MEDIA_TYPES[name.rpartition(".")[2]],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",
        },
    )


def _file_address(request: Request, table: str, ending: str) -> str:
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if value and name not in ("lang", "format", "table") and not name.startswith("page_")
    ]
    return f"{own_path(request)}?{urlencode([*kept, ('table', table), ('format', ending)])}"
