"""Languages meet on equal terms: what a language has in common is taken out, what a text is about stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from matchmaker.centring import centre, load_centre, save_centre


def two_languages(count: int = 400):
    """Vectors of four topics in two languages, each language with a strong direction of its own."""
    random = np.random.default_rng(0)
    topics, tongues = np.eye(4, 16), np.eye(2, 16, 8)
    topic, tongue = random.integers(0, 4, count), random.integers(0, 2, count)
    vectors = topics[topic] + 2 * tongues[tongue] + 0.1 * random.standard_normal((count, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), [("da", "en")[each] for each in tongue], topic, tongue


def nearest_shares_topic(vectors, topic) -> float:
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -2)
    return float(np.mean(topic[similarity.argmax(axis=1)] == topic))


def test_a_text_finds_its_topic_in_the_other_language() -> None:
    vectors, languages, topic, tongue = two_languages()
    centred = centre(vectors, languages).centred(vectors, languages)
    crossing = centred @ centred.T
    crossing[tongue[:, None] == tongue[None, :]] = -2
    assert np.mean(topic[crossing.argmax(axis=1)] == topic) > 0.95
    assert nearest_shares_topic(centred, topic) > 0.95


def language_gap(vectors, tongue) -> float:
    similarity = vectors @ vectors.T
    same = tongue[:, None] == tongue[None, :]
    return float(similarity[same].mean() - similarity[~same].mean())


def test_a_language_is_hardly_nearer_to_itself_than_to_the_other() -> None:
    vectors, languages, _, tongue = two_languages()
    centred = centre(vectors, languages).centred(vectors, languages)
    assert language_gap(vectors, tongue) > 0.7
    assert language_gap(centred, tongue) < 0.2


def test_a_handful_of_texts_is_hardly_moved() -> None:
    vectors, languages, _, _ = two_languages(3)
    centred = centre(vectors, languages).centred(vectors, languages)
    assert np.all(np.sum(vectors * centred, axis=1) > 0.98)


def test_rows_are_of_unit_length_and_empty_ones_stay_empty() -> None:
    vectors, languages, _, _ = two_languages()
    vectors[7] = 0
    centred = centre(vectors, languages).centred(vectors, languages)
    lengths = np.linalg.norm(centred, axis=1)
    assert lengths[7] == 0
    assert np.allclose(np.delete(lengths, 7), 1, atol=1e-5)


def test_an_unknown_language_gets_the_mean_of_all(tmp_path: Path) -> None:
    vectors, languages, _, _ = two_languages()
    known = centre(vectors, languages)
    save_centre(known, tmp_path)
    again = load_centre(tmp_path)
    assert np.array_equal(again.centred(vectors, ["fi"] * 400), known.centred(vectors, ["fi"] * 400))
    assert not np.allclose(again.centred(vectors, ["fi"] * 400), known.centred(vectors, languages))


def test_nothing_has_a_centre_too() -> None:
    empty = np.zeros((0, 8), dtype=np.float32)
    assert centre(empty, []).centred(empty, []).shape == (0, 8)
