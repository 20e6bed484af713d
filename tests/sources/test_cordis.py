from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from matchmaker.actors import ActorGroup, Commitment, Participation, Place
from matchmaker.errors import SourceError
from matchmaker.sources.cordis import CordisReading, read_cordis
from matchmaker.store import Store

REAL = Path(__file__).parents[3] / "shared/data/cordis-horizon/cordis-HORIZONprojects-csv.zip"

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


class TestActors:
    def test_an_organisation_becomes_an_actor_that_is_no_member(self, tmp_path: Path) -> None:
        row = part(
            1,
            9,
            name="  GRØN   HALM\nApS ",
            SME="true",
            vatNumber="DK12345678",
            organizationURL="https://halm.example",
        )
        actor = read_cordis(download(tmp_path, [project(1)], [row])).actors[0]
        assert (actor.id, actor.name, actor.group) == ("cordis:9", "GRØN HALM ApS", ActorGroup.COMPANY)
        assert actor.place == Place("DK", "DK041", "Viborg", 56.45, 9.4)
        assert (actor.size, actor.registration_number, actor.website, actor.member) == (
            "SME", "DK12345678", "https://halm.example", False,
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("activity", "group"),
        [
            ("PRC", ActorGroup.COMPANY),
            ("HES", ActorGroup.KNOWLEDGE_INSTITUTION),
            ("REC", ActorGroup.KNOWLEDGE_INSTITUTION),
            ("PUB", ActorGroup.PUBLIC_BODY),
            ("OTH", ActorGroup.OTHER),
            ("", ActorGroup.OTHER),
        ],
    )
    def test_the_group_is_the_activity_type(self, tmp_path: Path, activity: str, group: ActorGroup) -> None:
        reading = read_cordis(download(tmp_path, [project(1)], [part(1, 9, activityType=activity)]))
        assert reading.actors[0].group is group

    def test_rows_that_disagree_are_settled_by_frequency_then_by_the_smallest_and_never_by_nothing(
        self, tmp_path: Path
    ) -> None:
        rows = [
            part(1, 9, name="B", city="Aarhus", geolocation="1,1", vatNumber="", SME="true"),
            part(2, 9, name="A", city="Aarhus", geolocation="1,1", vatNumber="", SME="true"),
            part(3, 9, name="B", city="Randers", geolocation="2,2", vatNumber="DK1", SME="false"),
            part(4, 9, name="A", city="", nutsCode="", geolocation="3,3", vatNumber="", SME=""),
        ]
        actor = read_cordis(download(tmp_path, [project(number) for number in range(1, 5)], rows)).actors[0]
        assert (actor.name, actor.registration_number, actor.size) == ("A", "DK1", "SME")
        assert actor.place == Place("DK", "DK041", "Aarhus", 1.0, 1.0)

    def test_the_middle_of_a_country_is_no_place(self, tmp_path: Path) -> None:
        row = part(1, 9, name="HANSEN HANNE", city="", nutsCode="", SME="", geolocation="55.67,10.33")
        actor = read_cordis(download(tmp_path, [project(1)], [row])).actors[0]
        assert actor.place == Place("DK")

    def test_namibia_is_a_country_and_cordis_codes_stay(self, tmp_path: Path) -> None:
        countries = ["NA", "EL", "UK", "XK"]
        rows = [part(1, number, country=country) for number, country in enumerate(countries, 1)]
        actors = read_cordis(download(tmp_path, [project(1)], rows)).actors
        assert [actor.place.country for actor in actors] == countries

    @pytest.mark.parametrize("number", ["NOTAPPLICABLE", "MISSING", "N/A"])
    def test_a_word_in_place_of_a_vat_number_is_none(self, tmp_path: Path, number: str) -> None:
        actor = read_cordis(download(tmp_path, [project(1)], [part(1, 9, vatNumber=number)])).actors[0]
        assert actor.registration_number == ""


