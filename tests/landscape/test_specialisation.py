"""From a corpus to tables of specialisation: what is counted, what is told, and what cannot be known."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from datetime import date

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Collaboration, Participation, Place
from matchmaker.analysis import Analysis
from matchmaker.corpus import Corpus, corpus
from matchmaker.landscape.findings import Landscape, Member, SubCluster
from matchmaker.landscape.specialisation import krugman_index, location_quotient
from matchmaker.landscape.specialisation.findings import Cell, Specialisation, Verdict
from tests.landscape.test_bad_input import finite

TODAY = date(2024, 6, 1)
GROUPS = tuple(ActorGroup)


def sub_cluster(
    name: str, members: list[str], collaborations: list[str] | None = None, parent: str | None = None
) -> SubCluster:
    return SubCluster(
        name, parent, f"label of {name}", (), tuple(Member(each, 0.5) for each in members), {}, {}, {}, tuple(collaborations or [])
    )  # fmt: skip


def landscape(*sub_clusters: SubCluster) -> Landscape:
    return Landscape(sub_clusters, (), ())


def towns(plan: dict[str, dict[str, int]], *, level: str = "2") -> tuple[Corpus, Landscape]:
    """Actors by region and sub-cluster, as many as planned; each with one collaboration with its neighbour in both."""
    actors, collaborations, members, belongs = [], [], {}, {}
    for region, themes in plan.items():
        for theme, count in themes.items():
            names = [f"{region}-{theme}-{number:03}" for number in range(count)]
            actors += [
                Actor(name, name, GROUPS[number % 2], place=Place(region[:2], region))
                for number, name in enumerate(names)
            ]
            members.setdefault(theme, []).extend(names)
            for number, name in enumerate(names):
                other = names[(number + 1) % count]
                each = Collaboration(
                    f"c-{name}",
                    name,
                    (Participation(name, "", 100.0), Participation(other, "", 50.0)),
                    start=date(2020 + number % 3, 3, 1),
                    fields=(f"/{theme[0]}/{theme}/deep",),
                )
                collaborations.append(each)
                belongs.setdefault(theme, []).append(each.id)
    found = landscape(*(sub_cluster(theme, members[theme], belongs[theme]) for theme in sorted(members)))
    return corpus(actors, collaborations, []), found


PLAN = {
    "DK041": {"grass": 40, "wind": 10, "whey": 10},
    "DK042": {"grass": 10, "wind": 40, "whey": 10},
    "DK050": {"grass": 30, "wind": 30, "whey": 28},
    "SE224": {"grass": 3, "whey": 30},
    "SE110": {"wind": 3},
}


def asked(data: tuple[Corpus, Landscape], *arguments: object, **options: object) -> Specialisation:
    analysis = Analysis(data[0], np.zeros((0, 3), np.float32), data[1])
    found = analysis.specialisation(*arguments, today=TODAY, **options)  # type: ignore[arg-type]
    assert finite(asdict(found))
    json.dumps(asdict(found), allow_nan=False)
    return found


def cell(found: Specialisation, row: str, column: str) -> Cell:
    return next(each for each in found.of(row) if each.column_id == column)


class TestCounting:
    def test_regions_by_sub_clusters_count_members_and_tell_what_is_sure(self) -> None:
        found = asked(towns(PLAN), "region", "sub-clusters", level=3)
        assert [row.id for row in found.rows] == ["DK041", "DK042", "DK050", "SE110", "SE224"]
        amounts = [
            [cell(found, row, column).amount for column in ("grass", "whey", "wind")]
            for row in ("DK041", "DK042", "DK050")
        ]
        assert amounts == [[40, 10, 10], [10, 10, 40], [30, 28, 30]]
        whole = np.array([*amounts, [0, 0, 3], [3, 30, 0]])
        quotients = location_quotient(whole)
        assert cell(found, "DK041", "grass").quotient == pytest.approx(quotients[0, 0])
        assert [each.column_id for each in found.specialised("DK041")] == ["grass"]
        assert [each.column_id for each in found.specialised("SE224")] == ["whey"]
        assert found.specialised("DK050") == ()
        assert cell(found, "DK042", "grass").verdict is Verdict.BELOW
        assert cell(found, "DK050", "wind").verdict is Verdict.UNSURE
        assert found.rows[0].krugman_index == pytest.approx(krugman_index(whole)[0])

    def test_three_actors_never_make_a_figure(self) -> None:
        found = asked(towns(PLAN), level=3)
        few = cell(found, "SE224", "grass")
        assert (few.actors, few.verdict, few.present) == (3, Verdict.BELOW, False)
        alone = cell(found, "SE110", "wind")
        assert (alone.actors, alone.quotient, alone.verdict, alone.present) == (
            3,
            None,
            Verdict.TOO_FEW,
            False,
        )
        (row,) = (row for row in found.rows if row.id == "SE110")
        assert (row.enough, row.diversity, row.krugman_index, row.density) == (False, None, None, None)
        assert any("fewer than 5 actors" in note for note in found.notes)
        assert all(each.quotient is None for each in found.cells if each.verdict is Verdict.TOO_FEW)

    def test_with_a_least_of_one_presence_is_econgeos(self) -> None:
        found = asked(towns(PLAN), level=3, least=1)
        amounts = np.array([each.amount for each in found.cells]).reshape(5, 3)
        present = np.array([each.present for each in found.cells]).reshape(5, 3)
        assert np.array_equal(present, location_quotient(amounts, binary=True))

    @pytest.mark.parametrize(
        ("level", "rows"),
        [
            (0, ["DK", "SE"]),
            (1, ["DK0", "SE1", "SE2"]),
            (2, ["DK04", "DK05", "SE11", "SE22"]),
            (3, sorted(PLAN)),
        ],
    )
    def test_regions_at_every_level(self, level: int, rows: list[str]) -> None:
        assert [row.id for row in asked(towns(PLAN), level=level).rows] == rows

    def test_names_of_regions_stay_and_coarser_codes_are_left_out(self) -> None:
        places = (
            [("DK", "Vestjylland")] * 6
            + [("DK", "DK0")] * 3
            + [("", "DK041")] * 6
            + [("GR", "EL301")] * 6
            + [("DK", "")]
        )
        actors = [
            Actor(f"a{at:02}", "A", ActorGroup.OTHER, place=Place(*place)) for at, place in enumerate(places)
        ]
        found = asked((corpus(actors, [], []), landscape(sub_cluster("x", [each.id for each in actors]))))
        assert [row.id for row in found.rows] == ["DK04", "EL30", "Vestjylland"]
        assert found.notes[0] == "4 of 22 actors are left out: their region at level 2 is not known."

    def test_countries_and_groups_are_rows_too(self) -> None:
        assert [row.id for row in asked(towns(PLAN), "country").rows] == ["DK", "SE"]
        assert [row.id for row in asked(towns(PLAN), "group").rows] == ["company", "supplier"]

    def test_projects_are_counted_once_for_a_region(self) -> None:
        found = asked(towns(PLAN), weight="projects", level=3)
        assert cell(found, "DK041", "grass").amount == 40
        assert cell(found, "DK041", "grass").actors == 40

    def test_money_is_summed_and_parted_among_fields(self) -> None:
        found = asked(towns(PLAN), weight="money", level=3)
        assert cell(found, "DK041", "grass").amount == 40 * 150
        data, scape = towns(PLAN)
        two = replace(data, fields=[[*paths, "/g/other/deep"] for paths in data.fields])
        found = asked((two, scape), of="fields", weight="money", level=3)
        assert cell(found, "DK041", "g/grass").amount == 40 * 150 / 2
        assert sum(each.amount for each in found.cells) == pytest.approx(data.funding.sum())

    def test_one_large_grant_is_less_sure_than_many(self) -> None:
        data, scape = towns(PLAN)
        lumpy = data.funding.copy()
        grass = [at for at, name in enumerate(data.ids) if name.startswith("DK041-grass")]
        rows = np.repeat(np.arange(len(data.ids)), np.diff(lumpy.indptr))
        inside = np.isin(rows, grass)
        lumpy.data[inside] = 1.0
        lumpy.data[np.flatnonzero(inside)[0]] = 40 * 150 - inside.sum() + 1
        even = cell(asked((data, scape), weight="money", level=3), "DK041", "grass")
        uneven = cell(asked((replace(data, funding=lumpy), scape), weight="money", level=3), "DK041", "grass")
        assert (uneven.amount, uneven.quotient) == (pytest.approx(even.amount), pytest.approx(even.quotient))
        assert uneven.lower < even.lower < even.upper < uneven.upper

    def test_fields_are_cut_to_a_level(self) -> None:
        assert [each.id for each in asked(towns(PLAN), of="fields", field_level=1).columns] == ["g", "w"]
        deep = asked(towns(PLAN), of="fields", field_level=9)
        assert deep.columns[0].id == "g/grass/deep"
        assert "No field's path has 9 parts; 3 are taken." in deep.notes

    def test_years_take_only_their_collaborations(self) -> None:
        one = asked(towns(PLAN), weight="projects", level=3, years=(2020, 2020))
        rest = asked(towns(PLAN), weight="projects", level=3, years=(2021, 2023))
        assert cell(one, "DK041", "grass").amount + cell(rest, "DK041", "grass").amount == 40

    def test_specialisations_have_varieties(self) -> None:
        data, scape = towns(PLAN)
        grass, whey, wind = scape.sub_clusters
        parents = [sub_cluster("bio", []), sub_cluster("energy", [])]
        inner = [
            replace(grass, parent_id="bio"),
            replace(whey, parent_id="bio"),
            replace(wind, parent_id="energy"),
        ]
        found = asked((data, landscape(*parents, *inner)), of="specialisations", level=3)
        assert [each.sector for each in found.columns] == ["label of bio", "label of bio", "label of energy"]
        (row,) = (row for row in found.rows if row.id == "DK041")
        assert row.entropy == pytest.approx((row.related_variety or 0) + (row.unrelated_variety or 0))
        assert (row.related_variety or 0) > 0

    def test_what_is_related_to_what_a_region_has_is_near(self) -> None:
        data, scape = towns(PLAN)
        grass, whey, wind = scape.sub_clusters
        # Six actors of DK050 do both grass and wind; nothing else is done together.
        both = tuple(Member(f"DK050-grass-{at:03}", 0.5) for at in range(6))
        scape = landscape(grass, whey, replace(wind, members=wind.members + both))
        found = asked((data, scape), level=3)
        assert cell(found, "DK041", "wind").density == 1.0
        assert cell(found, "SE224", "wind").density == 0.0
        assert cell(found, "DK041", "whey").density is None
        assert [each.column_id for each in found.near("DK041")] == ["wind"]

    def test_the_order_of_the_data_does_not_matter(self) -> None:
        data, scape = towns(PLAN)
        assert asked((data, scape)) == asked((data, landscape(*scape.sub_clusters)))


class TestEntryAndExit:
    def moves(
        self, data: Corpus, scape: Landscape, first: tuple[int, int], second: tuple[int, int]
    ) -> object:
        analysis = Analysis(data, np.zeros((0, 3), np.float32), scape)
        return analysis.moves(first, second, "region", "sub-clusters", level=3, today=TODAY)

    def town(self) -> tuple[Corpus, Landscape]:
        """Region A takes up wind in 2022 and gives up whey; B stays as it is."""
        actors, work, belongs = [], [], {"grass": [], "whey": [], "wind": []}
        plan = {
            2020: {"DK041": ("grass", "whey"), "DK042": ("grass", "wind")},
            2022: {"DK041": ("grass", "wind"), "DK042": ("grass", "wind", "whey")},
        }
        for region in ("DK041", "DK042"):
            actors += [
                Actor(f"{region}-{at}", "A", ActorGroup.COMPANY, place=Place("DK", region)) for at in range(8)
            ]
        for year, regions in plan.items():
            for region, themes in regions.items():
                for theme in themes:
                    name = f"{year}-{region}-{theme}"
                    parts = tuple(Participation(f"{region}-{at}") for at in range(8))
                    work.append(Collaboration(name, name, parts, start=date(year, 1, 1)))
                    belongs[theme].append(name)
        found = landscape(*(sub_cluster(theme, [], names) for theme, names in belongs.items()))
        return corpus(actors, work, []), found

    def test_what_was_taken_up_and_given_up_is_named(self) -> None:
        found = self.moves(*self.town(), (2020, 2021), (2022, 2023))
        assert ("DK041", "whey", 8, 0) in [
            (each.row_id, each.column_id, each.actors_before, each.actors_after) for each in found.exits
        ]
        assert ("DK041", "wind", 0, 8) in [
            (each.row_id, each.column_id, each.actors_before, each.actors_after) for each in found.entries
        ]
        assert found.could_enter >= len(found.entries)
        assert finite(asdict(found))

    def test_periods_that_overlap_or_are_to_come_are_refused(self) -> None:
        data, scape = self.town()
        with pytest.raises(ValueError, match="do not end before"):
            self.moves(data, scape, (2020, 2022), (2022, 2023))
        with pytest.raises(ValueError, match="still to come"):
            self.moves(data, scape, (2020, 2021), (2024, 2025))

    def test_without_dates_nothing_is_said_to_move(self) -> None:
        data, scape = towns(PLAN)
        none = replace(
            data, collaboration_dates=np.full_like(data.collaboration_dates, np.iinfo(np.int32).min)
        )
        found = self.moves(none, scape, (2020, 2021), (2022, 2023))
        assert (found.entries, found.exits, found.could_enter) == ((), (), 0)
        assert any("no date" in note for note in found.notes)
        assert any("entry and exit cannot be told" in note for note in found.notes)


class TestWhatCannotBeKnown:
    @pytest.mark.parametrize("count", [0, 1, 3])
    @pytest.mark.parametrize("by", ["region", "country", "group"])
    @pytest.mark.parametrize("of", ["sub-clusters", "specialisations", "fields"])
    @pytest.mark.parametrize("weight", ["actors", "projects", "money"])
    def test_few_actors_are_an_answer_with_notes(self, count: int, by: str, of: str, weight: str) -> None:
        data, scape = towns({"DK041": {"grass": count}}) if count else (corpus([], [], []), landscape())
        found = asked((data, scape), by, of, weight=weight)
        assert found.notes
        assert all(each.quotient is None for each in found.cells)
        assert all(row.diversity is None for row in found.rows)

    def test_no_regions(self) -> None:
        data, scape = towns(PLAN)
        found = asked((replace(data, regions=[""] * len(data.ids)), scape))
        assert found.rows == found.cells == ()
        assert "No actor's region at level 2 is known" in found.notes[0]

    def test_one_region_is_compared_with_nothing(self) -> None:
        found = asked(towns({"DK041": {"grass": 30, "wind": 10}}))
        assert [row.id for row in found.rows] == ["DK04"]
        assert {each.verdict for each in found.cells} == {Verdict.TOO_FEW}
        assert any("nothing to compare it with" in note for note in found.notes)

    def test_one_large_region_beside_crumbs_is_not_said_to_have_or_lack_anything(self) -> None:
        found = asked(towns({"DK041": {"grass": 60, "wind": 40}, "SE224": {"grass": 1, "wind": 2}}))
        assert found.rows[0].diversity is None
        assert found.near("DK04") == ()
        assert any("little but itself" in note for note in found.notes)

    def test_a_sub_cluster_of_one(self) -> None:
        data, scape = towns({**PLAN, "DK041": {**PLAN["DK041"], "solo": 1}})
        only = cell(asked((data, scape), level=3), "DK041", "solo")
        assert (only.quotient, only.verdict, only.present) == (None, Verdict.TOO_FEW, False)
        assert only.lower is not None
        assert only.upper is not None

    def test_all_alike_has_no_specialised_region_and_no_complexity(self) -> None:
        found = asked(towns({region: {"a": 20, "b": 20, "c": 20} for region in ("DK041", "DK050", "SE224")}))
        assert all(not found.specialised(row.id) for row in found.rows)
        assert all(row.complexity is None and row.krugman_index == 0 for row in found.rows)
        assert any("Complexity cannot be told" in note for note in found.notes)

    def test_no_fields_no_money_no_dates_no_collaborations(self) -> None:
        data, scape = towns(PLAN)
        blank = replace(data, fields=[[] for _ in data.fields])
        assert "No collaboration has a field" in asked((blank, scape), of="fields").notes[0]
        poor = replace(data, funding=data.funding * 0)
        poor.funding.eliminate_zeros()
        assert any("no money can be counted" in note for note in asked((poor, scape), weight="money").notes)
        undated = replace(
            data, collaboration_dates=np.full_like(data.collaboration_dates, np.iinfo(np.int32).min)
        )
        notes = asked((undated, scape), years=(2020, 2022)).notes
        assert any("they have no date" in note for note in notes)
        assert any("No collaboration became known in 2020 to 2022" in note for note in notes)
        alone = corpus([data.actor(row) for row in range(len(data.ids))], [], [])
        assert cell(asked((alone, scape), level=3), "DK041", "grass").amount == 40
        assert asked((alone, scape), weight="projects").cells == ()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"years": (2023, 2025)}, "2025 is still to come"),
            ({"years": (2023, 2020)}, "run backwards"),
            ({"level": 4}, "levels 0 to 3"),
            ({"field_level": 0}, "1 part or more"),
            ({"least": 0}, "1 or more, not 0"),
            ({"by": "town"}, "town"),
            ({"of": "things"}, "things"),
            ({"weight": "smell"}, "smell"),
        ],
    )
    def test_what_cannot_be_asked_is_refused(self, options: dict[str, object], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            asked(towns(PLAN), **options)

    def test_everything_that_is_told_is_a_number(self) -> None:
        for of in ("sub-clusters", "fields"):
            for each in asked(towns(PLAN), of=of, level=3).cells:
                assert each.density is None or 0 <= each.density <= 1
                assert math.isfinite(each.amount)
