"""What can be set, from a file in the workspace and from the environment, all of it checked at the start."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from matchmaker.errors import SettingsError

FILE = "settings.toml"
PREFIX = "MATCHMAKER_"
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?")
_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?/?")

LOG_LEVELS = ("error", "warning", "info")
DIRECTORY = ("closed", "open")
MAIL_SECURITY = ("starttls", "tls", "none")

SECRETS = frozenset({"oidc_client_secret", "smtp_password"})
"""Settings that are never shown, and never in ``settings.toml``: from a variable, or from the file that ``..._file`` names."""

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
    smtp_host: str = ""
    """The server that takes letters; empty means that nothing is mailed."""
    smtp_port: int = 0
    """0 means the one that goes with ``smtp_security``: 587, 465 or 25."""
    smtp_security: str = "starttls"
    """``starttls`` (the connection is turned into TLS or given up), ``tls`` from the first byte, or ``none``."""
    smtp_user: str = ""
    """Empty means that the server wants no sign-in."""
    smtp_password: str = field(default="", repr=False)
    """From the variable alone."""
    smtp_password_file: str = ""
    """A file with the password in its first line, in place of the variable."""
    mail_from: str = ""
    """The address that letters come from."""
    mail_hour: int = 7
    """From when on a day letters with alerts go by themselves, 0 to 23."""
    mail_zone: str = "Europe/Copenhagen"
    """By which clock: the name of a time zone."""
    oidc_issuer: str = ""
    """The OpenID provider that people can sign in with, such as ``https://login.example``; empty means none."""
    oidc_client_id: str = ""
    """What this service is called there."""
    oidc_client_secret: str = field(default="", repr=False)
    """From the variable alone; empty, with no file either, where the provider gave none."""
    oidc_client_secret_file: str = ""
    """A file with the secret in its first line, in place of the variable."""
    oidc_name: str = ""
    """What the provider is called on the sign-in page; empty means by its host."""
    directory: str = "closed"
    """``open`` lets everybody see the actors that said yes to that, without signing in."""
    webhook_private: bool = False
    """Whether webhooks may go to this machine and to local networks."""
    webhook_http: bool = False
    """Whether webhooks may go over http, which is not encrypted."""
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
    value: str | int = field(repr=False)
    origin: str
    """The file, the variable, or ``default``."""

    @property
    def shown(self) -> str | int:
        """The value as it may be told; of a secret only that there is one."""
        return "(hidden)" if self.name in SECRETS and self.value else self.value


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
        default: str | int | bool = each.default  # type: ignore[assignment]
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
    problems += _together({each.name: each.value for each in settings})
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


def secret(settings: Settings, name: str) -> str:
    """A secret from its variable, or from the first line of the file that is named for it; raises ``OSError``."""
    file = str(getattr(settings, f"{name}_file"))
    if not file:
        return str(getattr(settings, name))
    return Path(file).read_text("utf-8", errors="replace").split("\n", 1)[0].rstrip("\r")


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
    if isinstance(default, bool):
        return {"true": True, "false": False}.get(text, text)
    return int(text) if isinstance(default, int) and text.isascii() and text.isdigit() else text


def _problem(setting: Setting, default: str | int) -> str:
    """What is wrong with a value and what to do, or nothing."""
    name, value = setting.name, setting.value
    where = "" if setting.origin == "default" else f" ({setting.origin})"
    if name in SECRETS and where and setting.origin != f"{PREFIX}{name.upper()}":
        return f"The secret {name!r} must not be in {setting.origin}. Put it into a file that only its owner reads, and name that one with {name}_file."
    if isinstance(default, str) and not isinstance(value, str):
        return f"The setting {name!r}{where} must be text in quotes, not {value!r}."
    if isinstance(default, bool):
        return (
            ""
            if isinstance(value, bool)
            else f"The setting {name!r}{where} must be true or false, not {value!r}."
        )
    if isinstance(default, int) and (not isinstance(value, int) or isinstance(value, bool)):
        return f"The setting {name!r}{where} must be a whole number, not {value!r}."
    wrong = _CHECKS[name](value) if name in _CHECKS else ""
    return f"The setting {name!r}{where} {wrong}" if wrong else ""


