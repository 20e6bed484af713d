"""How every topic of an analyst's figures is asked: worked out or told to wait, put in order, cut into pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fastapi import APIRouter, Depends

from matchmaker.published import Published
from service.api.contract import PREFIX, kept_answer, readable_address
from service.balancing import not_yet
from service.cursors import part_of
from service.problems import refused
from service.schemas.contract import PageQuery

T = TypeVar("T")


def routes() -> APIRouter:
    """An empty router for a topic, below the landscape's address."""
    return APIRouter(
        prefix=f"{PREFIX}/landscape",
        tags=["landscape"],
        dependencies=[Depends(readable_address), Depends(kept_answer)],
    )


def worked_out(work: Callable[[], T | None], field: str) -> T:
    """What was asked for; what cannot be asked is refused in the library's words, what is worked out is told later.

    Raises the problem of ``field`` where ``work`` raises ``ValueError``, and 503 while there is nothing yet.
    """
    try:
        found = work()
    except ValueError as error:
        raise refused(field, str(error)) from error
    if found is None:
        raise not_yet("This is being worked out. Try again in a moment.")
    return found


def named(snapshot: Published, sub_cluster_id: str) -> str:
    """The id that was named, or nothing; raises ``SubClusterNotFoundError``."""
    if sub_cluster_id:
        snapshot.sub_cluster(sub_cluster_id)
    return sub_cluster_id


def attribute(item: object, name: str) -> Any:
    """A figure by its own name."""
    return getattr(item, name)


def in_order(
    items: Sequence[T], sort: str, figure: Callable[[T, str], Any] = attribute, *, plain: str = ""
) -> list[T]:
    """Items by a figure, from the greatest down with a minus; unknown ones last. ``plain`` leaves them as they are."""
    if sort == plain:
        return list(items)
    name = sort.removeprefix("-")
    valued = [(figure(each, name), each) for each in items]
    known = [pair for pair in valued if pair[0] is not None]
    known.sort(key=lambda pair: pair[0], reverse=sort.startswith("-"))
    return [each for _, each in known] + [each for value, each in valued if value is None]


def part_of_table(
    snapshot: Published, items: Sequence[T], query: PageQuery
) -> tuple[Sequence[T], str | None]:
    """The page that is asked for, and the cursor of the one after it; raises for a cursor of another question or build."""
    question = query.model_dump_json(exclude={"limit", "cursor"})
    return part_of(
        items,
        question=f"{type(query).__name__} {question}",
        limit=query.limit,
        cursor=query.cursor,
        edition=snapshot.edition,
    )
