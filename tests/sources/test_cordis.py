"""What a download from CORDIS holds becomes actors and dated collaborations, in either of its layouts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from matchmaker.actors import ActorGroup, Commitment, Participation, Place
from matchmaker.errors import SourceError
from matchmaker.sources.cordis import CordisReading, read_cordis
from matchmaker.store import Store
from tests.sources.cordis_download import download, field_of, ids, part, project, table

REAL = Path(__file__).parents[3] / "shared/data/cordis-horizon/cordis-HORIZONprojects-csv.zip"


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
