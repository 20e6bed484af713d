"""Published builds of planted clusters, whole and lacking: what reports and tables are tried on."""

from __future__ import annotations

from functools import cache

import numpy as np

from matchmaker.generation import make_generation
from matchmaker.published import Published
from tests.landscape.planted import DIMENSIONS, Plantation, themed


def published(planted: Plantation, name: str = "build-1") -> Published:
    """A build of planted values, as a reader sees it."""
    made = make_generation(planted.corpus, planted.vectors, step=lambda _step: None)
    return Published(name, made, lambda _text: np.zeros(DIMENSIONS, dtype=np.float32))


def nobody() -> Plantation:
    return Plantation()


def one_actor() -> Plantation:
    planted = Plantation()
    planted.actor("a1", 0, text="biogas")
    return planted


def three_actors() -> Plantation:
    planted = Plantation()
    for number in range(3):
        planted.actor(f"a{number}", number, text=f"Firm {number} sells biogas.")
    return planted


def no_dates() -> Plantation:
    return themed(60, 3, years=False)


def no_collaborations() -> Plantation:
    planted = themed(60, 3)
    planted.collaborations = []
    return planted


def one_year() -> Plantation:
    planted = themed(60, 3, years=False)
    planted.collaborations = []
    for number in range(30):
        theme = number % 3
        members = planted.random.choice(range(theme, 60, 3), 3, replace=False)
        planted.collaboration(number, [f"a{member:04}" for member in members], year=2022)
    return planted


def no_text() -> Plantation:
    planted = Plantation()
    for number in range(20):
        planted.actor(f"a{number:02}")
    return planted


def all_alike() -> Plantation:
    planted = Plantation()
    for number in range(30):
        planted.actor(f"a{number:02}", 0, text="the same biogas")
    planted.rows = [planted.rows[0]] * 30
    return planted


def hostile() -> Plantation:
    """Names that mean something to a page, a typesetter, a spreadsheet or an XML reader."""
    planted = themed(40, 2)
    nasty = (
        "<script>alert(1)</script>",
        '#import "x": *',
        "=HYPERLINK(1)",
        "a & b \x01 c",
        "$x^2$ *fed* _x_ @ref 🌱 東京",
        "\\",
    )
    for number, name in enumerate(nasty):
        planted.actor(f"z{number}", 0, text=f"{name} biogas digester", name=name)
    members = ["z0", "z1", "z2", "z3", "a0000"]
    planted.collaboration(900, members, 0, year=2019, text='<b>#panic("x")</b> =1+1 biogas')
    return planted


LACKING = {
    "nobody": nobody,
    "one_actor": one_actor,
    "three_actors": three_actors,
    "no_dates": no_dates,
    "no_collaborations": no_collaborations,
    "one_year": one_year,
    "no_text": no_text,
    "all_alike": all_alike,
    "hostile": hostile,
}


@cache
def lacking_build(name: str) -> Published:
    """The build of one of ``LACKING``, made once."""
    return published(LACKING[name]())


@cache
def town() -> Published:
    """A hundred and twenty actors in four planted themes, with dated collaborations."""
    return published(themed(120, 4))
