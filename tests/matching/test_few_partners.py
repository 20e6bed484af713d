"""Where some partners alone are compared, few or many, they are compared as among everybody."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.matching.amounts import FEW, Feature
from matchmaker.workspace import Workspace


@pytest.mark.parametrize("partners", [[3], [0, 7, 8], [], range(0, 120, 2)])
def test_some_partners_are_compared_as_among_everybody(sample: Workspace, partners: list[int]) -> None:
    compared = sample.published()._suggesting._recommender.compared
    assert (len(partners) <= FEW * len(compared.corpus.ids)) == (len(partners) < 10), "both ways are tried"
    rows, seekers = np.array(partners, dtype=np.intp), np.arange(0, len(compared.corpus.ids), 9)
    some, everybody = compared.among(rows).amounts(seekers), compared.amounts(seekers)
    assert some.keys() == everybody.keys() == set(Feature)
    for feature, amounts in some.items():
        assert amounts.shape == (len(seekers), len(rows))
        # Dense products of another shape may differ in the last digits.
        assert amounts == pytest.approx(everybody[feature][:, rows], abs=1e-6, rel=1e-5), feature
