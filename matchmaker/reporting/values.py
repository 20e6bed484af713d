"""A report as values that know no language: sections of sentences with figures, tables, and numbers to draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Number:
    """A figure, written with so many decimals."""

    value: float
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """A share from 0 to 1, written in per cent."""

    value: float


@dataclass(frozen=True, slots=True)
class Range:
    """An interval, written from low to high; in per cent where ``share`` is set."""

    low: float
    high: float
    decimals: int = 1
    share: bool = False


@dataclass(frozen=True, slots=True)
class Year:
    """A year, written without a separator."""

    value: int


@dataclass(frozen=True, slots=True)
class Day:
    """A date."""

    value: date


@dataclass(frozen=True, slots=True)
class Word:
    """A text of the catalogues, with figures put in."""

    key: str
    figures: Mapping[str, Cell] = field(default_factory=dict)
    inside: bool = False
    """It stands inside a sentence: the first letter is a small one."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what is counted: ``12 members``."""

    key: str
    number: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Several cells with commas between them, or with what ``between`` says."""

    cells: tuple[Cell, ...]
    between: str = ", "


@dataclass(frozen=True, slots=True)
class Region:
    """A region or a country by its code, written with its name where that is known."""

    code: str


@dataclass(frozen=True, slots=True)
class Linked:
    """A name that leads to a sub-cluster's or an actor's own page."""

    name: str
    sub_cluster_id: str = ""
    actor_id: str = ""


UNKNOWN = Word("report.unknown")
"""Stands where a figure cannot be known."""

Cell = str | Number | Share | Range | Year | Day | Word | Counted | Region | Listed | Linked
"""A plain ``str`` is somebody's own words, as a name, and is not translated."""

Tone = Literal["plain", "finding", "caution"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the catalogues with its figures; ``finding`` stands out, ``caution`` says what cannot be known."""

    key: str
    figures: Mapping[str, Cell] = field(default_factory=dict)
    tone: Tone = "plain"
    heading: str = ""
    """Key of a few words in front of the sentence, or ``""``."""


@dataclass(frozen=True, slots=True)
class Note:
    """A build's own note, as it was written, in English."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; ``caption`` and ``columns`` are keys."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a bar chart."""

    label: Cell
    value: float
    shown: Cell
    """The value as it is written at the end of the bar."""
    colour: str = "accent"
    """Name of a colour: ``accent``, ``warm``, ``quiet``, an actor group, or ``hue-3``."""
    low: float | None = None
    """Lower end of an interval, drawn as a whisker."""
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars from 0; ``title``, ``axis`` (what is measured, with its unit) and ``column`` are keys."""

    title: str
    axis: str
    column: str
    bars: tuple[Bar, ...]
    most: float | None = None
    """Where the axis ends; the largest value where it is ``None``."""
    reference: float | None = None
    """A value that all are compared with, drawn as a line."""
    reference_label: Cell = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a stack, drawn in a colour of its own."""

    key: str
    """What is counted, as a key."""
    colour: str
    value: int


@dataclass(frozen=True, slots=True)
class Stack:
    """One line of a chart of stacked bars."""

    label: Cell
    parts: tuple[Part, ...]
    number: int = 0
    """The number that stands for it on the map, or 0."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """Horizontal bars made of parts."""

    title: str
    axis: str
    column: str
    stacks: tuple[Stack, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """One column a year, without gaps in the years."""

    title: str
    axis: str
    values: Mapping[int, int]
    colour: str = "accent"
    unfinished: bool = False
    """The last year is not over in the data: its column is drawn hollow."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One line of a ladder: how many of the steps it has reached."""

    label: Cell
    reached: int | None
    """Index of the furthest step; ``None`` where it is not known."""
    shown: Cell


@dataclass(frozen=True, slots=True)
class Ladder:
    """Which of some steps in order each line has reached; ``steps`` are keys."""

    title: str
    axis: str
    column: str
    steps: tuple[str, ...]
    rungs: tuple[Rung, ...]
    marked: int | None
    """Index of the step that all lines together stand for, drawn with a frame."""


@dataclass(frozen=True, slots=True)
class Place:
    """A dot of a map; coordinates from 0 to 1, the origin at the upper left."""

    x: float
    y: float
    colour: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A number written on a map."""

    x: float
    y: float
    number: int
    label: Cell
    members: int


@dataclass(frozen=True, slots=True)
class Map:
    """Actors as dots, those who are alike near each other."""

    title: str
    axis: str
    places: tuple[Place, ...]
    marks: tuple[Mark, ...]
    actors: int


Plot = Bars | Stacks | Columns | Ladder | Map


@dataclass(frozen=True, slots=True)
class Plots:
    """Plots that stand beside each other where there is room."""

    plots: tuple[Plot, ...]


Block = Sentence | Note | Table | Plots


@dataclass(frozen=True, slots=True)
class Section:
    """What a report says about one topic; ``key`` names its heading and its place in an address."""

    key: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is said about a cluster or one of its sub-clusters, from one build."""

    build: str
    sub_cluster_id: str
    """``""`` for the whole cluster."""
    title: Cell
    lead: Sentence
    newest: date | None
    """The newest day in the data: what the report is dated by, since nothing here is read from a clock."""
    sections: tuple[Section, ...]
