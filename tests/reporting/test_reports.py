"""A report says what a build holds, in both languages, and what cannot be known where something is lacking."""

from __future__ import annotations

import re
import string
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.landscape.backtest import Backtest, Calibration, Row
from matchmaker.landscape.findings import Landscape, MapPoint
from matchmaker.landscape.precision import Estimate
from matchmaker.published import Published
from matchmaker.reporting import WORDINGS, LookingBack, WrittenReport, report, write
from matchmaker.reporting.danish import TEXTS as DANISH
from matchmaker.reporting.drawing import PALETTE, cut, ticks
from matchmaker.reporting.english import TEXTS as ENGLISH
from matchmaker.reporting.values import Columns, Plots
from matchmaker.reporting.writing import WrittenPlots, WrittenTable, WrittenText
from tests.conftest import ROOT
from tests.landscape.planted import Plantation, themed
from tests.reporting import worlds
from tests.reporting.worlds import LACKING, lacking_build, published


@pytest.fixture(scope="module")
def town() -> Published:
    return worlds.town()


def sentences(written: WrittenReport, section: str = "") -> str:
    return "\n".join(
        f"{block.heading} {''.join(run.text for run in block.runs)}".strip()
        for each in written.sections
        if section in ("", each.key)
        for block in each.blocks
        if isinstance(block, WrittenText)
    )


def tables(written: WrittenReport) -> list[WrittenTable]:
    blocks = [block for section in written.sections for block in section.blocks]
    return [block for block in blocks if isinstance(block, WrittenTable)] + [
        plot.table for block in blocks if isinstance(block, WrittenPlots) for plot in block.plots
    ]


def pictures(written: WrittenReport) -> list[str]:
    return [
        plot.svg
        for section in written.sections
        for block in section.blocks
        if isinstance(block, WrittenPlots)
        for plot in block.plots
    ]


def test_both_catalogues_have_the_same_keys_with_the_same_values_to_fill_in() -> None:
    assert DANISH.keys() == ENGLISH.keys()
    for key in ENGLISH:
        danish, english = (
            {name for _, name, _, _ in string.Formatter().parse(each[key]) if name}
            for each in (DANISH, ENGLISH)
        )
        assert danish == english, key


def test_the_first_page_answers_a_boards_questions(town: Published) -> None:
    said = sentences(write(report(town), WORDINGS["en"]), "brief")
    assert "120 actors." in said
    assert "They fall into 4 sub-clusters" in said
    assert "What it is made of." in said
    assert "How far the figures can be trusted." in said


def test_danish_is_danish(town: Published) -> None:
    written = write(report(town), WORDINGS["da"])
    assert written.title == "Klyngen"
    assert "De falder i 4 delklynger" in sentences(written)
    for english in (" the ", " of ", "actors"):
        assert english not in sentences(written)


def test_every_sub_cluster_and_specialisation_has_a_report(town: Published) -> None:
    for each in town.sub_clusters():
        written = write(report(town, each.id), WORDINGS["en"])
        assert written.title == each.label
        assert f"{len(each.members)} actor" in written.lead


def test_an_unknown_sub_cluster_is_refused(town: Published) -> None:
    with pytest.raises(SubClusterNotFoundError):
        report(town, "sc-nowhere")


def test_the_same_build_gives_the_same_report(town: Published) -> None:
    assert report(town) == report(published(themed(120, 4)))


def test_figures_agree_with_the_build(town: Published) -> None:
    written = write(report(town), WORDINGS["en"])
    by_caption = {table.caption: table for table in tables(written)}
    parts = by_caption["The sub-clusters in figures"]
    label = parts.columns.index("Sub-cluster")
    members = parts.columns.index("Members")
    shown = {row[label][0].sub_cluster_id: row[members][0].text for row in parts.rows}
    assert shown == {
        each.id: str(len(each.members)) for each in town.sub_clusters() if each.parent_id is None
    }


def test_names_in_a_report_lead_to_their_own(town: Published) -> None:
    runs = [
        run
        for section in write(report(town), WORDINGS["en"]).sections
        for block in section.blocks
        if isinstance(block, WrittenText)
        for run in block.runs
    ]
    assert {run.sub_cluster_id for run in runs if run.sub_cluster_id} <= {
        each.id for each in town.sub_clusters()
    }
    assert any(run.sub_cluster_id for run in runs)


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_picture_is_well_formed_and_has_its_figures_as_text(town: Published, language: str) -> None:
    written = write(report(town), WORDINGS[language])
    assert len(pictures(written)) >= 4
    for svg in pictures(written):
        root = ElementTree.fromstring(svg)
        assert root.get("viewBox")
        assert "style=" not in svg
        assert "NaN" not in svg
        assert "inf" not in svg
    for section in written.sections:
        for block in section.blocks:
            if isinstance(block, WrittenPlots):
                for plot in block.plots:
                    assert plot.alternative.startswith(plot.title)
                    assert plot.table.rows


def columns_of(build: Published) -> list[Columns]:
    return [
        plot
        for section in report(build).sections
        for block in section.blocks
        if isinstance(block, Plots)
        for plot in block.plots
        if isinstance(plot, Columns)
    ]


