"""Answers about a build that were worked out with it, as JSON by question; what was not asked then is worked out when it is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class KeptFigures:
    """What an analysis looks into before it works something out; many threads may ask."""

    def __init__(self, kept: Mapping[str, bytes] | None = None, *, recording: bool = False) -> None:
        """``kept`` holds answers by the name of their question. ``recording`` keeps what is worked out, to be written with a build."""
        self._kept = dict(kept or {})
        self._recording = recording

    @property
    def kept(self) -> Mapping[str, bytes]:
        """Everything that is kept, by the name of its question, ascending."""
        return dict(sorted(self._kept.items()))

    def holds(self, name: str, asked: tuple[object, ...]) -> bool:
        """Whether the answer to this question is kept."""
        return question_name(name, asked) in self._kept

    def answer(self, kind: Any, name: str, asked: tuple[object, ...], work: Callable[[], T]) -> T:
        """The answer of type ``kind`` to the question ``name`` with the values ``asked``, kept or worked out now.

        A kept one is read anew each time, so that no reader can change another's.
        """
        question = question_name(name, asked)
        kept = self._kept.get(question)
        if kept is not None:
            return cast("T", _adapter(kind).validate_json(kept))
        found = work()
        if self._recording:
            self._record(question, _adapter(kind), found)
        return found

    def _record(self, question: str, adapter: TypeAdapter[object], found: object) -> None:
        """Keep what JSON holds exactly; the rest, an endless number in it, is worked out when it is asked."""
        written = adapter.dump_json(found)
        with suppress(ValidationError):
            if adapter.validate_json(written) == found:
                self._kept[question] = written

    def of(self, names: Collection[str]) -> KeptFigures:
        """The answers to questions with these names alone."""
        return KeptFigures(
            {each: kept for each, kept in self._kept.items() if each.partition("(")[0] in names}
        )


def question_name(name: str, asked: tuple[object, ...]) -> str:
    """How a question is called in a build's file; the values write themselves the same in every process."""
    return f"{name}({', '.join(map(repr, asked))})"


@cache
def _adapter(kind: Any) -> TypeAdapter[object]:
    return TypeAdapter(kind)
