"""What can be set, from a file in the workspace and from the environment, all of it checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from matchmaker.errors import SettingsError

FILE = "settings.toml"
PREFIX = "MATCHMAKER_"
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/?")

LOG_LEVELS = ("error", "warning", "info")

ELSEWHERE = frozenset({"MATCHMAKER_WORKSPACE"})
"""Variables that are read before there is a workspace whose settings could be."""


@dataclass(frozen=True, slots=True)
class Settings:
    """One workspace's settings; the environment outranks the file, the file outranks the defaults."""

    encoder: str = ""
    """Name or folder of the model; empty means the one that is installed with the program."""
    graphs: str = ""
    """Folder for what is prepared of a model once; empty means inside the workspace, another can be shared."""
    glossary: str = ""
    """A file of Danish terms with their English words, beside those that come with the program."""
    port: int = 8000
    """Where `matchmaker serve` listens; ``--port`` outranks it."""
    log_level: str = "warning"
    """How much the service writes to its log: ``error``, ``warning``, or ``info`` with a line for every request."""
    address: str = ""
    """Where others reach the service, such as ``https://matchmaker.example``; links are printed with it."""
    cors_origins: str = ""
    """Origins of other sites whose scripts may call the API with a key, such as ``https://app.example``, with commas between."""
    rate_read: int = 1200
    """Requests a minute of one caller that read; 0 for no limit, here and below."""
    rate_search: int = 300
    """Requests a minute of one caller for searches, suggestions and teams."""
    rate_cluster: int = 300
    """Requests a minute of one caller for everybody's proposals, reports and files."""
    rate_write: int = 600
    """Requests a minute of one caller that change something."""
    rate_schedule: int = 60
    """Requests a minute of one caller for scores and schedules of events."""
    rate_sign_in: int = 60
    """Requests a minute of one caller that check a password."""

    def origins(self) -> tuple[str, ...]:
        """The origins of ``cors_origins``, one by one."""
        return tuple(each for each in re.split(r"[,\s]+", self.cors_origins) if each)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it counts, and where it comes from."""

    name: str
    value: str | int
    origin: str
    """The file, the variable, or ``default``."""


def read_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Settings from ``settings.toml`` in a workspace's folder and from ``MATCHMAKER_...`` variables.

    Raises ``SettingsError`` naming all that cannot be used: a file that cannot be read, unknown names, values.
    """
    found = effective_settings(folder, environment)
    return Settings(**{each.name: each.value for each in found})  # type: ignore[arg-type]


def effective_settings(folder: Path, environment: Mapping[str, str]) -> tuple[Setting, ...]:
    """Every setting as it counts, by name in the order of ``Settings``; raises as ``read_settings``."""
    problems: list[tuple[str, object, str]] = []
    path = folder / FILE
    in_file = _file_values(path, problems)
    settings = []
    for each in fields(Settings):
        default: str | int = each.default  # type: ignore[assignment]
        variable = f"{PREFIX}{each.name.upper()}"
        setting = Setting(each.name, default, "default")
        if each.name in in_file:
            setting = Setting(each.name, in_file[each.name], str(path))
        if variable in environment:
            setting = Setting(each.name, _number(environment[variable], default), variable)
        problem = _problem(setting, default)
        if problem:
            problems.append((each.name, setting.value, problem))
        settings.append(setting)
    if problems:
        name, value, _ = problems[0]
        said = [problem for _, _, problem in problems]
        message = (
            said[0]
            if len(said) == 1
            else "\n".join([f"{len(said)} settings cannot be used:", *(f"- {each}" for each in said)])
        )
        raise SettingsError(message, name=name, value=value)
    return tuple(settings)


def unknown_variables(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Variables that begin as ours do and set nothing: most likely misspelt."""
    known = {f"{PREFIX}{each.name.upper()}" for each in fields(Settings)} | ELSEWHERE
    return tuple(sorted(name for name in environment if name.startswith(PREFIX) and name not in known))


def _file_values(path: Path, problems: list[tuple[str, object, str]]) -> dict[str, str | int]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        problems.append((FILE, str(path), f"{path} cannot be read: {error}"))
        return {}
    names = {each.name for each in fields(Settings)}
    for name, value in content.items():
        if name not in names:
            known = ", ".join(sorted(names))
            problems.append((name, value, f"{path} has an unknown setting {name!r}; known are {known}."))
    return {name: value for name, value in content.items() if name in names}


def _number(text: str, default: str | int) -> str | int:
    """A variable's text as the number it stands for, where one is wanted."""
    return int(text) if isinstance(default, int) and text.isascii() and text.isdigit() else text


def _problem(setting: Setting, default: str | int) -> str:
    """What is wrong with a value and what to do, or nothing."""
    name, value = setting.name, setting.value
    where = "" if setting.origin == "default" else f" ({setting.origin})"
    if isinstance(default, str) and not isinstance(value, str):
        return f"The setting {name!r}{where} must be text in quotes, not {value!r}."
    if isinstance(default, int) and (not isinstance(value, int) or isinstance(value, bool)):
        return f"The setting {name!r}{where} must be a whole number, not {value!r}."
    wrong = _CHECKS[name](value) if name in _CHECKS else ""
    return f"The setting {name!r}{where} {wrong}" if wrong else ""


def _no_file(value: object) -> str:
    return "" if not value or Path(str(value)).is_file() else f"names {value}, which is not a file."


def _no_folder(value: object) -> str:
    return f"names {value}, which is a file and no folder." if value and Path(str(value)).is_file() else ""


def _no_address(value: object) -> str:
    if not value or _ADDRESS.fullmatch(str(value)):
        return ""
    return f"is {value!r}, which is no address of a service. Write one such as https://matchmaker.example, without a path."


def _no_port(value: object) -> str:
    return (
        "" if isinstance(value, int) and 1 <= value <= 65535 else f"is {value!r}; a port is from 1 to 65535."
    )


def _no_origins(value: object) -> str:
    wrong = [each for each in re.split(r"[,\s]+", str(value)) if each and not _ORIGIN.fullmatch(each)]
    if not wrong:
        return ""
    return f"holds {wrong[0]!r}, which is no origin. Write each such as https://app.example, in lower case, without a path."


def _no_rate(value: object) -> str:
    return "" if isinstance(value, int) and 0 <= value <= 1_000_000 else f"is {value!r}; write 0 to 1000000."


def _no_level(value: object) -> str:
    return "" if value in LOG_LEVELS else f"is {value!r}; choose {', '.join(LOG_LEVELS)}."


_CHECKS: Mapping[str, Callable[[object], str]] = {
    "address": _no_address,
    "glossary": _no_file,
    "graphs": _no_folder,
    "port": _no_port,
    "log_level": _no_level,
    "cors_origins": _no_origins,
    **dict.fromkeys(
        ("rate_read", "rate_search", "rate_cluster", "rate_write", "rate_schedule", "rate_sign_in"), _no_rate
    ),
}
