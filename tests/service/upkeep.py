"""What tests about jobs, builds and the trail share: waiting for a job, and actors as lines."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from typing import Any

from fastapi.testclient import TestClient

NDJSON = {"content-type": "application/x-ndjson"}


def over(client: TestClient, address: str, *, seconds: float = 240) -> dict[str, Any]:
    """The job at an address once it is over."""
    end = time.monotonic() + seconds
    while True:
        job: dict[str, Any] = client.get(address).json()
        if job["state"] in ("done", "failed", "cancelled"):
            return job
        assert time.monotonic() < end, job
        time.sleep(0.1)


def lines(actors: Iterable[object]) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in actors)


def mill(number: int, **further: object) -> dict[str, object]:
    return {"id": f"mill:{number}", "name": f"Mill {number}", "group": "company", **further}
