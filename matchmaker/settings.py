"""What can be set, from a file in the workspace and from the environment, checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from matchmaker.errors import SettingsError

FILE = "settings.toml"
PREFIX = "MATCHMAKER_"
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True)
class Settings:
    """One workspace's settings; the environment outranks the file, the file outranks the defaults."""

    encoder: str = ""
    """Name or folder of the model; empty means the one that is installed with the program."""
    graphs: str = ""
    """Folder for what is prepared of a model once; empty means inside the workspace, another can be shared."""
    glossary: str = ""
    """A file of Danish terms with their English words, beside those that come with the program."""
    address: str = ""
    """Where others reach the service, such as ``https://matchmaker.example``; links are printed with it."""


def read_settings(folder: Path, environment: Mapping[str, str]) -> Settings:
    """Settings from ``settings.toml`` in a workspace's folder and from ``MATCHMAKER_...`` variables.

    Raises ``SettingsError`` for a file that cannot be read, an unknown name or a value of the wrong type.
    """
    names = {each.name for each in fields(Settings)}
    values = _file_values(folder / FILE, names)
    for name in names:
        if (value := environment.get(f"{PREFIX}{name.upper()}")) is not None:
            values[name] = value
    settings = Settings(**values)
    if settings.glossary and not Path(settings.glossary).is_file():
        raise SettingsError(
            f"The setting 'glossary' names {settings.glossary}, which is not a file.",
            name="glossary",
            value=settings.glossary,
        )
    if settings.address and not _ADDRESS.fullmatch(settings.address):
        raise SettingsError(
            f"The setting 'address' is {settings.address!r}, which is no address of a service. "
            "Write one such as https://matchmaker.example, without a path.",
            name="address",
            value=settings.address,
        )
    return settings


def _file_values(path: Path, names: set[str]) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}", name=FILE, value=str(path)) from error
    for name, value in content.items():
        if name not in names:
            raise SettingsError(
                f"{path} has an unknown setting {name!r}; known are {', '.join(sorted(names))}.",
                name=name,
                value=value,
            )
        if not isinstance(value, str):
            raise SettingsError(
                f"The setting {name!r} in {path} must be text in quotes, not {value!r}.",
                name=name,
                value=value,
            )
    return {name: str(value) for name, value in content.items()}
