"""The load generator of ``benchmarks.load``, in a process of its own: sends requests at their times, whatever comes back.

Reads a plan as JSON from its input and writes what it saw to its output. Arrivals do not wait for answers, and latency is
counted from when a request was due, so that a slow service cannot slow down its own measurement (coordinated omission).
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

PATIENCE = 30.0
"""Seconds after which a request counts as unanswered."""
MOST_CONNECTIONS = 600


class Client:
    """Connections that are kept open and used again."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self._open = asyncio.Semaphore(MOST_CONNECTIONS)

    async def ask(self, method: str, path: str, body: str = "") -> tuple[int, bool]:
        """The status, and whether the answer says when to try again; 0 where there is no answer."""
        async with self._open:
            try:
                async with asyncio.timeout(PATIENCE):
                    return await self._ask(method, path, body)
            except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError):
                return 0, False

    async def _ask(self, method: str, path: str, body: str) -> tuple[int, bool]:
        sent = body.encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nAccept-Language: en\r\n"
        if sent:
            head += f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n"
        for fresh in (False, True):
            reader, writer = await self._connection(fresh=fresh)
            try:
                writer.write(head.encode() + b"\r\n" + sent)
                status, headers = await self._head(reader)
                await self._body(reader, headers)
            except (OSError, asyncio.IncompleteReadError):
                writer.close()
                if fresh:
                    raise
                continue  # The service had closed it while it was idle.
            if headers.get("connection") == "close":
                writer.close()
            else:
                self._idle.append((reader, writer))
            return status, "retry-after" in headers
        raise OSError

    async def _connection(self, *, fresh: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._idle and not fresh:
            return self._idle.pop()
        return await asyncio.open_connection("127.0.0.1", self._port)

    @staticmethod
    async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return int(lines[0].split()[1]), headers

    @staticmethod
    async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> None:
        if headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                await reader.readexactly(size + 2)
            await reader.readuntil(b"\r\n")
        elif length := int(headers.get("content-length", "0")):
            await reader.readexactly(length)

    def close(self) -> None:
        """Close what is idle."""
        for _, writer in self._idle:
            writer.close()


async def step(
    client: Client, requests: Sequence[Sequence[str]], rate: float, seconds: float, seed: int
) -> dict[str, Any]:
    """Requests at random times, ``rate`` a second on average; what came of them."""
    chance = random.Random(seed)
    answers: list[tuple[float, int, bool]] = []
    running: set[asyncio.Task[None]] = set()

    async def one(due: float, request: Sequence[str]) -> None:
        status, told = await client.ask(*request)
        answers.append((time.perf_counter() - due, status, told))

    due = begun = time.perf_counter()
    while due < begun + seconds:
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        task = asyncio.create_task(one(due, chance.choice(requests)))
        running.add(task)
        task.add_done_callback(running.discard)
        due += chance.expovariate(rate)
    while running:
        await asyncio.gather(*running)
    return _summary(answers, max(seconds, time.perf_counter() - begun))


async def capacity(
    client: Client, requests: Sequence[Sequence[str]], at_once: int, seconds: float, seed: int
) -> dict[str, Any]:
    """As many as come back with ``at_once`` askers that wait for each answer."""
    chance = random.Random(seed)
    answers: list[tuple[float, int, bool]] = []
    begun = time.perf_counter()

    async def asker() -> None:
        while time.perf_counter() < begun + seconds:
            sent = time.perf_counter()
            status, told = await client.ask(*chance.choice(requests))
            answers.append((time.perf_counter() - sent, status, told))

    await asyncio.gather(*(asker() for _ in range(at_once)))
    return _summary(answers, time.perf_counter() - begun)


def _summary(answers: Sequence[tuple[float, int, bool]], seconds: float) -> dict[str, Any]:
    good = sorted(latency for latency, status, _ in answers if status == 200)
    refused = sorted(latency for latency, status, _ in answers if status in (429, 503))
    statuses = Counter(status for _, status, _ in answers)
    return {
        "sent": len(answers),
        "seconds": seconds,
        "answered": len(good),
        "p50": _at(good, 0.5),
        "p99": _at(good, 0.99),
        "refused": len(refused),
        "refused_p99": _at(refused, 0.99),
        "refused_without_retry_after": sum(status in (429, 503) and not told for _, status, told in answers),
        "others": {str(status): count for status, count in statuses.items() if status not in (200, 429, 503)},
    }


def _at(values: Sequence[float], share: float) -> float | None:
    return values[min(len(values) - 1, int(share * len(values)))] if values else None


async def run(plan: dict[str, Any]) -> dict[str, Any]:
    """One step as the plan has it."""
    client = Client(plan["port"])
    try:
        if plan.get("at_once"):
            return await capacity(client, plan["requests"], plan["at_once"], plan["seconds"], plan["seed"])
        return await step(client, plan["requests"], plan["rate"], plan["seconds"], plan["seed"])
    finally:
        client.close()


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        json.dump(asyncio.run(run(json.load(sys.stdin))), sys.stdout)
