"""The cache never encodes a text twice, and changes no byte of a vector."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from matchmaker.embedding import Encoder, MemoryCache, encode_cached, text_key
from matchmaker.embedding.cache import BATCH
from matchmaker.embedding.encoders import unit_rows
from tests.embedding.small_models import mixed_texts


class LetterEncoder:
    """Counts letters: a real encoder, small enough to know every vector by heart. Remembers what it was given."""

    dimensions = 26

    def __init__(self, name: str = "letters") -> None:
        self.name = name
        self.given: list[list[str]] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        self.given.append(list(texts))
        counts = [[text.lower().count(chr(ord("a") + letter)) for letter in range(26)] for text in texts]
        return unit_rows(np.array(counts, dtype=np.float32).reshape(len(texts), 26))

    @property
    def encoded(self) -> list[str]:
        return [text for texts in self.given for text in texts]


class FullCache(MemoryCache):
    """Fails at one of its saves, as a full disk or a kill would."""

    def __init__(self, *, fails_at: int) -> None:
        super().__init__()
        self.saves = 0
        self.fails_at = fails_at

    def save_vectors(self, encoder: str, keys: Sequence[str], vectors: NDArray[np.float16]) -> None:
        self.saves += 1
        if self.saves == self.fails_at:
            raise KeyboardInterrupt
        super().save_vectors(encoder, keys, vectors)


def many_texts(count: int) -> list[str]:
    return [f"text {number} " + "abc " * (number % 17) + "z" * (number % 5) for number in range(count)]


def test_every_distinct_text_is_encoded_once() -> None:
    letters, cache = LetterEncoder(), MemoryCache()
    texts = ["straw", "halm", "straw", "biogas", "halm"]
    first = encode_cached(letters, texts, cache)
    assert sorted(letters.encoded) == ["biogas", "halm", "straw"]
    second = encode_cached(letters, [*texts, "protein"], cache)
    assert letters.given[1:] == [["protein"]]
    assert second[:5].tobytes() == first.tobytes()
    assert len(cache) == 4


def test_cached_vectors_are_those_of_the_encoder_in_the_order_given() -> None:
    texts = many_texts(1_500)
    vectors = encode_cached(LetterEncoder(), texts, MemoryCache())
    assert vectors.shape == (1_500, 26)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, LetterEncoder().encode(texts), atol=1e-3)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_default_encoder_gives_the_same_bytes_fresh_cached_and_bit_by_bit(default: Encoder) -> None:
    texts = mixed_texts()
    cache, other = MemoryCache(), MemoryCache()
    fresh = encode_cached(default, texts, cache)
    assert encode_cached(default, texts, cache).tobytes() == fresh.tobytes()
    for start in range(0, 50, 7):
        encode_cached(default, texts[start : start + 7], other)
    assert encode_cached(default, texts, other).tobytes() == fresh.tobytes()
    np.testing.assert_allclose(fresh, default.encode(texts), atol=1e-3)


def test_no_texts_give_no_rows() -> None:
    vectors = encode_cached(LetterEncoder(), [], MemoryCache())
    assert vectors.shape == (0, 26)
    assert vectors.dtype == np.float32


def test_an_interrupted_run_loses_one_batch_at_most() -> None:
    texts = many_texts(4 * BATCH)
    cache = FullCache(fails_at=3)
    with pytest.raises(KeyboardInterrupt):
        encode_cached(LetterEncoder(), texts, cache)
    assert len(cache) == 2 * BATCH
    again = LetterEncoder()
    vectors = encode_cached(again, texts, cache)
    assert len(again.encoded) == 2 * BATCH
    assert vectors.tobytes() == encode_cached(LetterEncoder(), texts, MemoryCache()).tobytes()


def test_texts_of_like_length_are_encoded_together() -> None:
    letters = LetterEncoder()
    encode_cached(letters, many_texts(2 * BATCH), MemoryCache())
    lengths = [len(text) for text in letters.encoded]
    assert lengths == sorted(lengths, reverse=True)


def test_vectors_of_two_encoders_never_mix() -> None:
    cache, one, two = MemoryCache(), LetterEncoder("one"), LetterEncoder("two")
    encode_cached(one, ["straw"], cache)
    encode_cached(two, ["straw"], cache)
    assert two.encoded == ["straw"]
    assert set(cache.load_vectors("one", [text_key("straw")])) == {text_key("straw")}
    assert cache.load_vectors("three", [text_key("straw")]) == {}


def test_a_kept_vector_of_another_length_is_made_again() -> None:
    cache, letters = MemoryCache(), LetterEncoder()
    cache.save_vectors("letters", [text_key("straw")], np.ones((1, 3), dtype=np.float16))
    np.testing.assert_allclose(encode_cached(letters, ["straw"], cache), letters.encode(["straw"]), atol=1e-3)


def test_progress_counts_only_what_is_missing_and_ends_at_the_total() -> None:
    cache, calls = MemoryCache(), []
    texts = many_texts(3 * BATCH)
    encode_cached(LetterEncoder(), texts[:BATCH], cache)
    encode_cached(LetterEncoder(), texts, cache, progress=lambda done, total: calls.append((done, total)))
    total = sum(len(text) + 1 for text in texts[BATCH:])
    assert [call[1] for call in calls] == [total] * 3
    assert calls[0][0] == 0
    assert calls[-1][0] == total
    assert [call[0] for call in calls] == sorted({call[0] for call in calls})
    encode_cached(LetterEncoder(), texts, cache, progress=lambda done, total: calls.append((done, total)))
    assert len(calls) == 3


@pytest.mark.parametrize("bad", [[None], ["straw", 7], [b"straw"], "straw"])
def test_the_cache_refuses_what_is_not_a_list_of_texts(bad: Any) -> None:
    cache = MemoryCache()
    with pytest.raises(TypeError):
        encode_cached(LetterEncoder(), bad, cache)
    assert len(cache) == 0


def test_a_text_without_a_word_is_kept_as_zeros() -> None:
    assert not encode_cached(LetterEncoder(), [""], MemoryCache()).any()


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=12), st.lists(st.text(max_size=20), max_size=12))
def test_what_was_encoded_before_changes_no_byte(before: list[str], texts: list[str]) -> None:
    cache = MemoryCache()
    encode_cached(LetterEncoder(), before, cache)
    expected = encode_cached(LetterEncoder(), texts, MemoryCache())
    assert encode_cached(LetterEncoder(), texts, cache).tobytes() == expected.tobytes()


@given(st.text(), st.text())
def test_keys_are_equal_for_equal_texts_only(one: str, two: str) -> None:
    assert (text_key(one) == text_key(two)) == (one == two)
    assert len(text_key(one)) == 64


def test_half_characters_have_keys_of_their_own() -> None:
    assert len({text_key("\ud800"), text_key("\udfff"), text_key("?")}) == 3
