"""The arms that the package does not ship: matrix factorisation, ours, and ours with parts left out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking
from implicit.recommender_base import RecommenderBase as MatrixFactorizationBase
from numpy.typing import NDArray
from scipy import sparse
from threadpoolctl import threadpool_limits

from matchmaker.matching.amounts import Amounts, Comparison, Feature
from matchmaker.matching.baselines import FUSION, SINGLE, ties
from matchmaker.matching.evidence import gather
from matchmaker.matching.ideas import project_arm
from matchmaker.matching.judging import Arm, Fit, FitProjects
from matchmaker.matching.learning import compared
from matchmaker.matching.ranking import Recommender, Wish
from matchmaker.matching.splits import Past
from matchmaker.matching.weights import Weights, shipped_weights, typical_scale, with_points
from matchmaker.word_index import index_words

ALS = {"factors": 32, "regularization": 0.05, "alpha": 3.0, "iterations": 15}
BPR = {"factors": 31, "learning_rate": 0.01, "regularization": 0.01, "iterations": 30}
"""The best of eleven and of nine settings on the earlier window."""
SEED = 0

OURS = "ours"


# Matrix factorisation


def als(past: Past) -> Arm:
    """Implicit alternating least squares over who has worked with whom.

    Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008.
    """
    return _factorised(lambda: AlternatingLeastSquares(**ALS, random_state=SEED, num_threads=1), past)


def bpr(past: Past) -> Arm:
    """Bayesian personalised ranking over who has worked with whom.

    Rendle, Freudenthaler, Gantner and Schmidt-Thieme, "BPR", UAI 2009.
    """
    # More threads write over each other, so that no two runs would be alike.
    return _factorised(lambda: BayesianPersonalizedRanking(**BPR, random_state=SEED, num_threads=1), past)


def _factorised(make: Callable[[], MatrixFactorizationBase], past: Past) -> Arm:
    with threadpool_limits(1, "blas"):  # as the library asks for
        model = make()
        model.fit(sparse.csr_matrix(ties(past, counted=True)), show_progress=False)
    users, items = np.asarray(model.user_factors), np.asarray(model.item_factors)
    return lambda seekers: np.asarray(users[seekers] @ items.T, dtype=np.float32)


SINGLE_BASELINES: dict[str, Fit] = {**SINGLE, "implicit ALS": als, "implicit BPR": bpr}
BASELINES: dict[str, Fit] = {**SINGLE_BASELINES, **FUSION}


# Ours


PROJECT_OURS: dict[str, FitProjects] = {OURS: project_arm}


class Ours:
    """One comparison, asked with several weights; keeps the amounts of the last block of seekers for all of them."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.compared = compared(past)
        self.weights = shipped_weights(typical_scale(self.compared))
        history = np.maximum(past.history, 1)
        self._outwards = sparse.csr_array(
            sparse.diags_array(1 / history, dtype=np.float32) @ self.compared.evidence.ties
        )
        self._last: tuple[bytes, Amounts] = (b"", {})

    def arm(self, weights: Weights | None = None) -> Arm:
        """Scores by these weights, the shipped ones unless given."""
        return self._scored(weights or self.weights, self._amounts)

    def text_alone(self) -> Arm:
        """Scores of seekers whose own collaborations are hidden; their texts, and what others have done, stay."""
        return self._scored(self.weights, self._hidden)

    def texts_only(self) -> Arm:
        """Scores by nothing but what both sides' texts have in common."""
        others = {each: 0.0 for each in Feature if each not in (Feature.WORDS, Feature.MEANING)}
        return self.arm(with_points(self.weights, others))

    def ablations(self) -> dict[str, Arm]:
        """One arm without each kind of evidence, and one with it alone."""
        arms = {}
        for feature in Feature:
            if self.weights.points[feature] and feature not in (
                Feature.REQUESTS,
                Feature.OFFERS,
                Feature.TOGETHER,
            ):
                arms[f"without {feature}"] = self.arm(with_points(self.weights, {feature: 0.0}))
                only = {each: 0.0 for each in Feature if each is not feature}
                arms[f"{feature} alone"] = self.arm(with_points(self.weights, only))
        return arms | {"vectors not centred": self._uncentred()}

    def afield(self, afield: float) -> Arm:
        """Scores as they are when looking so far afield."""
        recommender = Recommender(self.past.corpus, self.compared.evidence, self.weights)
        return lambda seekers: recommender.scores(seekers, Wish(afield=afield))

    def likeness(self, seekers: NDArray[np.intp]) -> NDArray[np.float32]:
        """Likeness in meaning with every actor, shape (seekers, n)."""
        return self.compared.amounts(seekers)[Feature.MEANING]

    def _uncentred(self) -> Arm:
        """Ours over the vectors as the encoder gave them."""
        corpus = self.past.corpus
        words = index_words(corpus.texts, corpus.languages)
        plain = Comparison(corpus, gather(corpus, np.asarray(self.past.vectors, dtype=np.float32), words))
        weights = shipped_weights(typical_scale(plain))
        return self._scored(weights, plain.amounts)

    def _scored(self, weights: Weights, amounts: Callable[[NDArray[np.intp]], Amounts]) -> Arm:
        def arm(seekers: NDArray[np.intp]) -> NDArray[np.float32]:
            total = np.zeros((len(seekers), len(self.past.known)), dtype=np.float32)
            for feature, amount in amounts(seekers).items():
                if weights.points[feature]:
                    total += weights.of(feature, amount)
            return total

        return arm

    def _amounts(self, seekers: NDArray[np.intp]) -> Amounts:
        key = seekers.tobytes()
        if self._last[0] != key:
            self._last = (key, self.compared.amounts(seekers))
        return self._last[1]

    def _hidden(self, seekers: NDArray[np.intp]) -> Amounts:
        amounts = dict(self.compared.amounts(seekers))
        none = np.zeros_like(amounts[Feature.SHARED])
        amounts[Feature.SHARED] = amounts[Feature.TOGETHER] = none
        # Those who do what the seeker does have partners; the seeker's own partners are not known.
        circle = sparse.csr_array(self.compared.evidence.kin[seekers] @ self._outwards)
        amounts[Feature.CIRCLE] = np.asarray(circle.toarray(), dtype=np.float32)
        experience = amounts[Feature.EXPERIENCE] + 1
        own = np.sqrt(experience[np.arange(len(seekers)), seekers])
        amounts[Feature.EXPERIENCE] = experience / own[:, None] - 1
        return amounts
