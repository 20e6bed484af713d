"""The indices of economic geography against published figures and against other programs' figures."""

from __future__ import annotations

import contextlib
import io
import warnings

import numpy as np
import pandas as pd
import pytest
from ecomplexity import ecomplexity
from ecomplexity import proximity as ecomplexity_proximity
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matchmaker.landscape.specialisation import (
    co_occurrence,
    diversity,
    eci,
    entropy,
    entry_mat,
    exit_mat,
    hachman,
    herfindahl,
    hoover_gini,
    hoover_index,
    kci,
    krugman_index,
    location_quotient,
    location_quotient_avg,
    location_quotient_interval,
    locational_gini,
    morc,
    mort,
    pci,
    proximity,
    rca,
    related_variety,
    relatedness,
    relatedness_density,
    relatedness_density_ext,
    relatedness_density_int,
    spec_coeff,
    tci,
    ubiquity,
    unrelated_variety,
)

NAN = float("nan")

# The tables of the examples in the documentation of EconGeo (https://github.com/PABalland/EconGeo, as of commit
# 420c3c5), those drawn at random as R 4.2.2 draws them after set.seed(31). The figures beside them are what EconGeo
# itself answers to its examples, in the digits that it prints or rounds to.
OF_100 = np.array([[44, 63, 8, 83], [48, 42, 10, 1], [74, 54, 96, 16], [39, 26, 28, 13], [89, 61, 45, 76]])
OF_10 = np.array([[0, 6, 9, 4], [10, 10, 3, 6], [7, 8, 1, 6], [9, 10, 0, 5], [10, 0, 0, 1]])
PRESENT = np.array([[0, 1, 0, 1], [0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 0]])
QUOTIENTS = np.array(
    [[100, 0, 0, 0, 0], [0, 15, 5, 70, 10], [0, 20, 10, 20, 50], [0, 25, 30, 5, 40], [0, 40, 55, 5, 0]]
)
HOOVER = np.array([[0, 10, 0, 0], [0, 15, 0, 0], [0, 20, 0, 0], [0, 25, 0, 1], [0, 30, 1, 1]])
PEOPLE = [10, 15, 20, 25, 30]
EVENTS = np.array([[0, 1, 0, 0, 1], [0, 1, 1, 0, 1], [0, 0, 0, 1, 1], [1, 0, 0, 1, 0]])
TOGETHER = np.array(
    [[0, 10, 1, 5, 5, 9], [10, 8, 0, 1, 5, 7], [1, 0, 0, 9, 4, 4], [5, 1, 9, 6, 6, 5], [5, 5, 4, 6, 8, 1], [9, 7, 4, 5, 1, 10]]
)  # fmt: skip
RELATED = np.array([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 1], [1, 1, 1, 0]])
# Hidalgo and Hausmann (2009), supporting information, figure S4: four countries and four products.
SIMPLE = np.array([[1, 1, 1, 1], [0, 1, 0, 0], [0, 0, 1, 1], [0, 0, 0, 1]])


def same(found: object, expected: object, digits: int = 8) -> bool:
    return np.allclose(
        np.asarray(found), np.asarray(expected), rtol=0, atol=0.51 * 10**-digits, equal_nan=True
    )


