"""A form of funding is told from a trade by what its collaborations lack, and nothing is said where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation
from matchmaker.corpus import Corpus, corpus
from matchmaker.landscape import Landscape, SubCluster
from matchmaker.landscape.funder_forms import funder_forms


def collaborations(prefix: str, count: int, *, topic: str, fields: tuple[str, ...], title: str) -> list[Collaboration]:  # fmt: skip
    return [
        Collaboration(f"{prefix}{number:02}", title.format(chr(97 + number) * 5), (Participation("a"),),
                      start=date(2022, 1, 1), topic=topic.format(2021 + number % 3), fields=fields)
        for number in range(count)
    ]  # fmt: skip


def data(*, fields: bool = True) -> tuple[Corpus, Landscape]:
    known = ("/natural sciences/chemistry",) if fields else ()
    nights = collaborations(
        "n", 8, topic="CITIZENS-{}-01", fields=(), title="European night of {} researchers"
    )
    gases = collaborations("g", 8, topic="GAS-{}-01", fields=known, title="{} hydrogen")
    others = collaborations("o", 40, topic="FREE-{}-01", fields=known, title="{} other")
    columns = corpus([Actor("a", "A", ActorGroup.COMPANY)], [*nights, *gases, *others], [])
    groups = tuple(
        SubCluster(name, None, name, (), (), {}, {}, {}, tuple(each.id for each in members))
        for name, members in (("nights", nights), ("gases", gases), ("few", others[:3]))
    )
    return columns, Landscape(groups, (), ())


def test_projects_without_fields_from_one_call_look_like_a_form() -> None:
    found = funder_forms(*data())
    assert found["nights"].looks_like_form is True
    assert found["nights"].call == "CITIZENS"
    assert found["nights"].call_share == 1
    assert found["nights"].recurring_titles == 1


def test_a_trade_with_a_call_of_its_own_is_no_form() -> None:
    found = funder_forms(*data())
    assert found["gases"].looks_like_form is False
    assert found["gases"].call_share == 1
    assert found["gases"].without_field_excess == 0


def test_nothing_is_said_without_fields_or_of_few_collaborations() -> None:
    found = funder_forms(*data(fields=False))
    assert found["nights"].looks_like_form is None
    assert found["nights"].without_field is None
    assert "few" not in found


def test_no_topics_and_no_titles_do_no_harm() -> None:
    columns, landscape = data()
    bare = replace(columns, topics=[""] * len(columns.topics), titles=[""] * len(columns.titles))
    found = funder_forms(bare, landscape)["nights"]
    assert found.call_share is None
    assert found.looks_like_form is False