class TestCollaborations:
    def test_a_project_becomes_a_dated_collaboration(self, tmp_path: Path) -> None:
        objective = ' Straw; "green"\r\nand wet. '
        reading = read_cordis(
            download(
                tmp_path,
                [project(1, acronym="SolDAC", title="Full  spectrum", objective=objective, keywords="a,  b")],
                [part(1, 9)],
                [field_of(1, "/b/c"), field_of(1, "/a"), field_of(1, "/a"), field_of(2, "/x")],
            )
        )
        found = reading.collaborations[0]
        assert (found.id, found.title) == ("cordis:1", "SolDAC: Full spectrum")
        assert found.text == 'Straw; "green"\nand wet.\n\nKeywords: a, b'
        assert (found.signed, found.start, found.end) == (
            date(2022, 5, 12), date(2022, 9, 1), date(2025, 8, 31),
        )  # fmt: skip
        assert (found.topic, found.fields) == ("HORIZON-CL5-2021-D2-01-11", ("/a", "/b/c"))
        assert found.commitment is Commitment.PROJECT
        assert found.participations == (Participation("cordis:9", "participant"),)
        assert reading.rejections == []

    def test_an_acronym_that_the_title_begins_with_is_not_repeated(self, tmp_path: Path) -> None:
        reading = read_cordis(download(tmp_path, [project(1, acronym="Titan", title="TITAN: trust")], []))
        assert reading.collaborations[0].title == "TITAN: trust"

    @pytest.mark.parametrize("objective", ["Confidential", " CONFIDENTIAL. ", "n/a", "-", ""])
    def test_a_placeholder_is_no_text(self, tmp_path: Path, objective: str) -> None:
        reading = read_cordis(download(tmp_path, [project(1, objective=objective)], []))
        assert reading.collaborations[0].text == ""

    def test_an_organisation_stands_once_with_its_roles_and_the_coordinator_first(
        self, tmp_path: Path
    ) -> None:
        rows = [
            part(1, 5),
            part(1, 9, role="thirdParty"),
            part(1, 9, role="coordinator"),
            part(1, 5),
            part(1, 3, role=""),
        ]
        for order in (rows, rows[::-1]):
            found = read_cordis(download(tmp_path, [project(1)], order)).collaborations[0]
            assert found.participations == (
                Participation("cordis:9", "coordinator, thirdParty"),
                Participation("cordis:3", ""),
                Participation("cordis:5", "participant"),
            )

    def test_missing_columns_are_empty_values(self, tmp_path: Path) -> None:
        rows = [{"id": "1", "title": "T", "objective": "O."}]
        path = download(tmp_path, rows, [part(1, 9)], project_columns="objective title id")
        found = read_cordis(path).collaborations[0]
        assert (found.title, found.text, found.signed, found.topic) == ("T", "O.", None, "")

    def test_values_are_sorted_by_id_whatever_the_order_of_rows(self, tmp_path: Path) -> None:
        projects, parts = [project(2), project(1)], [part(2, 8), part(1, 9), part(1, 7)]
        forth = read_cordis(download(tmp_path, projects, parts))
        back = read_cordis(download(tmp_path, projects[::-1], parts[::-1]))
        assert forth == back
        assert ids(forth) == (["cordis:7", "cordis:8", "cordis:9"], ["cordis:1", "cordis:2"])


def funding_of(reading: CordisReading) -> list[float | None]:
    return [each.funding for each in reading.collaborations[0].participations]


