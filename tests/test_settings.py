"""Settings are checked when they are read, and an error names every setting that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from matchmaker.cli import main
from matchmaker.errors import SettingsError
from matchmaker.settings import Setting, Settings, effective_settings, read_settings, unknown_variables


def test_without_file_and_environment_there_are_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}) == Settings()


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('encoder = "from-file"\nport = 9000\n', encoding="utf-8")
    assert read_settings(tmp_path, {}) == Settings(encoder="from-file", port=9000)
    read = read_settings(tmp_path, {"MATCHMAKER_ENCODER": "from-environment", "MATCHMAKER_PORT": "9001"})
    assert read == Settings(encoder="from-environment", port=9001)


def test_each_setting_says_where_it_comes_from(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('encoder = "from-file"\n', encoding="utf-8")
    found = {each.name: each for each in effective_settings(tmp_path, {"MATCHMAKER_LOG_LEVEL": "info"})}
    assert found["encoder"] == Setting("encoder", "from-file", str(tmp_path / "settings.toml"))
    assert found["log_level"] == Setting("log_level", "info", "MATCHMAKER_LOG_LEVEL")
    assert found["port"] == Setting("port", 8000, "default")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("colour = 'red'", "colour"),
        ("encoder = 3", "encoder"),
        ("encoder = ", "cannot be read"),
        ("port = 'x'", "whole number"),
        ("port = true", "whole number"),
        ("port = 0", "1 to 65535"),
        ("log_level = 'loud'", "choose error, warning, info"),
        ("directory = 'ajar'", "closed or open"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_settings(tmp_path, {})


def test_all_that_cannot_be_used_is_named_together(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('colour = "red"\nencoder = 3\n', encoding="utf-8")
    environment = {"MATCHMAKER_PORT": "many", "MATCHMAKER_GLOSSARY": str(tmp_path / "none.tsv")}
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path, environment)
    assert all(name in str(caught.value) for name in ("4 settings", "colour", "encoder", "port", "glossary"))
    assert "MATCHMAKER_PORT" in str(caught.value)


def test_a_glossary_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not a file"):
        read_settings(tmp_path, {"MATCHMAKER_GLOSSARY": str(tmp_path / "none.tsv")})


def test_a_misspelt_variable_is_found() -> None:
    environment = {"MATCHMAKER_ENCODR": "x", "MATCHMAKER_WORKSPACE": "w", "MATCHMAKER_PORT": "1", "HOME": "/"}
    assert unknown_variables(environment) == ("MATCHMAKER_ENCODR",)


def test_the_command_shows_what_counts(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_PORT", "9002")
    monkeypatch.setenv("MATCHMAKER_PROT", "9003")
    assert main(["-w", str(tmp_path), "settings", "--json"]) == 0
    told = json.loads(capfd.readouterr().out)
    assert {"name": "port", "value": 9002, "origin": "MATCHMAKER_PORT"} in told["settings"]
    assert told["unknown_variables"] == ["MATCHMAKER_PROT"]
    assert main(["-w", str(tmp_path), "settings"]) == 0
    assert "MATCHMAKER_PROT sets nothing" in capfd.readouterr().out
    monkeypatch.setenv("MATCHMAKER_PORT", "many")
    assert main(["-w", str(tmp_path), "settings"]) == 1
    assert "MATCHMAKER_PORT" in capfd.readouterr().err