class TestEconGeo:
    def test_location_quotients(self) -> None:
        assert same(
            location_quotient(QUOTIENTS),
            [[5, 0, 0, 0, 0], [0, 0.75, 0.25, 3.5, 0.5], [0, 1, 0.5, 1, 2.5], [0, 1.25, 1.5, 0.25, 2], [0, 2, 2.75, 0.25, 0]],
        )  # fmt: skip
        assert location_quotient(QUOTIENTS, binary=True).tolist() == [
            [1, 0, 0, 0, 0], [0, 0, 0, 1, 0], [0, 1, 0, 1, 1], [0, 1, 1, 0, 1], [0, 1, 1, 0, 0],
        ]  # fmt: skip
        assert same(location_quotient_avg(QUOTIENTS), [5, 2.625, 1.7, 1.575, 2.325])
        assert same(hachman(OF_100), [0.719178140, 0.716285633, 0.775198340, 0.942977617, 0.960672964])

    def test_revealed_comparative_advantage(self) -> None:
        rounded = [
            [0.69, 1.18, 0.20, 2.03], [1.48, 1.55, 0.48, 0.05], [0.96, 0.84, 1.96, 0.32], [1.15, 0.91, 1.29, 0.59], [1.02, 0.84, 0.81, 1.36],
        ]  # fmt: skip
        assert same(rca(OF_100), rounded, digits=2)
        assert rca(OF_100, binary=True).tolist() == [
            [0, 1, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0], [1, 0, 1, 0], [1, 0, 0, 1],
        ]  # fmt: skip

    def test_krugman_hoover_herfindahl_and_shannon(self) -> None:
        assert same(krugman_index(OF_100), [0.524965815, 0.603138917, 0.391703057, 0.213932603, 0.163127024])
        assert same(
            spec_coeff(OF_100), [0.2624829077, 0.3015694583, 0.1958515284, 0.1069663014, 0.0815635121]
        )
        assert same(herfindahl(OF_100), [0.327976737, 0.408685423, 0.310138889, 0.280348879, 0.264743127])
        assert same(entropy(OF_100), [1.721, 1.433, 1.797, 1.907, 1.956], digits=3)

    def test_concentration_in_space(self) -> None:
        assert same(locational_gini(QUOTIENTS), [0.40, 0.18, 0.27, 0.31, 0.28])
        assert same(hoover_index(np.array([[0], [10], [10], [30], [50]]), PEOPLE), [0.25], digits=4)
        assert same(hoover_gini(np.array([[0], [10], [10], [30], [50]]), PEOPLE), [0.31], digits=3)
        # In words in its documentation: proportional to population; 30 % have all; 55 % have all.
        assert same(hoover_index(HOOVER, PEOPLE), [NAN, 0, 0.70, 0.45], digits=4)
        assert same(hoover_gini(HOOVER, PEOPLE), [NAN, 0, 0.700, 0.475], digits=3)

    def test_co_occurrence(self) -> None:
        apart = [[0, 2, 1, 0], [2, 0, 1, 0], [1, 1, 0, 1], [0, 0, 1, 0]]
        assert co_occurrence(EVENTS).tolist() == apart
        assert np.diag(co_occurrence(EVENTS, diagonal=True)).tolist() == [2, 3, 2, 2]

    @pytest.mark.parametrize(
        ("method", "first", "third"),
        [
            ("prob", [0, 1.70138760, 0.221666667, 0.743368700, 0.939119952, 1.338063660],
             [0.221666667, 0, 0, 2.343631778, 1.317269076, 1.041614124]),
            ("association", [0, 2.086956522, 0.266666667, 0.923076923, 1.142857143, 1.661538462],
             [0.266666667, 0, 0, 2.769230769, 1.523809524, 1.230769231]),
            ("cosine", [0, 0.380693494, 0.0430331483, 0.179028719, 0.1992047682, 0.3222516933],
             [0.0430331483, 0, 0, 0.4160251472, 0.2057377999, 0.1849000654]),
            ("jaccard", [0, 0.2325581395, 0.0212765957, 0.0980392157, 0.1086956522, 0.1914893617],
             [0.0212765957, 0, 0, 0.2571428571, 0.1142857143, 0.1]),
        ],
    )  # fmt: skip
    def test_relatedness(self, method: str, first: list[float], third: list[float]) -> None:
        found = relatedness(TOGETHER, method=method)
        assert same(found[[0, 2]], [first, third])
        assert np.array_equal(found, found.T)

    def test_relatedness_density_inside_and_outside_the_portfolio(self) -> None:
        percent = np.array(
            [[66.67, 50, 66.67, 33.33], [33.33, 25, 33.33, 0], [33.33, 25, 33.33, 0], [66.67, 50, 33.33, 33.33], [66.67, 75, 66.67, 100]]
        )  # fmt: skip
        assert same(relatedness_density(PRESENT, RELATED), percent / 100, digits=4)
        inside = [
            [NAN, 50, NAN, 33],
            [NAN, NAN, NAN, 0],
            [NAN, NAN, NAN, 0],
            [67, NAN, NAN, 33],
            [67, 75, 67, NAN],
        ]
        assert same(relatedness_density_int(PRESENT, RELATED), np.array(inside) / 100, digits=2)
        outside = [
            [67, NAN, 67, NAN],
            [33, 25, 33, NAN],
            [33, 25, 33, NAN],
            [NAN, 50, 33, NAN],
            [NAN, NAN, NAN, 100],
        ]
        assert same(relatedness_density_ext(PRESENT, RELATED), np.array(outside) / 100, digits=2)

    def test_diversity_and_ubiquity(self) -> None:
        assert diversity(PRESENT).tolist() == [2, 1, 1, 2, 3]
        assert ubiquity(PRESENT).tolist() == [2, 2, 1, 4]
        assert diversity(rca(OF_10, binary=True)).tolist() == [2, 2, 2, 2, 1]
        assert ubiquity(rca(OF_10, binary=True)).tolist() == [3, 3, 1, 2]

    @pytest.mark.parametrize(
        ("steps", "regions", "industries"),
        [
            (0, [4, 1, 2, 1], [1, 2, 2, 3]),
            (1, [2, 2, 2.5, 3], [4, 2.5, 3, 2.33333333]),
            (2, [2.95833333, 2.5, 2.66666667, 2.33333333], [2, 2, 2.25, 2.5]),
            (3, [37.5, 0, 75, 100], [100, 25, 52.2727273, 0]),
            (10, [47.9811496, 100, 14.1494066, 0], [54.7728965, 0, 84.9516009, 100]),
            (20, [39.7480478, 100, 7.2501565, 0], [55.6064129, 0, 85.5739026, 100]),
        ],
    )
    def test_the_method_of_reflections(
        self, steps: int, regions: list[float], industries: list[float]
    ) -> None:
        assert same(morc(SIMPLE, steps=steps), regions, digits=6)
        assert same(mort(SIMPLE, steps=steps), industries, digits=6)

    def test_regions_and_industries_of_nothing_have_no_reflection(self) -> None:
        present = [[0, 0, 0, 1], [1, 1, 1, 0], [0, 0, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
        assert same(morc(present, steps=1), [1, 1.66666667, NAN, 2, NAN])
        assert same(morc(present, steps=2), [1, 2.66666667, NAN, 2.5, NAN])
        assert same(morc(present, steps=3), [0, 93.3333333, NAN, 100, NAN], digits=6)

    def test_complexity_up_to_the_four_decimals_to_which_it_rounds_its_matrix(self) -> None:
        assert np.allclose(kci(SIMPLE), [0.53941230, 6.39952966, -2.61941621, -3.31952575], rtol=2e-3)
        assert np.allclose(tci(SIMPLE), [0.461131517, 2.965973178, -0.888648711, -1.538455984], rtol=2e-3)
        assert np.allclose(kci(PRESENT), [-0.132464648, -0.683744887, -0.683744887, -0.132464648, 0.632419068], rtol=2e-3)  # fmt: skip
        assert np.allclose(tci(PRESENT), [0.345234703, 0.345234703, 0.873149685, -0.563619091], rtol=2e-3)
        specialised = rca(OF_10, binary=True)
        assert np.allclose(kci(specialised), [3.10558969, -1.43237123, 0.75789249, -1.43237123, -1.99873973], rtol=5e-3)  # fmt: skip
        assert np.allclose(
            tci(specialised), [-0.597459833, -0.258718660, 1.144335111, 0.711843382], rtol=2e-3
        )

    def test_entry_and_exit(self) -> None:
        taken_up, given_up = PRESENT.copy(), PRESENT.copy()
        taken_up[2, 0], given_up[1, 3] = 1, 0
        assert same(
            entry_mat(PRESENT, taken_up),
            [[0, NAN, 0, NAN], [0, 0, 0, NAN], [1, 0, 0, NAN], [NAN, 0, 0, NAN], [NAN, NAN, NAN, 0]],
        )
        assert (exit_mat(PRESENT, PRESENT)[PRESENT == 1] == 0).all()
        assert same(
            exit_mat(PRESENT, given_up),
            [[NAN, 0, NAN, 0], [NAN, NAN, NAN, 1], [NAN, NAN, NAN, 0], [0, NAN, NAN, 0], [0, 0, 0, NAN]],
        )


class TestOtherPublishedFigures:
    def test_the_justice_departments_example_of_a_herfindahl_index(self) -> None:
        """A market of 30, 30, 20 and 20 percent has 2,600 (US Department of Justice, Herfindahl-Hirschman Index)."""
        assert same(herfindahl([[30, 30, 20, 20]]) * 10_000, [2_600])

    def test_hidalgo_and_hausmanns_simple_network(self) -> None:
        """Supporting information (2009), figure S4: diversification and mean ubiquity of four countries."""
        assert diversity(SIMPLE).tolist() == [4, 1, 2, 1]
        assert morc(SIMPLE, steps=1).tolist() == [2, 2, 2.5, 3]

    def test_krugmans_index_runs_from_none_to_two(self) -> None:
        """Krugman (1991), p. 76: 0 for the same structure, 2 for nothing in common (here as the parts get many)."""
        assert same(krugman_index([[3, 7], [30, 70]]), [0, 0])
        assert same(krugman_index(np.eye(1_000)), np.full(1_000, 1.998))
        assert same(spec_coeff(np.eye(2)), [0.5, 0.5])

    @pytest.mark.parametrize(("a", "b"), [(0, 1_000_000), (30, 400)])
    def test_jeffreys_interval_of_a_location_quotient(self, a: int, b: int) -> None:
        """5 of 56: 0.03489147 to 0.1846509 (documentation of the R package ratesci, jeffreysci)."""
        table = np.array([[5, a], [51, b]])
        low, high = location_quotient_interval(table)
        share = table[0].sum() / table.sum()
        assert same([low[0, 0] * share, high[0, 0] * share], [0.03489147, 0.1846509], digits=7)
        assert low[0, 0] < location_quotient(table)[0, 0] < high[0, 0]


class TestPyEcomplexity:
    """py-ecomplexity of Harvard's Growth Lab on the same tables."""

    @pytest.fixture(params=[1, 2, 3], ids=lambda seed: f"table {seed}")
    def amounts(self, request: pytest.FixtureRequest) -> np.ndarray:
        return np.random.default_rng(request.param).poisson(3, size=(12, 9)) + 0.0

    @staticmethod
    def answer(amounts: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
        rows, columns = np.indices(amounts.shape)
        data = pd.DataFrame(
            {"t": 2020, "region": rows.ravel(), "industry": columns.ravel(), "amount": amounts.ravel()}
        )
        names = {"time": "t", "loc": "region", "prod": "industry", "val": "amount"}
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = ecomplexity(data, names, verbose=False, check_logsupermodularity=False)
            near = ecomplexity_proximity(data, names)
        size = amounts.shape[1]
        return found, near.sort_values(["industry_1", "industry_2"])["proximity"].to_numpy().reshape(
            size, size
        )

    def test_both_say_the_same(self, amounts: np.ndarray) -> None:
        found, near = self.answer(amounts)
        present = rca(amounts, binary=True)

        def table(column: str) -> np.ndarray:
            return found.pivot(index="region", columns="industry", values=column).to_numpy()

        assert np.allclose(location_quotient(amounts), table("rca"))
        assert np.array_equal(present, table("mcp"))
        assert np.array_equal(diversity(present), table("diversity")[:, 0])
        assert np.array_equal(ubiquity(present), table("ubiquity")[0])
        assert np.allclose(proximity(present), near)
        assert np.allclose(relatedness_density(present, proximity(present)), table("density"))
        assert np.allclose(eci(present), table("eci")[:, 0])
        assert np.allclose(pci(present), table("pci")[0])


tables = arrays(
    np.float64, st.tuples(st.integers(1, 7), st.integers(1, 6)), elements=st.integers(0, 5).map(float)
)


class TestWhatAlwaysHolds:
    @given(tables)
    def test_densities_are_shares_and_intervals_hold_their_quotient(self, amounts: np.ndarray) -> None:
        present = rca(amounts, binary=True)
        for related in (relatedness(co_occurrence(present.T)), proximity(present)):
            density = relatedness_density(present, related)
            known = density[~np.isnan(density)]
            assert ((known >= 0) & (known <= 1)).all()
            inside, outside = (
                relatedness_density_int(present, related),
                relatedness_density_ext(present, related),
            )
            assert np.isnan(inside[present == 0]).all()
            assert np.isnan(outside[present == 1]).all()
            assert same(np.fmax(inside, outside), density)
        quotients, (low, high) = location_quotient(amounts), location_quotient_interval(amounts)
        known = ~np.isnan(low)
        assert np.array_equal(known, (amounts.sum(axis=1) > 0)[:, None] & (amounts.sum(axis=0) > 0))
        assert (low[known] <= quotients[known] + 1e-9).all()
        assert (quotients[known] <= high[known] + 1e-9).all()

    @given(tables, st.randoms())
    def test_the_order_of_rows_and_columns_does_not_matter(self, amounts: np.ndarray, random: object) -> None:
        rows, columns = list(range(amounts.shape[0])), list(range(amounts.shape[1]))
        random.shuffle(rows)  # type: ignore[attr-defined]
        random.shuffle(columns)  # type: ignore[attr-defined]
        moved = amounts[np.ix_(rows, columns)]
        for of_regions in (krugman_index, herfindahl, entropy, location_quotient_avg):
            assert same(of_regions(moved), of_regions(amounts)[rows])
        assert same(locational_gini(moved), locational_gini(amounts)[columns])
        present = rca(amounts, binary=True)
        assert np.allclose(eci(rca(moved, binary=True)), eci(present)[rows], atol=1e-6, equal_nan=True)

    @given(tables)
    def test_variety_within_and_between_sectors_make_up_the_entropy(self, amounts: np.ndarray) -> None:
        """Frenken, Van Oort and Verburg (2007)."""
        sectors = ["food" if number % 2 else "energy" for number in range(amounts.shape[1])]
        between, within = unrelated_variety(amounts, sectors), related_variety(amounts, sectors)
        assert same(between + within, entropy(amounts))
        nothing = amounts.sum(axis=1) == 0
        assert np.array_equal(np.isnan(within), nothing)

    def test_variety_of_a_case_that_can_be_done_by_hand(self) -> None:
        # Half in two equal industries of one sector (1 bit there), half in one industry of another.
        assert same(unrelated_variety([[1, 1, 2]], ["a", "a", "b"]), [1.0])
        assert same(related_variety([[1, 1, 2]], ["a", "a", "b"]), [0.5])
        assert same(entropy([[1, 1, 2], [4, 0, 0]]), [1.5, 0.0])


class TestWhatCannotBeKnown:
    def test_empty_tables_have_empty_answers(self) -> None:
        for shape in ((0, 0), (0, 3), (2, 0)):
            nothing = np.zeros(shape)
            assert location_quotient(nothing).shape == shape
            assert location_quotient_interval(nothing)[1].shape == shape
            assert (
                krugman_index(nothing).shape == herfindahl(nothing).shape == eci(nothing).shape == shape[:1]
            )
            assert pci(nothing).shape == locational_gini(nothing).shape == shape[1:]
            assert morc(nothing).shape == shape[:1]

    def test_regions_and_industries_of_nothing_are_not_known_and_the_rest_is_untouched(self) -> None:
        gaps = np.zeros((5, 4))
        gaps[np.ix_([0, 2, 3], [0, 1, 3])] = full = np.array([[4.0, 1, 0], [0, 2, 2], [1, 1, 3]])
        assert same(krugman_index(gaps)[[0, 2, 3]], krugman_index(full))
        assert np.isnan(krugman_index(gaps)[[1, 4]]).all()
        assert location_quotient(gaps)[1].tolist() == [0, 0, 0, 0]
        assert np.isnan(location_quotient_interval(gaps)[0][1]).all()
        assert same(locational_gini(gaps)[[0, 1, 3]], locational_gini(full))
        assert np.isnan(locational_gini(gaps)[2])

    @pytest.mark.parametrize(
        "present",
        [np.ones((4, 4)), np.eye(4), np.kron(np.eye(2), np.ones((2, 2))), np.ones((2, 5)), np.ones((5, 2)), np.zeros((3, 3))],
        ids=["all alike", "nothing shared", "two parts", "two regions", "two industries", "nothing"],
    )  # fmt: skip
    def test_no_complexity_where_no_order_can_be_told(self, present: np.ndarray) -> None:
        for index in (eci, pci, kci, tci):
            assert np.isnan(index(present)).all()

    def test_three_cases_make_a_wide_interval(self) -> None:
        low, high = location_quotient_interval([[3, 97], [7, 893]])
        assert low[0, 0] < 1 < location_quotient([[3, 97], [7, 893]])[0, 0] == 3 < high[0, 0]

    def test_one_large_grant_among_small_ones_makes_a_wider_interval_than_many_alike(self) -> None:
        amounts = np.array([[60.0, 40.0], [40.0, 360.0]])
        alike = location_quotient_interval(amounts, squares=amounts)
        lumpy = location_quotient_interval(amounts, squares=amounts * [[30.0, 1.0], [1.0, 1.0]])
        assert same(alike[0], location_quotient_interval(amounts)[0])
        assert lumpy[0][0, 0] < alike[0][0, 0] < alike[1][0, 0] < lumpy[1][0, 0]

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (lambda: location_quotient([1, 2]), "two dimensions, not 1"),
            (lambda: location_quotient([[1, -2]]), "finite amounts"),
            (lambda: krugman_index([[1, NAN]]), "of 0 or more, and nothing else"),
            (lambda: diversity([[1, 2]]), "1 or 0"),
            (lambda: relatedness_density([[1, 2]], np.eye(2)), "binary=True"),
            (lambda: relatedness_density([[1, 0]], np.eye(3)), "2 industries, their relatedness 3"),
            (lambda: relatedness([[1, 2, 3]]), "square"),
            (lambda: relatedness([[0, 1], [2, 0]]), "from either side"),
            (lambda: relatedness(np.eye(2), method="best"), "Methods are: prob, association"),
            (lambda: morc(np.eye(2), steps=-1), "0 steps or more"),
            (lambda: entry_mat(np.eye(2), np.eye(3)), "different shapes"),
            (lambda: unrelated_variety([[1, 2]], ["a"]), "1 sectors do not fit 2"),
            (lambda: hoover_index([[1], [2]], [1]), "each of the 2 regions"),
            (lambda: location_quotient_interval([[1]], level=1), "between 0 and 1"),
            (lambda: location_quotient_interval([[1]], squares=[[1, 2]]), "do not fit"),
        ],
    )
    def test_what_is_no_table_is_refused(self, call: object, message: str) -> None:
        with pytest.raises(ValueError, match=message):
            call()  # type: ignore[operator]
