"""What changed after a build is found at once, what was withdrawn is not, and the next build takes over."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from matchmaker.actors import Actor
from matchmaker.errors import ActorNotFoundError
from matchmaker.store.connections import connect
from matchmaker.workspace import Workspace

HEADER = "id,name,group,description,offers,requests\n"
ROWS = (
    "brew,Nordmarken Bryghus,company,We brew beer in copper kettles.,Spent grain every week,Farmers who need feed",
    "feed,Hede Foder,supplier,We mix feed for pigs.,Feed for pigs,Spent grain from breweries",
    "lab,Membrane Lab,knowledge_institution,We study ultrafiltration of whey.,Ultrafiltration of whey,",
    "town,Struer Kommune,public_body,The town collects food waste.,Food waste,A biogas plant",
    "quiet,Nothing Said,other,,,",
)
SEAWEED = "We dry seaweed in zeppelin hangars."


def write(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built workspace, to be copied."""
    folder = tmp_path_factory.mktemp("fresh")
    with Workspace.open(folder / "workspace", create=True) as opened:
        opened.import_table(write(folder / "a.csv", *ROWS), who="tests")
        opened.build()
    return folder / "workspace"


@pytest.fixture
def workspace(built: Path, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(shutil.copytree(built, tmp_path / "workspace")) as opened:
        yield opened


def edit(workspace: Workspace, actor_id: str, **changes: object) -> Actor:
    return workspace.edit_actor(actor_id, changes, who="tests")


def found(workspace: Workspace, text: str) -> list[str]:
    return [hit.actor_id for hit in workspace.published().search(text)]


def quoted(workspace: Workspace) -> str:
    """Every sentence that any suggestion or a wide search quotes."""
    published = workspace.published()
    said = [
        quote.text
        for matches in published.all_suggestions(across=False, top=50)
        for match in matches
        for reason in match.reasons
        for quote in (reason.seeker_quote, reason.partner_quote)
        if quote
    ]
    for text in ("beer copper kettles spent grain", "feed for pigs", "whey", "food waste", "seaweed"):
        said += [quote.text for hit in published.search(text, top=50) for quote in hit.quotes]
    return "\n".join(said)


def erase(workspace: Workspace, actor_id: str) -> None:
    connection = connect(workspace.folder / "matchmaker.sqlite", read_only=False)
    with connection:
        connection.execute("DELETE FROM actors WHERE id = ?", (actor_id,))
    connection.close()


def test_nothing_lies_over_a_build_that_is_up_to_date(workspace: Workspace) -> None:
    published = workspace.published()
    assert published.overlay is None
    assert published.edition == published.generation
    assert workspace.published() is published
    assert workspace.status().fresh == 0


def test_the_new_text_of_an_edited_actor_is_found_and_quoted_before_a_build(workspace: Workspace) -> None:
    edit(workspace, "lab", description=SEAWEED)
    hit = workspace.published().search("seaweed dried in zeppelin hangars")[0]
    assert (hit.actor_id, hit.quotes[0].text) == ("lab", SEAWEED)
    assert workspace.published().actor("lab").description == SEAWEED


def test_a_word_that_nobody_used_before_finds_its_actor(workspace: Workspace) -> None:
    edit(workspace, "quiet", description="Xylozyme.")
    assert found(workspace, "xylozyme")[0] == "quiet"


def test_a_withdrawn_sentence_is_neither_found_nor_quoted(workspace: Workspace) -> None:
    assert "copper kettles" in quoted(workspace)
    edit(workspace, "brew", description="We dry seaweed.", offers=[], requests=[])
    assert "brew" not in [
        hit.actor_id
        for hit in workspace.published().search("We brew beer in copper kettles.")
        if hit.score > 0.5
    ]
    for withdrawn in ("copper kettles", "Spent grain every week", "Farmers who need feed"):
        assert withdrawn not in quoted(workspace)


def test_a_reason_outlives_a_correction_and_quotes_the_corrected_words(workspace: Workspace) -> None:
    def reasons(published):
        return {
            reason.kind: reason
            for match in published.suggestions("feed")
            if match.partner_id == "brew"
            for reason in match.reasons
        }

    before = reasons(workspace.published())
    assert "Spent grain every week" in {reason.partner_quote.text for reason in before.values()}
    edit(workspace, "brew", offers=["Spent grain each week"])
    after = reasons(workspace.published())
    assert "Spent grain each week" in {reason.partner_quote.text for reason in after.values()}
    assert {kind: reason.points for kind, reason in after.items()} == {
        kind: reason.points for kind, reason in before.items()
    }


def test_of_two_changes_in_a_row_the_second_is_found(workspace: Workspace) -> None:
    edit(workspace, "lab", description="We grow mushrooms in mines.")
    first = workspace.published()
    edit(workspace, "lab", description=SEAWEED)
    second = workspace.published()
    assert found(workspace, "seaweed in zeppelin hangars")[0] == "lab"
    assert "mushrooms" not in "".join(q.text for hit in second.search("mushrooms") for q in hit.quotes)
    assert first.search("mushrooms in mines")[0].actor_id == "lab", "a reader keeps what it holds"
    assert len({first.edition, second.edition, second.generation}) == 3


def test_an_actor_changed_back_is_as_it_was_built(workspace: Workspace) -> None:
    before = workspace.published().search("ultrafiltration of whey")
    edit(workspace, "lab", description=SEAWEED)
    workspace.published()
    edit(workspace, "lab", description="We study ultrafiltration of whey.")
    assert workspace.published().overlay is None
    assert workspace.published().search("ultrafiltration of whey") == before
    assert workspace.status().stale == ()


def test_a_small_import_is_found_and_listed(workspace: Workspace, tmp_path: Path) -> None:
    new = write(tmp_path / "b.csv", "algae,Algae Works,company,We dry seaweed in hangars.,,")
    workspace.import_table(new, who="tests")
    published = workspace.published()
    assert found(workspace, "seaweed hangars")[0] == "algae"
    assert found(workspace, "Algae Works")[0] == "algae"
    assert published.find_actor("Algae Works").id == "algae"
    assert "algae" in [actor.id for actor in published.actors().items]
    assert all(
        reason.seeker_quote is not None and reason.seeker_quote.source_id == "algae"
        for match in published.suggestions("algae")
        for reason in match.reasons
    )
    assert published.sub_clusters_of("algae") == ()
    assert published.collaborations_of("algae") == ()


def test_a_new_name_is_found_and_the_old_one_is_not(workspace: Workspace) -> None:
    assert "quiet" in found(workspace, "Nothing Said")
    edit(workspace, "quiet", name="Quorvax")
    edit(workspace, "lab", name="Whey Institute")
    assert found(workspace, "Quorvax")[0] == "quiet"
    assert "quiet" not in found(workspace, "Nothing Said")
    names = {match.partner_name for match in workspace.published().suggestions("brew", across=False)}
    assert "Membrane Lab" not in names


def test_an_erased_actor_is_nowhere(workspace: Workspace) -> None:
    workspace.published()
    erase(workspace, "brew")
    published = workspace.published()
    with pytest.raises(ActorNotFoundError):
        published.actor("brew")
    with pytest.raises(ActorNotFoundError):
        published.suggestions("brew")
    assert "brew" not in found(workspace, "Nordmarken Bryghus brew beer spent grain")
    assert "brew" not in {actor.id for actor in published.actors().items}
    assert "brew" not in {point.actor_id for point in published.points()}
    assert "brew" not in {member.actor_id for each in published.sub_clusters() for member in each.members}
    assert "brew" not in {
        match.partner_id for matches in published.all_suggestions(across=False) for match in matches
    }
    assert "brew" not in published.exposure()
    assert workspace.history(subject="brew")[0].action == "erased"
    assert "copper" not in str(workspace.history(subject="brew")[0])


def test_a_build_takes_the_changes_over_and_answers_alike(workspace: Workspace) -> None:
    edit(workspace, "lab", description=SEAWEED)
    before = workspace.published().search("seaweed dried in zeppelin hangars")[0]
    assert workspace.build().made
    after = workspace.published()
    assert after.overlay is None
    assert workspace.status().fresh == 0
    hit = after.search("seaweed dried in zeppelin hangars")[0]
    assert (hit.actor_id, hit.quotes) == (before.actor_id, before.quotes)
    assert "whey." not in after.actor("lab").description


def test_rolling_back_shows_the_changes_over_the_older_build(workspace: Workspace) -> None:
    edit(workspace, "lab", description=SEAWEED)
    workspace.build()
    workspace.published()
    workspace.roll_back()
    assert workspace.published().overlay is not None
    assert found(workspace, "seaweed in zeppelin hangars")[0] == "lab"
    assert "We study ultrafiltration" not in quoted(workspace)


def test_a_build_is_the_same_whether_or_not_its_changes_were_read_before(tmp_path: Path) -> None:
    builds = []
    for name, reads in (("read", True), ("unread", False)):
        with Workspace.open(tmp_path / name, create=True) as workspace:
            workspace.import_table(write(tmp_path / "a.csv", *ROWS), who="tests")
            workspace.build()
            edit(workspace, "lab", description=SEAWEED)
            if reads:
                workspace.published().search("seaweed")
            builds.append(tmp_path / name / "builds" / workspace.build().generation)
    assert builds[0].name == builds[1].name
    for path in sorted(builds[0].iterdir()):
        assert path.read_bytes() == (builds[1] / path.name).read_bytes(), path.name


def test_a_build_from_before_changes_were_noted_shows_them_too(workspace: Workspace) -> None:
    connection = connect(workspace.folder / "matchmaker.sqlite", read_only=False)
    with connection:
        connection.execute("DELETE FROM contents")
    connection.close()
    with Workspace.open(workspace.folder) as again:
        assert again.published().overlay is None
        assert again.status().fresh == 0
    edit(workspace, "lab", description=SEAWEED)
    with Workspace.open(workspace.folder) as again:
        assert again.status().fresh == 1
        assert found(again, "seaweed in zeppelin hangars")[0] == "lab"


def test_status_says_how_many_changed_profiles_are_found_already(workspace: Workspace) -> None:
    edit(workspace, "lab", description=SEAWEED)
    edit(workspace, "quiet", description="Nothing much.")
    status = workspace.status()
    assert status.fresh == 2
    assert "changed after the build" in status.stale[0]
    workspace.published()
    assert workspace.status().fresh == 2


def test_another_process_sees_the_change_at_its_next_question(workspace: Workspace) -> None:
    with Workspace.open(workspace.folder) as other:
        assert other.published().overlay is None
        edit(workspace, "lab", description=SEAWEED)
        assert found(other, "seaweed in zeppelin hangars")[0] == "lab"


def test_many_readers_get_whole_answers_while_profiles_change(workspace: Workspace) -> None:
    workspace.published()
    wrong: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            published = workspace.published()
            said = published.actor("lab").description
            quotes = {q.text for hit in published.search(said, top=1) for q in hit.quotes}
            if said not in quotes:
                wrong.append(said)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(5):
        edit(workspace, "lab", description=f"Seaweed is dried in hangar {number}.")
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_reader_goes_on_when_the_store_cannot_be_read(workspace: Workspace) -> None:
    edit(workspace, "lab", description=SEAWEED)
    held = workspace.published()
    workspace.close()
    assert workspace.published() is held


def test_copies_registered_after_a_build_are_one_hit_at_once(workspace: Workspace, tmp_path: Path) -> None:
    said = (
        "Zeppelin hangars dry seaweed from the fjord for noodles and soups and salads on four hundred plates"
    )
    rows = [f"copy{number},Copy {number},company,{said} on line{number},," for number in range(3)]
    workspace.import_table(write(tmp_path / "b.csv", *ROWS, *rows), who="tests")
    hits = workspace.published().search("seaweed dried in zeppelin hangars", top=50)
    copies = [hit for hit in hits if hit.actor_id.startswith("copy")]
    assert len(copies) == 1
    assert len(copies[0].alike) == 2
    assert all(not hit.alike for hit in hits if hit not in copies)
    workspace.build()
    again = workspace.published().search("seaweed dried in zeppelin hangars", top=50)
    assert [hit.actor_id for hit in again if hit.alike] == [copies[0].actor_id]
