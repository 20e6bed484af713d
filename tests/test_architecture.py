"""The rooms and who may import whom; the same picture as docs/architecture.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

VALUES = {"alphabet", "errors", "actors", "answers", "naming", "telling"}
COLUMNS = VALUES | {"corpus"}
TEXT = COLUMNS | {"language", "text"}
READING = TEXT | {"copies", "directions"}
FINDING = READING | {"search", "word_index", "cuts"}
ALLOWED = {
    "alphabet": set[str](),
    "telling": set[str](),
    "errors": {"actors", "events", "telling"},
    "actors": set[str](),
    "answers": {"telling"},
    "profiles": {"actors", "telling"},
    "naming": {"telling"},
    "users": set[str](),
    "events": {"actors", "answers", "telling"},
    "settings": {"errors"},
    "mailing": {"errors", "settings"},
    "progress": set[str](),
    "corpus": VALUES,
    "cuts": COLUMNS,
    "centring": set[str](),
    "copies": set[str](),
    "sources": VALUES | {"events", "identity"},
    "language": {"errors"},
    "directions": VALUES,
    "text": COLUMNS | {"language"},
    "completeness": {"actors", "alphabet", "language"},
    "identity": {"actors"},
    "embedding": {"errors"},
    "places": set[str](),
    "word_index": COLUMNS | {"language"},
    "search": READING | {"places", "word_index"},
    "matching": FINDING | {"centring"},
    "landscape": FINDING,
    "meetings": VALUES | {"events"},
    "erasures": {"errors"},
    "jobs": set[str](),
    "trail": set[str](),
    "tried": set[str](),
    "repeated": set[str](),
    "store": COLUMNS
    | {
        "embedding",
        "events",
        "erasures",
        "users",
        "jobs",
        "trail",
        "tried",
        "repeated",
        "profiles",
        "directions",
        "endpoints",
        "saved_searches",
        "ways_back",
    },
    "generations": {"errors", "builds", "store"},
    "working": {
        "errors",
        "actors",
        "events",
        "jobs",
        "progress",
        "store",
        "building",
        "drafts",
        "importing",
        "intake",
    },
    "forgetting": {"errors", "text", "encoding", "store", "builds"},
    "doctor": {
        "errors",
        "builds",
        "encoding",
        "forgetting",
        "mailing",
        "settings",
        "signing_in",
        "store",
        "taking_place",
    },
    "held": {"errors", "erasures", "answers", "events", "saved_searches", "store", "users"},
    "workplace": VALUES | {"completeness", "events", "profiles", "arranging", "held", "bundles", "store"},
    "curating": {"answers", "store"},
    "ways_back": {"answers", "events", "profiles"},
    "undoing": {"errors", "events", "arranging", "curating", "store", "ways_back", "workplace"},
    "taking_place": {"errors", "erasures", "settings", "store"},
    "backups": {"errors", "erasures", "settings", "store", "taking_place"},
    "signing_in": {"errors", "settings", "users", "mailing", "store"},
    "saved_searches": {"actors", "directions"},
    "endpoints": set[str](),
    "reach": FINDING,
    "fitting": FINDING | {"reach"},
    "alerts": VALUES
    | {
        "saved_searches",
        "directions",
        "encoding",
        "fitting",
        "mailing",
        "published",
        "store",
        "users",
        "wording",
    },
    "webhooks": {"errors", "endpoints", "store", "telling"},
    "builds": {"errors"},
    "generation": FINDING | {"analysis", "centring", "foreseen", "matching", "landscape"},
    "freshness": FINDING | {"matching", "landscape", "generation"},
    "paragraphs": FINDING | {"matching"},
    "proposals": FINDING | {"matching"},
    "scored": {"matching"},
    "told_matches": {"matching"},
    "suggesting": FINDING
    | {"matching", "generation", "freshness", "proposals", "scored", "told_matches", "foreseen"},
    "questions": FINDING | {"fitting", "matching", "generation", "freshness", "paragraphs"},
    "directory": FINDING,
    "past_collaborations": COLUMNS,
    "open_directory": VALUES | {"directory", "published", "settings", "store"},
    "kept_figures": set[str](),
    "analysis": COLUMNS | {"landscape", "kept_figures"},
    "foreseen": COLUMNS | {"landscape", "matching", "analysis", "kept_figures"},
    "frames": COLUMNS | {"landscape", "analysis"},
    "published": FINDING
    | {
        "matching",
        "landscape",
        "generation",
        "freshness",
        "fitting",
        "proposals",
        "suggesting",
        "questions",
        "directory",
        "past_collaborations",
        "analysis",
        "frames",
        "kept_figures",
    },
    "wording": {"actors", "places"},
    "reporting": VALUES
    | {
        "landscape",
        "analysis",
        "published",
        "wording",
        "events",
        "meetings",
        "exports",
        "sheets",
        "workbooks",
    },
    "graphml": set[str](),
    "bundles": {"sheets", "workbooks", "errors", "exports", "graphml"},
    "workbooks": set[str](),
    "sheets": {"sources", "workbooks"},
    "exports": VALUES | {"sheets", "sources"},
    "records": VALUES | {"exports", "matching", "published", "proposals"},
    "encoding": TEXT | {"settings", "embedding"},
    "importing": VALUES | {"progress", "sources", "store"},
    "drafts": {"errors", "telling"},
    "intake": VALUES | {"drafts", "exports", "identity", "importing", "sources", "store"},
    "identifying": VALUES | {"identity", "store"},
    "looked_through": {"actors", "completeness", "identifying", "identity", "store"},
    "building": TEXT | {"progress", "matching", "landscape", "store", "builds", "generation", "encoding"},
    "latest": COLUMNS | {"store", "builds", "generation", "freshness", "published", "encoding"},
    "kept_builds": {"errors", "builds", "generation", "latest", "published"},
    "arranging": VALUES
    | {"events", "meetings", "store", "matching", "published", "sources", "exports", "workbooks"},
    "status": VALUES | {"matching", "store", "builds", "generation", "freshness", "encoding", "latest"},
    "workspace": VALUES
    | {
        "settings",
        "progress",
        "embedding",
        "matching",
        "store",
        "builds",
        "published",
        "exports",
        "bundles",
        "records",
        "encoding",
        "importing",
        "building",
        "latest",
        "kept_builds",
        "status",
        "arranging",
        "looked_through",
        "identifying",
        "intake",
        "erasures",
        "forgetting",
        "backups",
        "held",
        "signing_in",
        "generations",
        "working",
        "mailing",
        "open_directory",
        "workplace",
        "alerts",
        "webhooks",
        "curating",
        "undoing",
    },
    "cli": COLUMNS
    | {
        "alphabet",
        "completeness",
        "identifying",
        "intake",
        "profiles",
        "directions",
        "analysis",
        "frames",
        "workspace",
        "published",
        "importing",
        "status",
        "matching",
        "landscape",
        "meetings",
        "events",
        "arranging",
        "sources",
        "exports",
        "bundles",
        "records",
        "reporting",
        "erasures",
        "forgetting",
        "backups",
        "doctor",
        "settings",
        "errors",
        "users",
        "signing_in",
        "jobs",
        "working",
        "alerts",
        "webhooks",
        "mailing",
    },
}
PURE = ("matching", "landscape", "meetings")
"""Values in, values out: no file, clock, network or process."""
IMPURE = {
    "os",
    "time",
    "datetime",
    "socket",
    "subprocess",
    "urllib",
    "requests",
    "httpx",
    "tempfile",
    "shutil",
}
SERVICE_MAY_USE = {
    "foreseen",
    "looked_through",
    "ways_back",
    "tried",
    "importing",
    "completeness",
    "identifying",
    "intake",
    "profiles",
    "alphabet",
    "workplace",
    "bundles",
    "frames",
    "kept_builds",
    "answers",
    "workspace",
    "published",
    "analysis",
    "directory",
    "past_collaborations",
    "settings",
    "errors",
    "actors",
    "matching",
    "landscape",
    "events",
    "arranging",
    "meetings",
    "search",
    "places",
    "corpus",
    "proposals",
    "exports",
    "records",
    "directions",
    "reporting",
    "wording",
    "telling",
    "users",
    "signing_in",
    "jobs",
    "working",
    "generations",
    "trail",
    "workbooks",
    "repeated",
    "status",
    "mailing",
    "alerts",
    "saved_searches",
    "webhooks",
}


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "matchmaker"}
    return found


def rooms_used(path: Path) -> set[str]:
    return {name.split(".")[1] for name in imports(path) if name.startswith("matchmaker.")}


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "matchmaker").parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules("matchmaker"), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_imports_only_the_rooms_above_it(path: Path) -> None:
    room = room_of(path)
    if room == "__init__":
        return
    assert room in ALLOWED, f"{room} is not in the table of rooms"
    assert rooms_used(path) - {room} <= ALLOWED[room]


def test_the_table_holds_no_room_that_is_gone() -> None:
    assert set(ALLOWED) <= {room_of(path) for path in modules("matchmaker")}


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_touch_no_file_clock_or_network(room: str) -> None:
    for path in modules(f"matchmaker/{room}"):
        used = {name.split(".")[0] for name in imports(path)} & (IMPURE - {"datetime"})
        assert not used, path
        assert ".now(" not in path.read_text("utf-8"), path
        assert ".today(" not in path.read_text("utf-8"), path


def test_the_service_goes_through_the_workspace() -> None:
    for path in modules("service"):
        assert rooms_used(path) <= SERVICE_MAY_USE, path


def test_the_library_does_not_know_the_service() -> None:
    for path in modules("matchmaker"):
        knows = any(name.split(".")[0] == "service" for name in imports(path))
        assert not knows or room_of(path) == "cli", path
