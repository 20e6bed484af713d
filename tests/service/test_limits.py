"""The admission gate: so many at once, a short queue, a refusal with the time to come back."""

from __future__ import annotations

import asyncio
import time

import pytest
from fastapi import HTTPException

from service.limits import PRESSED_SECONDS, Gate, Room, gates
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


def test_when_the_queue_overflows_the_fresh_ones_stay() -> None:
    async def crowd() -> list[str]:
        gate = Gate(at_once=1, queue=2, patience=5)
        told: list[str] = []

        async def visit(name: str) -> None:
            try:
                async with gate.admitted():
                    await asyncio.sleep(0.01)
                    told.append(name)
            except HTTPException:
                told.append(f"{name} refused")

        async with asyncio.TaskGroup() as group:
            for name in "abcde":
                group.create_task(visit(name))
                await asyncio.sleep(0)
        assert (gate.inside, gate.waiting, gate.refused) == (0, 0, 2)
        return told

    assert asyncio.run(crowd()) == ["b refused", "c refused", "a", "d", "e"]


def test_a_crowd_that_comes_at_once_is_no_pressure_and_a_lasting_one_is() -> None:
    async def pressed() -> None:
        gate = Gate(at_once=1, queue=8, patience=5)

        async def visit() -> bool:
            try:
                async with gate.admitted():
                    await asyncio.sleep(0.02)
            except HTTPException:
                return False
            return True

        crowd = [asyncio.create_task(visit()) for _ in range(12)]
        await asyncio.sleep(0)
        assert gate.waiting == 8
        assert not gate.turns_away()
        begun = time.monotonic()
        while not gate.turns_away():
            crowd += [asyncio.create_task(visit()) for _ in range(3)]
            await asyncio.sleep(0.01)
            assert time.monotonic() - begun < 10
        assert time.monotonic() - begun >= PRESSED_SECONDS
        before, refused = gate.waiting, gate.refused
        for _ in range(before):
            gate.turns_away()
        assert gate.waiting == 1
        assert gate.refused == refused + before + (before - 1)
        answered = await asyncio.gather(*crowd)
        assert sum(not each for each in answered) + before + 1 == gate.refused
        assert not gate.turns_away()
        async with gate.admitted():
            pass

    asyncio.run(pressed())


def test_whoever_gives_up_in_the_queue_leaves_the_place_to_the_next() -> None:
    async def giving_up() -> None:
        gate = Gate(at_once=1, queue=3, patience=5)
        async with gate.admitted():
            first, second = (asyncio.create_task(_visit(gate)) for _ in range(2))
            await asyncio.sleep(0)
        # The first has just been handed the place, and is called off before it knows.
        first.cancel()
        await asyncio.wait_for(second, 5)
        assert first.cancelled()
        assert (gate.inside, gate.waiting) == (0, 0)

    async def _visit(gate: Gate) -> None:
        async with gate.admitted():
            pass

    asyncio.run(giving_up())


def test_gates_of_one_room_share_its_places_in_turn() -> None:
    async def shared() -> tuple[int, list[str]]:
        room = Room(2)
        searching = Gate(at_once=2, queue=20, patience=5, room=room)
        reading = Gate(at_once=2, queue=20, patience=5, room=room)
        inside = most = 0
        order: list[str] = []

        async def visit(gate: Gate, name: str) -> None:
            nonlocal inside, most
            async with gate.admitted():
                inside += 1
                most = max(most, inside)
                order.append(name)
                await asyncio.sleep(0)
                inside -= 1

        flood = [visit(searching, "search") for _ in range(12)]
        await asyncio.gather(*flood, *(visit(reading, "read") for _ in range(3)))
        assert (searching.inside, searching.waiting, reading.inside, reading.waiting) == (0, 0, 0, 0)
        return most, order

    most, order = asyncio.run(shared())
    assert most == 2
    # The first two found the room empty; from then on the two gates take turns, however many wait at one of them.
    assert order[:8].count("read") == 3
    assert len(order) == 15


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
