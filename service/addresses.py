"""Which class of work an address is, known before a route is looked for: the table of permissions as a tree of segments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from service.permissions import RULES, Work


@dataclass(slots=True)
class _Branch:
    """Where the paths of the table part: the next segment, and the work of a path that ends here."""

    named: dict[str, _Branch] = field(default_factory=dict)
    begun: dict[str, _Branch] = field(default_factory=dict)
    """By what stands before the parameter of a segment, often nothing."""
    work: Work | None = None
    rest: Work | None = None
    """Of a last parameter that takes everything."""


@lru_cache(maxsize=1)
def _branches() -> dict[str, _Branch]:
    """The paths of the table by method, so that an address is found without trying every route."""
    roots: dict[str, _Branch] = {}
    for (method, path), rule in RULES.items():
        branch = roots.setdefault(method, _Branch())
        *before, last = path.split("/")[1:]
        for segment in before:
            branch = _next(branch, segment)
        if last.endswith(":path}"):
            branch.rest = rule.work
        else:
            _next(branch, last).work = rule.work
    return roots


def _next(branch: _Branch, segment: str) -> _Branch:
    before, parameter, _ = segment.partition("{")
    return (branch.begun if parameter else branch.named).setdefault(before, _Branch())


def work_at(method: str, path: str) -> Work | None:
    """The class of work that a call is, known before a route is looked for; ``None`` where the table has no such path."""
    root = _branches().get(method)
    return _work_below(root, path.split("/")[1:]) if root else None


def _work_below(branch: _Branch, segments: Sequence[str]) -> Work | None:
    if not segments:
        return branch.work
    first, rest = segments[0], segments[1:]
    possible = [branch.named[first]] if first in branch.named else []
    possible += [
        following
        for before, following in branch.begun.items()
        if first.startswith(before) and first != before
    ]
    return next((found for each in possible if (found := _work_below(each, rest)) is not None), branch.rest)