class TestFunding:
    @pytest.mark.parametrize(
        ("net", "gross", "funding"),
        [
            ("399593.75", "500000", 399593.75),
            ("399593,75", "", 399593.75),
            ("", "1250,5", 1250.5),
            ("0", "700", 0.0),
            (" 12 ", "", 12.0),
            ("", "", None),
        ],
    )
    def test_the_net_contribution_comes_before_the_other(
        self, tmp_path: Path, net: str, gross: str, funding: float | None
    ) -> None:
        row = part(1, 9, netEcContribution=net, ecContribution=gross)
        reading = read_cordis(download(tmp_path, [project(1)], [row]))
        assert funding_of(reading) == [funding]
        assert reading.rejections == []

    @pytest.mark.parametrize("value", ["-5", "NaN", "inf", "1e9", "1.234.567", "12 000", "EUR 5", "x"])
    def test_what_is_no_amount_is_reported_and_the_participation_stays(
        self, tmp_path: Path, value: str
    ) -> None:
        row = part(1, 9, netEcContribution=value, ecContribution="700")
        reading = read_cordis(download(tmp_path, [project(1)], [row]))
        assert funding_of(reading) == [None]
        (rejection,) = reading.rejections
        assert (rejection.row, rejection.column, rejection.value) == (2, "netEcContribution", value)

    def test_two_rows_of_an_organisation_are_summed_and_an_ended_one_counts(self, tmp_path: Path) -> None:
        rows = [
            part(1, 9, netEcContribution="100.5", role="coordinator", endOfParticipation="true"),
            part(1, 9, netEcContribution="50", role="thirdParty"),
            part(1, 9, netEcContribution="", role="thirdParty"),
        ]
        for order in (rows, rows[::-1]):
            assert funding_of(read_cordis(download(tmp_path, [project(1)], order))) == [150.5]


class TestOlderLayout:
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "h2020"
        folder.mkdir()
        projects = [{**project(1), "ecMaxContribution": "12,5", "call": "H2020-X", "coordinator": "Lab"}]
        columns = "rcn id acronym topics title startDate endDate objective totalCost ecMaxContribution call coordinator"
        for row in projects:
            for gone in row.keys() - set(columns.split()):
                del row[gone]
        (folder / "cordis-h2020projects.csv").write_bytes(table(columns, projects, bom=True))
        columns = (
            "projectRcn projectID role id name activityType ecContribution country street city vatNumber organizationUrl "
            "contactForm contactType contactTitle contactFirstNames contactLastNames contactTelephoneNumber"
        )
        row = {
            "projectID": "1",
            "role": "coordinator",
            "id": "9",
            "name": "Lab",
            "activityType": "HES",
            "ecContribution": "1250,75",
            "country": "EL",
            "city": "Athen",
            "organizationUrl": "http://lab.example",
            "contactTitle": "Ms",
            "contactFirstNames": "Canary",
            "contactLastNames": "Bird",
            "contactTelephoneNumber": "+45 11111111",
        }
        (folder / "cordis-h2020organizations.csv").write_bytes(table(columns, [row], bom=True))
        return folder

    def test_is_read_by_column_name_from_a_folder(self, tmp_path: Path) -> None:
        reading = read_cordis(self.folder(tmp_path))
        actor, found = reading.actors[0], reading.collaborations[0]
        assert (actor.id, actor.group) == ("cordis:9", ActorGroup.KNOWLEDGE_INSTITUTION)
        assert (actor.place, actor.website) == (Place("EL", "", "Athen"), "http://lab.example")
        assert (found.id, found.title, found.signed) == ("cordis:1", "P1: Project 1", None)
        assert found.known_from == date(2022, 9, 1)
        assert found.participations == (Participation("cordis:9", "coordinator", 1250.75),)
        assert reading.rejections == []

    def test_contact_persons_are_nowhere_in_what_is_read(self, tmp_path: Path) -> None:
        said = repr(read_cordis(self.folder(tmp_path)))
        assert not any(personal in said for personal in ("Canary", "Bird", "11111111"))

    def test_two_downloads_in_one_folder_are_not_mixed(self, tmp_path: Path) -> None:
        folder = self.folder(tmp_path)
        (folder / "cordis-fp7projects.csv").write_bytes(b"id;title;objective\n")
        with pytest.raises(SourceError, match=r"cordis-fp7projects\.csv, cordis-h2020projects\.csv"):
            read_cordis(folder)


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


