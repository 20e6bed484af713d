"""Settings are checked when they are read, and an error names the setting and its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.errors import SettingsError
from matchmaker.settings import Settings, read_settings


def test_without_file_and_environment_there_are_defaults(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {}) == Settings()


def test_the_environment_outranks_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('encoder = "from-file"\n', encoding="utf-8")
    assert read_settings(tmp_path, {}).encoder == "from-file"
    assert read_settings(tmp_path, {"MATCHMAKER_ENCODER": "from-environment"}).encoder == "from-environment"


@pytest.mark.parametrize(
    ("content", "said"),
    [("colour = 'red'", "colour"), ("encoder = 3", "encoder"), ("encoder = ", "cannot be read")],
)
def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "settings.toml").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=said):
        read_settings(tmp_path, {})


def test_a_glossary_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not a file"):
        read_settings(tmp_path, {"MATCHMAKER_GLOSSARY": str(tmp_path / "none.tsv")})
