"""Whether several who ask at once are answered what each is answered alone, to the byte.

    python -m benchmarks.at_once WORKSPACE [--askers 8] [--times 3] [--seed 1]

``WORKSPACE`` is a built one and is copied; the copy is served as ``matchmaker serve`` does it, in a process of its own. A
facilitator, an analyst and firms ask for every page, file and address of the API that is read, and search in sentences, as
soon as the service is ready and all at once; then, when it has settled, one after the other; then at once again. What differs
is told, with the first place where it does. The ids of requests are left out of it, and so is what counts requests or tells
when a key was last used, and just after the start reports, which say that a part of them is still being worked out. Who is
refused because too much is asked at once (503) asks again. The command ends with 1 where an answer differs.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import quote

from benchmarks.asking import ROLES, Drawing, Served, paths, served
from service.permissions import Role

ANOTHER_TIME = frozenset({"/metrics", "/api/v1/keys", "/keys"})
"""What tells of requests that were made."""
LATER = ("/report",)
"""What leaves out, and says so, what is still worked out just after a start."""
SETTLE_SECONDS = 60.0
PAUSE_SECONDS = 1.0
"""Between two tries of who was refused."""
SENTENCES = (
    "affald og energi fra landbrugets halm",
    "vi søger en partner til bioraffinering af græs",
    "tang, fisk og skaldyr i fjorden",
    "genbrug af emballage i fødevareindustrien",
    "biogasanlæg med gylle og madaffald",
    "who makes enzymes for protein from grass?",
)
_ID = re.compile(rb'"request_id": ?"[0-9a-f]+"')


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and by whom."""

    role: Role
    own: str
    """Id of the actor whose firm asks, where a firm does."""
    address: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How it was answered."""

    status: int
    content: bytes


class Asking:
    """Asks; each thread over a connection of its own."""

    def __init__(self, service: Served) -> None:
        self._service = service
        self._of_thread = threading.local()
        self.refused = 0

    def answer(self, question: Question) -> Answer:
        """The answer, asked again as long as much is asked at once, or status 0 and what went wrong with the connection."""
        while (found := self._asked(question)).status == 503:
            self.refused += 1
            time.sleep(PAUSE_SECONDS)
        return found

    def _asked(self, question: Question) -> Answer:
        key = (
            self._service.firms[question.own]
            if question.role is Role.FIRM
            else self._service.keys[question.role]
        )
        headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        try:
            connection = self._connection()
            connection.request(
                "POST" if question.body else "GET", question.address, question.body or None, headers
            )
            answer = connection.getresponse()
            return Answer(answer.status, _ID.sub(b"", answer.read()))
        except (HTTPException, OSError) as error:
            self._of_thread.connection.close()
            return Answer(0, repr(error).encode())

    def at_once(self, questions: Sequence[Question], askers: int) -> list[Answer]:
        """All answers, asked by so many threads."""
        with ThreadPoolExecutor(askers) as pool:
            return list(pool.map(self.answer, questions))

    def _connection(self) -> HTTPConnection:
        if not hasattr(self._of_thread, "connection"):
            self._of_thread.connection = HTTPConnection("127.0.0.1", self._service.port, timeout=300)
        connection: HTTPConnection = self._of_thread.connection
        return connection


def drawn(service: Served, seed: int, times: int) -> list[Question]:
    """Every path of every role so many times, about actors that are drawn, and searches, in an order that is drawn."""
    drawing = Drawing(service, seed)
    found = []
    for role in ROLES:
        for path in (each for each in paths(role) if each not in ANOTHER_TIME):
            for _ in range(times):
                own = drawing.chance.choice(drawing.firms)
                itself = role is Role.FIRM and drawing.chance.random() < 0.5
                found.append(Question(role, own, drawing.address(path, own, about_itself=itself)))
    for sentence in (*SENTENCES, *(drawing.sentence() for _ in range(10 * times))):
        own = drawing.chance.choice(drawing.firms)
        found += [Question(role, own, "/api/v1/search", json.dumps({"text": sentence})) for role in ROLES]
        found.append(Question(Role.FIRM, own, f"/search?q={quote(sentence)}"))
    drawing.chance.shuffle(found)
    return found


def different(
    questions: Sequence[Question], one: Sequence[Answer], other: Sequence[Answer], but: tuple[str, ...] = ()
) -> Iterator[str]:
    """What was answered otherwise, with a 5xx or not at all, in words, ``but`` for addresses that begin so."""
    for question, first, second in zip(questions, one, other, strict=True):
        if question.address.startswith(but):
            continue
        if first != second or not 0 < first.status < 500:
            place = next(
                (at for at, (a, b) in enumerate(zip(first.content, second.content, strict=False)) if a != b),
                min(len(first.content), len(second.content)),
            )
            shown = [each.content[max(place - 60, 0) : place + 60] for each in (first, second)]
            yield (
                f"{question.role} {question.address}: {first.status}, {second.status}\n  {shown[0]!r}\n  {shown[1]!r}"
            )


def run(folder: Path, *, askers: int, times: int, seed: int) -> int:
    """Ask at once, one after the other and at once again; 1 where an answer differs."""
    with served(folder) as service:
        questions, asking = drawn(service, seed, times), Asking(service)
        first = asking.at_once(questions, askers)
        time.sleep(SETTLE_SECONDS)
        for each in questions:
            asking.answer(each)
        alone = [asking.answer(each) for each in questions]
        again = asking.at_once(questions, askers)
    print(f"refused and asked again: {asking.refused}")
    faults = 0
    for name, answers in (("at once, just started", first), ("one by one", alone), ("at once again", again)):
        counted = json.dumps(dict(sorted(Counter(each.status for each in answers).items())))
        told = list(different(questions, answers, alone, LATER if answers is first else ()))
        faults += len(told)
        print(f"{name}: {counted}; {len(told)} of {len(questions)} answers differ from those one by one")
        for words in told[:20]:
            print(words)
    return int(faults > 0)


def main() -> int:
    """Ask as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--askers", type=int, default=8)
    parser.add_argument("--times", type=int, default=3, help="how often each address is asked about others")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "workspace"
        shutil.copytree(asked.workspace, folder)
        return run(folder, askers=asked.askers, times=asked.times, seed=asked.seed)


if __name__ == "__main__":
    sys.exit(main())