class TestRejections:
    def test_every_bad_row_is_reported_and_the_rest_is_read(self, tmp_path: Path) -> None:
        reading = read_cordis(
            download(
                tmp_path,
                [
                    project(1),
                    project(2, title=" "),
                    project(3, startDate="2022-13-45"),
                    project(1, title="again"),
                    {**project(4), "id": "four"},
                    project(5),
                ],
                [
                    part(1, 9),
                    part(2, 9),
                    part(3, 9),
                    part(77, 9),
                    {**part(1, 0), "organisationID": ""},
                    part(1, 8, name=""),
                    part(5, 7, geolocation="north,south"),
                    part(5, 6, geolocation="91,0"),
                ],
            )
        )
        assert [(each.file, each.row, each.column, each.value) for each in reading.rejections] == [
            ("project.csv", 3, "title", " "),
            ("project.csv", 4, "startDate", "2022-13-45"),
            ("project.csv", 5, "id", "1"),
            ("project.csv", 6, "id", "four"),
            ("organization.csv", 5, "projectID", "77"),
            ("organization.csv", 6, "organisationID", ""),
            ("organization.csv", 7, "name", ""),
            ("organization.csv", 8, "geolocation", "north,south"),
            ("organization.csv", 9, "geolocation", "91,0"),
        ]
        assert all(each.reason for each in reading.rejections)
        assert ids(reading) == (["cordis:6", "cordis:7", "cordis:9"], ["cordis:1", "cordis:5"])
        assert reading.collaborations[0].title == "P1: Project 1"
        assert reading.actors[0].place == Place("DK", "DK041", "Viborg")

    @pytest.mark.parametrize(
        ("line", "reason"),
        [
            (b'"3";"too";"few"', "3 columns where the header has 11"),
            (b'"3"' + b';"x"' * 11, "12 columns where the header has 11"),
            (b'"3";"";"";"caf\xe9";"";"";"";"";"";"";""', "not readable as UTF-8"),
            (b'"3";"";"";"a\0b";"";"";"";"";"";"";""', "not readable as UTF-8"),
            (b'"3";"' + b"x" * 200_000 + b'"' + b';""' * 9, "not readable as CSV"),
        ],
    )
    def test_a_garbled_row_costs_only_itself(self, tmp_path: Path, line: bytes, reason: str) -> None:
        good = table(PROJECT_COLUMNS, [project(1), project(2)]).splitlines(keepends=True)
        path = packed(
            tmp_path / "a.zip",
            {
                "project.csv": b"".join([*good[:2], line + b"\n", b"\n", good[2]]),
                "organization.csv": table(ORGANISATION_COLUMNS, []),
            },
        )
        reading = read_cordis(path)
        assert ids(reading)[1] == ["cordis:1", "cordis:2"]
        assert [each.row for each in reading.rejections] == [3]
        assert reason in reading.rejections[0].reason

    def test_a_quotation_mark_that_nobody_closed_is_reported(self, tmp_path: Path) -> None:
        text = table(PROJECT_COLUMNS, [project(1), project(2)]).replace(
            b'"Objective of 2."', b'"Objective of 2.'
        )
        path = packed(
            tmp_path / "a.zip", {"project.csv": text, "organization.csv": table(ORGANISATION_COLUMNS, [])}
        )
        reading = read_cordis(path)
        assert ids(reading)[1] == ["cordis:1"]
        assert [(each.file, each.row) for each in reading.rejections] == [("project.csv", 3)]


