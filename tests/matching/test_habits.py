from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.matching.habits import leanings, levels_of, mutual, programmes


def bound(*pairs: tuple[int, int], count: int) -> sparse.csr_array:
    rows = [row for pair in pairs for row in pair]
    columns = [row for pair in pairs for row in pair[::-1]]
    return sparse.csr_array((np.ones(len(rows), dtype=np.float32), (rows, columns)), shape=(count, count))


def kinds(*codes: int) -> NDArray[np.intp]:
    return np.array(codes, dtype=np.intp)


class TestLeanings:
    def test_an_actor_leans_to_the_kind_it_works_with_more_than_others_do(self) -> None:
        # 0 and 1 are of kind 0; 0 works with kind 1 alone, 1 with its own kind alone.
        made = leanings(
            bound((0, 2), (0, 3), (1, 4), (1, 5), count=6),
            kinds(0, 0, 1, 1, 0, 0),
            assumed=1.0,
            alike=True,
        )
        assert made.shape == (2, 6)
        assert made[1, 0] > 1 > made[1, 1]

    def test_who_has_no_partners_is_taken_to_be_as_its_kind_is(self) -> None:
        made = leanings(bound((0, 2), count=4), kinds(0, 0, 1, 1), assumed=5.0, alike=True)
        assert made[:, 1] == pytest.approx([1, 1])

    def test_with_one_kind_nobody_leans_anywhere(self) -> None:
        made = leanings(bound((0, 1), (1, 2), count=3), kinds(0, 0, 0), assumed=5.0, alike=False)
        assert made == pytest.approx(np.ones((1, 3)))

    def test_more_partners_outweigh_what_is_assumed(self) -> None:
        # Of the kind 0 (even rows), 0 has five partners of kind 1, 2 has one, and the others their own kind.
        ties = bound(
            *[(0, row) for row in range(1, 10, 2)], (2, 11), (4, 6), (6, 8), (8, 10), (4, 8), count=12
        )
        made = leanings(ties, kinds(*[0, 1] * 6), assumed=10.0, alike=True)
        assert made[1, 0] > made[1, 2] > 1

    def test_nobody_has_worked_with_anybody(self) -> None:
        made = leanings(bound(count=3), kinds(0, 1, -1), assumed=5.0, alike=True)
        assert np.isfinite(made).all()

    def test_no_kind_is_known(self) -> None:
        made = leanings(bound((0, 1), count=2), kinds(-1, -1), assumed=5.0, alike=False)
        assert mutual(made, kinds(-1, -1), made, kinds(-1, -1)) == pytest.approx(np.zeros((2, 2)))


class TestMutual:
    def test_it_is_the_same_from_either_side(self) -> None:
        generator = np.random.default_rng(3)
        codes = generator.integers(-1, 4, size=30).astype(np.intp)
        pairs = [(int(left), int(right)) for left, right in generator.integers(0, 30, size=(60, 2))]
        leaning = leanings(bound(*pairs, count=30), codes, assumed=2.0, alike=False)
        both = mutual(leaning, codes, leaning, codes)
        assert both == pytest.approx(both.T)
        assert (both >= 0).all()

    def test_an_unknown_kind_says_nothing(self) -> None:
        codes = kinds(0, 1, -1)
        leaning = leanings(bound((0, 1), (0, 2), count=3), codes, assumed=0.1, alike=False)
        found = mutual(leaning[:, [0, 2]], codes[[0, 2]], leaning, codes)
        assert found[0, 2] == 0
        assert not found[1].any()


class TestLevels:
    def test_a_topic_counts_as_each_part_of_its_path_without_the_year(self) -> None:
        assert levels_of("HORIZON-CL5-2022-D3-01-05") == [
            "HORIZON-CL5",
            "HORIZON-CL5-D3",
            "HORIZON-CL5-D3-01",
            "HORIZON-CL5-D3-01-05",
        ]

    def test_the_same_call_of_two_years_is_one_programme(self) -> None:
        assert levels_of("ERC-2021-STG") == levels_of("ERC-2023-STG") == ["ERC-STG"]

    def test_several_topics_are_parted(self) -> None:
        assert levels_of("biogas; ERC-2021-STG") == ["ERC-STG", "biogas"]

    @pytest.mark.parametrize("topic", ["", " ", ";", " , "])
    def test_no_topic_is_no_programme(self, topic: str) -> None:
        assert levels_of(topic) == []


class TestProgrammes:
    def takes_part(self) -> sparse.csr_array:
        # Actors 0 and 1 in two calls of one part, 2 in another fund, 3 alone.
        return sparse.csr_array(
            np.array(
                [[1, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0], [0, 0, 0, 1]],
                dtype=np.float32,
            )
        )

    def made(self) -> tuple[str, ...]:
        topics = ["A-B-1", "A-B-2", "A-C-1", "A-B-1"]
        return programmes(self.takes_part(), topics).in_common(0, 1, most=3)

    def test_the_narrowest_programme_is_named_and_not_what_holds_it(self) -> None:
        assert self.made() == ("A-B-1",)

    def test_who_does_something_alone_is_in_no_programme(self) -> None:
        made = programmes(self.takes_part(), ["A-B-1", "A-B-2", "A-C-1", "A-B-1"])
        assert not made.share[[3], :].nnz
        assert made.in_common(0, 3, most=3) == ()

    def test_shares_add_up_to_one(self) -> None:
        made = programmes(self.takes_part(), ["A-B-1", "A-B-2", "A-C-1", "A-B-1"])
        assert made.share.sum(axis=1)[:3] == pytest.approx([1, 1, 1])

    def test_without_topics_there_is_nothing_in_common(self) -> None:
        made = programmes(self.takes_part(), [""] * 4)
        assert made.names == []
        assert made.in_common(0, 1, most=3) == ()
