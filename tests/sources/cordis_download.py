"""A download from CORDIS as small as a test wants it: projects, organisations and fields, packed as the real one is."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from matchmaker.sources.cordis import CordisReading

PROJECT_COLUMNS = (
    "id acronym status title startDate endDate totalCost topics ecSignatureDate objective keywords"
)

ORGANISATION_COLUMNS = (
    "projectID projectAcronym organisationID vatNumber name shortName SME activityType street city country nutsCode "
    "geolocation organizationURL contactForm role endOfParticipation ecContribution netEcContribution"
)

Row = dict[str, str]


def project(number: int, **values: str) -> Row:
    return {
        "id": f"{number}",
        "acronym": f"P{number}",
        "title": f"Project {number}",
        "startDate": "2022-09-01",
        "endDate": "2025-08-31",
        "totalCost": "2073781,25",
        "topics": "HORIZON-CL5-2021-D2-01-11",
        "ecSignatureDate": "2022-05-12",
        "objective": f"Objective of {number}.",
        **values,
    }


def part(project_number: int, organisation: int, **values: str) -> Row:
    return {
        "projectID": f"{project_number}",
        "organisationID": f"{organisation}",
        "name": f"Organisation {organisation}",
        "SME": "false",
        "activityType": "PRC",
        "city": "Viborg",
        "country": "DK",
        "nutsCode": "DK041",
        "geolocation": "56.45,9.4",
        "role": "participant",
        **values,
    }


def field_of(project_number: int, path: str) -> Row:
    return {"projectID": f"{project_number}", "euroSciVocPath": path}


def table(columns: str, rows: Sequence[Row], *, bom: bool = False) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns.split(), delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig" if bom else "utf-8")


def download(
    path: Path,
    projects: Sequence[Row],
    organisations: Sequence[Row],
    fields: Sequence[Row] = (),
    *,
    project_columns: str = PROJECT_COLUMNS,
) -> Path:
    """A zip as CORDIS makes it today."""
    return packed(
        path / "cordis-HORIZONprojects-csv.zip",
        {
            "project.csv": table(project_columns, projects),
            "organization.csv": table(ORGANISATION_COLUMNS, organisations),
            "euroSciVoc.csv": table("projectID euroSciVocCode euroSciVocPath euroSciVocTitle", fields),
            "webLink.csv": b'"projectID";"physUrl"\n',
        },
    )


def packed(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def ids(reading: CordisReading) -> tuple[list[str], list[str]]:
    return [each.id for each in reading.actors], [each.id for each in reading.collaborations]