def test_a_year_that_is_not_over_is_drawn_hollow() -> None:
    planted = themed(120, 3)
    planted.collaborations = [
        replace(each, start=date(year, 1 + (number // 9) % (2 if year == 2020 else 12), 15))
        for number, each in enumerate(planted.collaborations)
        for year in [each.start.year if each.start else 0]
    ]
    build = published(planted)
    assert columns_of(build)
    assert all(plot.unfinished for plot in columns_of(build))
    written = write(report(build), WORDINGS["en"])
    assert "The year 2020 is not counted to its end" in sentences(written)
    assert sum(svg.count("plot-hollow") for svg in pictures(written)) == len(columns_of(build))
    assert "2018–2020" not in sentences(written, "growth")


def test_a_year_that_is_over_is_drawn_whole(town: Published) -> None:
    assert columns_of(town)
    assert not any(plot.unfinished for plot in columns_of(town))


def test_a_date_far_off_draws_no_empty_years() -> None:
    planted = themed(120, 3)
    planted.collaborations[0] = replace(planted.collaborations[0], start=date(2050, 1, 1))
    build = published(planted)
    assert all(max(plot.values) == 2020 for plot in columns_of(build))
    assert "1 collaboration with a date far from the others" in sentences(
        write(report(build), WORDINGS["en"])
    )


def test_a_report_without_a_backtest_says_where_it_is(town: Published) -> None:
    said = sentences(write(report(town), WORDINGS["en"]), "spin_offs")
    assert "the page “Looking back” tells it" in said
    assert "being worked out" in sentences(
        write(report(town, backtest=LookingBack.WORKING), WORDINGS["en"]), "spin_offs"
    )


def test_a_backtest_that_cannot_look_back_says_so() -> None:
    build = lacking_build("one_year")
    said = sentences(write(report(build, backtest=build.analysis.looked_back()), WORDINGS["en"]), "spin_offs")
    assert "Looking back takes several whole years" in said


def test_a_backtest_is_drawn_beside_the_candidates_with_what_it_is_worth() -> None:
    found = Backtest(
        days=(date(2018, 12, 31), date(2019, 12, 31)),
        named=(),
        rows=tuple(
            Row("candidates", "actors", (0, 12), ranking, 2, Estimate(value, value / 2, 2 * value), None)
            for ranking, value in (("forecast", 0.2), ("random", 0.1), ("mean_reversion", 0.15))
        ),
        against_best=(),
        calibration=(Calibration("candidates", 40, 0.25, 0.24, ()),),
        notes=(),
    )
    build = worlds.town()
    written = write(report(build, backtest=found), WORDINGS["en"])
    said = sentences(written, "spin_offs")
    assert "Seen from 2 days between 31 December 2018 and 31 December 2019" in said
    assert "the probabilities say no more than the base rate" in said
    if build.spin_offs():
        assert any(
            "Looking back" in plot for table in [tables(written)] for plot in [t.caption for t in table]
        )


@pytest.mark.parametrize("lacking", LACKING)
def test_whatever_is_lacking_there_is_a_report_in_both_languages(lacking: str) -> None:
    build = lacking_build(lacking)
    for language in ("da", "en"):
        for part in ["", *(each.id for each in build.sub_clusters())]:
            written = write(report(build, part), WORDINGS[language])
            for svg in pictures(written):
                ElementTree.fromstring(svg)
            assert sentences(written, "trust")


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ("nobody", "There are no actors, so there is nothing to tell."),
        ("three_actors", "3 actors are few: a division of them is a proposal, not a fact."),
        ("three_actors", "No sub-clusters were found"),
        ("no_dates", "No collaboration has a date, so growth cannot be measured."),
        ("no_dates", "Without dates, growth, phase and spin-offs cannot be judged."),
        ("no_collaborations", "There are no collaborations in the data, so growth cannot be measured."),
        ("one_year", "All collaborations are of one year"),
        ("one_year", "No year is counted to its end"),
        ("no_text", "There are no collaborations"),
    ],
)
def test_what_cannot_be_known_is_said(lacking: str, said: str) -> None:
    assert said in sentences(write(report(lacking_build(lacking)), WORDINGS["en"]))


@pytest.mark.parametrize("lacking", ["nobody", "no_dates", "no_collaborations"])
def test_nothing_is_claimed_to_grow_without_dates(lacking: str) -> None:
    said = sentences(write(report(lacking_build(lacking)), WORDINGS["en"]))
    assert not re.search(r"began in \d{4}", said)
    assert "stands out most" not in said


def test_the_colours_of_paper_are_those_of_the_pages() -> None:
    style = (ROOT / "service" / "static" / "style.css").read_text("utf-8")
    light = style[: style.index("@media (prefers-color-scheme: dark)")]
    assert {name: re.search(rf"--{name}: (#\w+)", light)[1] for name in PALETTE} == PALETTE  # type: ignore[index]


def test_ticks_are_round_and_reach_the_end() -> None:
    for most in (0.003, 0.7, 1.0, 3, 9, 67, 112, 4_321, 27_735):
        found = ticks(most)
        assert found[0] == 0
        assert found[-1] >= most * (1 - 1e-9)
        assert len(found) <= 6
    assert ticks(0) == [0.0, 1.0]


def test_a_label_that_is_too_long_is_cut_with_an_ellipsis() -> None:
    assert cut("kort", 100) == "kort"
    assert cut("x" * 100, 100).endswith("…")
    assert len(cut("X" * 100, 100)) < len(cut("x" * 100, 100))


def test_a_map_of_thousands_stays_small() -> None:
    planted = Plantation(spread=2.0)
    for number in range(3000):
        planted.actor(f"a{number:04}", number % 8, text=f"firm {number}")
    points = tuple(
        MapPoint(f"a{number:04}", *(float(each) for each in planted.random.uniform(-1, 1, 2)))
        for number in range(3000)
    )
    build = published(themed(20, 2))
    build._landscape = Landscape((), (), points)
    svg = max(pictures(write(report(build), WORDINGS["en"])), key=len)
    assert len(svg) < 60_000


def test_a_report_reads_no_clock_and_no_file() -> None:
    for path in (ROOT / "matchmaker" / "reporting").rglob("*.py"):
        text = Path(path).read_text("utf-8")
        assert ".now(" not in text
        assert ".today(" not in text
