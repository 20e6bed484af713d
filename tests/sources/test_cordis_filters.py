"""A part of a download: by day, country, topic and field."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from matchmaker.actors import Participation
from matchmaker.errors import SourceError
from matchmaker.sources.cordis import read_cordis
from tests.sources.cordis_download import (
    ORGANISATION_COLUMNS,
    PROJECT_COLUMNS,
    download,
    field_of,
    ids,
    packed,
    part,
    project,
    table,
)


class TestFilters:
    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return download(
            tmp_path,
            [
                project(1, ecSignatureDate="2022-01-01"),
                project(2, ecSignatureDate="2022-06-01", topics="ERC-2021-STG"),
                project(3, ecSignatureDate="", startDate="2022-03-01"),
                project(4, ecSignatureDate="", startDate=""),
            ],
            [
                part(1, 10),
                part(1, 11, country="EL"),
                part(2, 11, country="EL"),
                part(2, 12, country="UK"),
                part(3, 10),
                part(4, 13, country="NA"),
            ],
            [
                field_of(1, "/natural sciences/chemical sciences"),
                field_of(2, "/engineering and technology/nano-technology"),
            ],
        )

    def test_signed_until_leaves_nothing_from_later_on(self, path: Path) -> None:
        reading = read_cordis(path, signed_until=date(2022, 3, 1))
        assert ids(reading) == (["cordis:10", "cordis:11"], ["cordis:1", "cordis:3"])
        assert ids(read_cordis(path, signed_until=date(2021, 12, 31))) == ([], [])

    @pytest.mark.parametrize("code", ["EL", "GR", "el", " gr "])
    def test_countries_keep_their_actors_and_the_projects_with_one_of_them(
        self, path: Path, code: str
    ) -> None:
        reading = read_cordis(path, countries=[code])
        assert ids(reading) == (["cordis:11"], ["cordis:1", "cordis:2"])
        assert all(
            each.participations == (Participation("cordis:11", "participant"),)
            for each in reading.collaborations
        )

    def test_several_countries_are_alternatives(self, path: Path) -> None:
        assert ids(read_cordis(path, countries=["GB", "NA"]))[0] == ["cordis:12", "cordis:13"]

    @pytest.mark.parametrize("country", ["Denmark", "D", "", "12"])
    def test_what_is_no_country_code_is_refused(self, path: Path, country: str) -> None:
        with pytest.raises(ValueError, match="two-letter code"):
            read_cordis(path, countries=[country])

    @pytest.mark.parametrize(
        ("options", "kept"),
        [
            ({"topics": ["ERC-"]}, [2]),
            ({"topics": ["erc-2021", "HORIZON-CL5"]}, [1, 2, 3, 4]),
            ({"topics": ["CL5"]}, []),
            ({"fields": ["/Natural Sciences"]}, [1]),
            ({"fields": ["natural sciences/chem", "engineering"]}, [1, 2]),
            ({"fields": ["chemical sciences"]}, []),
            ({"fields": ["/natural sciences"], "topics": ["ERC"]}, []),
            ({"signed_until": date(2022, 3, 1), "topics": ["HORIZON"], "countries": ["DK"]}, [1, 3]),
        ],
    )
    def test_topics_and_fields_are_beginnings(
        self, path: Path, options: dict[str, list[str]], kept: list[int]
    ) -> None:
        reading = read_cordis(path, **options)  # type: ignore[arg-type]
        assert ids(reading)[1] == [f"cordis:{number}" for number in kept]
        assert reading.rejections == []

    def test_a_field_cannot_be_asked_of_a_download_without_fields(self, tmp_path: Path) -> None:
        path = packed(
            tmp_path / "a.zip",
            {"project.csv": table(PROJECT_COLUMNS, []), "organization.csv": table(ORGANISATION_COLUMNS, [])},
        )
        assert ids(read_cordis(path)) == ([], [])
        with pytest.raises(SourceError, match=r"no euroSciVoc\.csv"):
            read_cordis(path, fields=["/natural sciences"])