class TestFiles:
    def test_a_zip_and_its_folder_read_alike_and_report_progress(self, tmp_path: Path) -> None:
        path = download(tmp_path, [project(number) for number in range(1, 2_500)], [part(1, 9)])
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "folder")
        reports: list[tuple[int, int]] = []
        reading = read_cordis(path, progress=lambda done, total: reports.append((done, total)))
        assert reading == read_cordis(tmp_path / "folder")
        done = [each for each, _ in reports]
        assert done == sorted(done)
        assert len(reports) >= 4
        assert len({total for _, total in reports}) == 1
        assert done[-1] == reports[-1][1]

    @pytest.mark.parametrize("missing", ["project.csv", "organization.csv"])
    def test_a_file_that_is_missing_is_named(self, tmp_path: Path, missing: str) -> None:
        files = {
            "project.csv": b"id;title;objective\n",
            "organization.csv": b"projectID;organisationID;name\n",
        }
        del files[missing]
        with pytest.raises(SourceError, match=f"holds no {missing} .*found: {next(iter(files))}") as caught:
            read_cordis(packed(tmp_path / "a.zip", files))
        assert caught.value.file.endswith("a.zip")

    def test_a_file_without_a_needed_column_is_named_with_the_column(self, tmp_path: Path) -> None:
        files = {
            "project.csv": b"id,title,objective\n1,T,O\n",
            "organization.csv": b"projectID;organisationID;name\n",
        }
        with pytest.raises(
            SourceError, match=r"project\.csv has no column 'id' .*id,title,objective.*semicolons"
        ):
            read_cordis(packed(tmp_path / "a.zip", files))

    def test_files_in_a_folder_of_the_zip_are_found(self, tmp_path: Path) -> None:
        files = {
            "csv/project.csv": table(PROJECT_COLUMNS, [project(1)]),
            "csv/organization.csv": table(ORGANISATION_COLUMNS, [part(1, 9)]),
        }
        assert ids(read_cordis(packed(tmp_path / "a.zip", files))) == (["cordis:9"], ["cordis:1"])

    def test_what_is_no_zip_or_is_not_there_or_is_damaged_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"id;title\n")
        with pytest.raises(SourceError, match="not a readable zip"):
            read_cordis(tmp_path / "a.zip")
        with pytest.raises(SourceError, match="There is no file or folder"):
            read_cordis(tmp_path / "missing.zip")
        with pytest.raises(SourceError, match=r"holds no project\.csv and no organization\.csv"):
            read_cordis(tmp_path)
        path = download(tmp_path, [project(number) for number in range(500)], [])
        content = bytearray(path.read_bytes())
        content[200:260] = bytes(60)
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"project\.csv is damaged"):
            read_cordis(path)

    def test_a_zip_that_would_fill_the_memory_is_refused_before_it_is_unpacked(self, tmp_path: Path) -> None:
        files = {"project.csv": b"id;title;objective\n" + b"0" * 20_000_000, "organization.csv": b""}
        with pytest.raises(SourceError, match=r"project\.csv unpacks to more than 100 times its size"):
            read_cordis(packed(tmp_path / "a.zip", files))
        with pytest.raises(SourceError, match="holds 1001 files"):
            read_cordis(packed(tmp_path / "b.zip", {f"{number}.csv": b"" for number in range(1_001)}))

    def test_an_encrypted_zip_is_refused(self, tmp_path: Path) -> None:
        path = download(tmp_path, [project(1)], [])
        content = bytearray(path.read_bytes())
        content[content.index(b"PK\1\2") + 8] |= 1  # the flag in the directory's first entry
        path.write_bytes(content)
        with pytest.raises(SourceError, match=r"project\.csv is encrypted"):
            read_cordis(path)


@pytest.mark.skipif(not REAL.exists(), reason="the CORDIS download is not in ../shared/data/cordis-horizon")
def test_the_real_download_is_read_stored_and_then_unchanged(tmp_path: Path) -> None:
    reading = read_cordis(REAL, countries=["DK"], signed_until=date(2023, 12, 31))
    assert reading.rejections == []
    by_name = {actor.name: actor for actor in reading.actors}
    assert by_name["DANMARKS TEKNISKE UNIVERSITET"].group is ActorGroup.KNOWLEDGE_INSTITUTION
    assert {actor.place.country for actor in reading.actors} == {"DK"}
    assert 300 < len(reading.actors) < 2_000
    with Store.open(tmp_path / "workspace.db") as store:
        store.apply(reading.actors, reading.collaborations, source=REAL.name, who="test")
        assert list(store.collaborations()) == reading.collaborations
        assert not store.apply(reading.actors, reading.collaborations, source=REAL.name, who="test")