def _together(values: Mapping[str, str | int]) -> list[tuple[str, object, str]]:
    """What is wrong with settings beside each other."""
    problems: list[tuple[str, object, str]] = []
    for name in sorted(SECRETS):
        if values[name] and values[f"{name}_file"]:
            problems.append(
                (name, "", f"Both {name!r} and '{name}_file' are set; the secret can come from one alone.")
            )
    if values["smtp_host"] and not values["mail_from"]:
        problems.append(
            (
                "mail_from",
                "",
                "The setting 'smtp_host' needs 'mail_from', the address that letters come from.",
            )
        )
    if values["oidc_issuer"] and not values["oidc_client_id"]:
        problems.append(
            (
                "oidc_client_id",
                "",
                "The setting 'oidc_issuer' needs 'oidc_client_id', as the provider gave it.",
            )
        )
    if values["smtp_user"] and not (values["smtp_password"] or values["smtp_password_file"]):
        problems.append(
            ("smtp_password", "", "The setting 'smtp_user' needs 'smtp_password' or 'smtp_password_file'.")
        )
    if (
        values["smtp_user"]
        and values["smtp_security"] == "none"
        and values["smtp_host"] not in ("127.0.0.1", "::1", "localhost")
    ):
        problems.append(
            (
                "smtp_security",
                "none",
                "With 'smtp_security' none the password would travel in the clear; use starttls or tls.",
            )
        )
    return problems


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


def _no_mail_port(value: object) -> str:
    return "" if value == 0 else _no_port(value)


def _no_security(value: object) -> str:
    return "" if value in MAIL_SECURITY else f"is {value!r}; choose {', '.join(MAIL_SECURITY)}."


def _no_mail_address(value: object) -> str:
    if not value or _MAIL_ADDRESS.fullmatch(str(value)):
        return ""
    return f"is {value!r}, which is no e-mail address. Write one such as matchmaker@cluster.example."


def _no_hour(value: object) -> str:
    return "" if isinstance(value, int) and 0 <= value <= 23 else f"is {value!r}; write an hour from 0 to 23."


def _no_zone(value: object) -> str:
    try:
        ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return (
            f"is {value!r}, which is no time zone. Write it by continent and city, such as Europe/Copenhagen."
        )
    return ""


def _no_issuer(value: object) -> str:
    if not value:
        return ""
    try:
        parts = urlsplit(str(value))
    except ValueError:
        parts = urlsplit("")
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if (
        parts.hostname
        and not (parts.query or parts.fragment or parts.username)
        and (parts.scheme == "https" or (parts.scheme == "http" and here))
    ):
        return ""
    return f"is {value!r}, which is no issuer. Write its https:// address, exactly as the provider tells it."


def _no_directory(value: object) -> str:
    return "" if value in DIRECTORY else f"is {value!r}; choose {' or '.join(DIRECTORY)}."


def _no_short_text(value: object) -> str:
    text = str(value)
    return (
        ""
        if len(text) <= 60 and (not text or text.isprintable())
        else "must be one line of at most 60 characters."
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
    "smtp_port": _no_mail_port,
    "smtp_security": _no_security,
    "smtp_password_file": _no_file,
    "mail_from": _no_mail_address,
    "mail_hour": _no_hour,
    "mail_zone": _no_zone,
    "oidc_issuer": _no_issuer,
    "oidc_client_secret_file": _no_file,
    "oidc_name": _no_short_text,
    "directory": _no_directory,
    "cors_origins": _no_origins,
    **dict.fromkeys(
        ("rate_read", "rate_search", "rate_cluster", "rate_write", "rate_schedule", "rate_sign_in"), _no_rate
    ),
}
