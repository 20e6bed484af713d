"""The admission gate: so many at once, a short queue, a refusal with the time to come back."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import HTTPException

from service.limits import Gate, gates
from service.permissions import Work


def test_no_more_are_let_in_than_there_are_places() -> None:
    async def crowd() -> tuple[int, int]:
        gate = Gate(at_once=2, queue=10, patience=5)
        inside = most = served = 0

        async def visit() -> None:
            nonlocal inside, most, served
            async with gate.admitted():
                inside += 1
                most = max(most, inside)
                await asyncio.sleep(0.001)
                inside -= 1
                served += 1

        await asyncio.gather(*(visit() for _ in range(12)))
        return most, served

    assert asyncio.run(crowd()) == (2, 12)


def test_beyond_the_queue_the_answer_is_503_at_once_with_the_time_to_come_back() -> None:
    async def refused() -> HTTPException:
        gate = Gate(at_once=1, queue=0, patience=60)
        async with gate.admitted():
            with pytest.raises(HTTPException) as refusal:
                async with gate.admitted():
                    pass
        async with gate.admitted():
            return refusal.value

    error = asyncio.run(asyncio.wait_for(refused(), 5))
    assert error.status_code == 503
    assert error.headers == {"Retry-After": "60"}


def test_whoever_waits_too_long_is_sent_away_and_leaves_no_trace() -> None:
    async def patience() -> None:
        gate = Gate(at_once=1, queue=1, patience=0.01)
        async with gate.admitted():
            for _ in range(3):
                with pytest.raises(HTTPException):
                    async with gate.admitted():
                        pass
        async with gate.admitted():
            pass

    asyncio.run(patience())


def test_a_place_comes_back_when_the_work_fails() -> None:
    async def failing() -> None:
        gate = Gate(at_once=1, queue=0, patience=1)
        for _ in range(3):
            with pytest.raises(ValueError, match="broken"):
                async with gate.admitted():
                    raise ValueError("broken")

    asyncio.run(failing())


def test_all_places_together_leave_threads_for_health_checks() -> None:
    every = gates()
    assert set(every) == set(Work) - {Work.HEALTH}
    assert sum(gate.at_once for gate in every.values()) < 40
