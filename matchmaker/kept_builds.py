"""Builds that are kept beside the published one, so that what was seen in one of them can be seen again."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaker.builds import Builds
from matchmaker.errors import DamagedBuildError, NotBuiltError
from matchmaker.generation import LAYOUT
from matchmaker.latest import Latest
from matchmaker.published import Published


@dataclass(frozen=True, slots=True)
class KeptBuild:
    """A build that can be read."""

    name: str
    made_at: float
    """When it was made, in seconds since 1970."""
    published: bool


class KeptBuilds:
    """The builds of one workspace that are still there, the published one first."""

    def __init__(self, builds: Builds, latest: Latest) -> None:
        self._builds = builds
        self._latest = latest

    def all(self) -> tuple[KeptBuild, ...]:
        """What is published, then what was before, where they are there."""
        pointer = self._builds.pointer()
        found = []
        for name in (pointer.published, pointer.previous) if pointer else ():
            made = None if name is None else self._builds.made_at(name)
            if name is None or made is None or pointer is None:
                continue
            # One of another version of the program is there and cannot be read.
            if (self._builds.facts(name) or {}).get("layout") == LAYOUT:
                found.append(KeptBuild(name, made, name == pointer.published))
        return tuple(found)

    def before(self, name: str) -> tuple[str, ...]:
        """Names of those made before this one, the newest first; none for one that is not among them.

        Which is published says nothing of it: somebody may have gone back.
        """
        kept = {each.name: each.made_at for each in self.all()}
        earlier = [each for each in kept if kept[each] < kept.get(name, 0.0)]
        return tuple(sorted(earlier, key=lambda each: (-kept[each], each)))

    def read(self, name: str) -> Published | None:
        """A build of ``all``, loaded anew with what changed since laid over it; ``None`` where it cannot be read any more."""
        if all(each.name != name for each in self.all()):
            return None
        try:
            return self._latest.earlier(name)
        except (DamagedBuildError, NotBuiltError):
            return None
