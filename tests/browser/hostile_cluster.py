"""A cluster and an event in which every name and text is one that breaks pages: scripts, quotes, endless words, other directions."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path

from matchmaker.events import Attendance, Attendee, Person, Preference, PreferenceKind, Remark, Session, Table
from matchmaker.workspace import Workspace

SCRIPT = "<script>window.hit=1</script>"
PICTURE = "<img src=x onerror=window.hit=1>"
QUOTES = """"><svg onload=window.hit=1> ' onfocus=window.hit=1 autofocus x='"""
ENDLESS = "Æ" + "bioraffinaderiproteinkoncentrat" * 16
BACKWARDS = "שלום عالم \u202eevil\u202c مرحبا بالعالم"
PICTURES = "👩🏽‍🔬🐄🌾 ❤️‍🔥 ＺＡＬＧＯ h̷̛͎e̴͓͝l̵͙̈́ĺ̶̘o̸͎͒"
TEMPLATES = "{{ 7 * 7 }} ${7*7} {% raw %} %s %(x)s &amp;lt; \\u003cb\\u003e"
BLANK = "\u2007\u2060\u200b."
TEXTS = (SCRIPT, PICTURE, QUOTES, ENDLESS, BACKWARDS, PICTURES, TEMPLATES, BLANK)

EVENT = "hostile"
HEADERS = (
    "id", "name", "group", "description", "offers", "requests", "city", "country", "region", "website", "member",
)  # fmt: skip
GROUPS = ("company", "supplier", "service_provider", "knowledge_institution", "public_body", "other")


def line(text: str, longest: int) -> str:
    """As much of a text as a field of one line takes: what does not print is refused there."""
    return "".join(each for each in text if each.isprintable())[:longest] or "."


def write_actors(path: Path) -> Path:
    """Twenty-four actors, each text another one of ``TEXTS``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number in range(24):
            text = [TEXTS[(number + place) % len(TEXTS)] for place in range(5)]
            writer.writerow(
                (
                    f"a{number:02}",
                    f"{text[0][:290]} {number}",
                    GROUPS[number % len(GROUPS)],
                    f"{text[1]} We press protein out of clover and grass. {text[2]}",
                    f"{text[3]} Brown juice, forty tonnes a day",
                    f"{text[4]} Somebody who takes brown juice",
                    text[1][:90],
                    "DK",
                    text[2][:90],
                    "javascript:window.hit=1" if number % 2 else 'https://example.dk/"onclick="window.hit=1',
                    "yes",
                )
            )
    return path


def write_participants(path: Path, actors: list[str]) -> Path:
    """Four persons more, each named by another one of ``TEXTS``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Aktør-id", "Navn", "E-mail", "Titel"))
        for number, actor in enumerate(actors[:4]):
            writer.writerow(
                (actor, line(TEXTS[number], 190), f"more{number}@example.dk", line(TEXTS[number + 4], 190))
            )
    return path


def fill(folder: Path) -> None:
    """Import, build, and hold an event of it all."""
    with Workspace.open(folder, create=True) as workspace:
        workspace.import_table(write_actors(folder / "actors.csv"), partial=True, who="tests")
        workspace.build()
        events = workspace.events
        created = events.create(
            EVENT,
            place=line(ENDLESS, 200),
            zone="Europe/Copenhagen",
            sessions=[
                Session(line(QUOTES, 100), datetime(2026, 1, 14, 9), datetime(2026, 1, 14, 12), 20, 5),
                Session(line(ENDLESS, 100), datetime(2026, 1, 14, 13), datetime(2026, 1, 14, 15), 20, 5),
            ],
            tables=[Table(f"{line(text, 90)} {number}") for number, text in enumerate(TEXTS)],
            who="tests",
        )
        assert created.event.id == EVENT
        actors = sorted(workspace.published().actor_names())
        events.attend(
            EVENT,
            [
                Attendee(
                    f"p{number}",
                    actor,
                    (
                        Person(
                            line(TEXTS[number % 8], 190),
                            f"p{number}@example.dk",
                            line(TEXTS[(number + 3) % 8], 190),
                        ),
                    ),
                )
                for number, actor in enumerate(actors, 1)
            ],
            who="tests",
        )
        events.import_participants(
            EVENT, write_participants(folder / "participants.csv", actors), who="tests"
        )
        events.prefer(EVENT, [Preference("p1", "p2", PreferenceKind.MUST_MEET)], who="tests")
        events.propose(EVENT, who="tests")
        events.requests.ask(EVENT, "p3", "p4", words=line(ENDLESS, 400), who="tests")
        events.schedule(EVENT, time_limit=2, who="tests")
        version = events.version(EVENT)
        assert version is not None
        first = version.plan.appointments[0]
        events.follow_up.say(EVENT, [Remark(first.a, first.b, Attendance())], who="tests")
        events.seat(EVENT, size=6, rounds=2, time_limit=1, who="tests")
