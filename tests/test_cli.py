"""The command line as a newcomer meets it: answers, help with examples, one clear line when something is wrong."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from matchmaker.cli import cli, main
from tests.conftest import DATA

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line in an empty workspace, or in the one given; returns status, output and errors."""

    def call(*arguments: object, folder: Path = tmp_path / "workspace") -> tuple[int, str, str]:
        status = main(["--workspace", str(folder), *map(str, arguments)])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


@pytest.fixture
def ask(run: Run, sample_folder: Path) -> Run:
    """Runs the command line on the built sample."""

    def call(*arguments: object) -> tuple[int, str, str]:
        return run(*arguments, folder=sample_folder)

    return call


def write_actors(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(["id,name,group,description", *rows]) + "\n", encoding="utf-8")
    return path


def first_actor() -> dict[str, str]:
    with (DATA / "actors.csv").open(encoding="utf-8", newline="") as source:
        return next(csv.DictReader(source))


def commands(group: click.Group = cli) -> list[tuple[str, ...]]:
    """Every command by the words that lead to it."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        inner = commands(command) if isinstance(command, click.Group) else [()]
        found += [(name, *words) for words in inner]
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_has_help_with_an_example(run: Run, command: tuple[str, ...]) -> None:
    status, said, _ = run(*command, "--help")
    assert status == 0
    assert "Examples:" in said
    assert f"matchmaker {' '.join(command)}" in said or "matchmaker --workspace" in said


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_answers_as_json_when_asked(command: tuple[str, ...]) -> None:
    found: click.Command = cli
    for name in command:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    assert "--json" in {option for parameter in found.params for option in parameter.opts}


def test_help_does_not_load_the_model() -> None:
    script = "import sys, matchmaker.cli; sys.exit('torch' in sys.modules or 'openvino' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("suggest",),
        ("suggest", "a", "--all"),
        ("suggest", "--all"),
        ("search",),
        ("search", "--queries", "pyproject.toml"),
        ("suggest", "x", "--top", "0"),
        ("suggest", "x", "--group", "friends"),
        ("answer", "a", "b"),
        ("answer", "a", "b", "perhaps"),
        ("answer", "a", "b", "known", "--undo"),
        ("answer", "a", "b", "--undo", "--on-behalf"),
        ("answer", "a", "b", "known", "--reason", "too_far"),
        ("answer", "a", "b", "declined", "--reason", "hunch"),
        ("answer", "a", "b", "declined", "--words", "x" * 501),
        ("answer", "a", "b", "never", "--on-behalf"),
        ("nonsense",),
        ("import", "table", "does-not-exist.csv"),
        ("import", "table", "pyproject.toml", "--map", "no equals sign"),
    ],
)
def test_wrong_usage_exits_with_2_and_says_what(run: Run, arguments: tuple[str, ...]) -> None:
    status, _, said = run(*arguments)
    assert status == 2
    assert "Error" in said


@pytest.mark.parametrize(
    "command",
    [("build",), ("status",), ("suggest", "x"), ("search", "x"), ("spin-offs",), ("trends",), ("phases",)],
)
def test_without_a_workspace_it_says_how_to_begin(run: Run, command: tuple[str, ...]) -> None:
    status, _, said = run(*command)
    assert status == 1
    assert "import table" in " ".join(said.split())


def test_before_the_first_build_it_says_to_build(run: Run, tmp_path: Path) -> None:
    run("import", "table", write_actors(tmp_path / "a.csv", ["1,Bryggeriet,company,Vi brygger øl"]))
    status, _, said = run("suggest", "1")
    assert status == 1
    assert "matchmaker build" in said
    assert json.loads(run("status", "--json")[1])["published"] is None


def test_a_dry_run_changes_nothing_and_the_same_file_again_is_unchanged(run: Run, tmp_path: Path) -> None:
    table = write_actors(
        tmp_path / "a.csv", ["1,Bryggeriet,company,Vi brygger øl", "2,Kommunen,public_body,Vi bor her"]
    )
    assert json.loads(run("import", "table", table, "--dry-run", "--json")[1])["actors"]["new"] == 2
    assert json.loads(run("status", "--json")[1])["actors"] == 0
    assert json.loads(run("import", "table", table, "--json")[1])["actors"]["new"] == 2
    again = json.loads(run("import", "table", table, "--json")[1])
    assert again["actors"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_bad_rows_are_reported_together_and_nothing_is_applied(run: Run, tmp_path: Path) -> None:
    report = tmp_path / "rejected.csv"
    status, _, said = run("import", "table", DATA / "flawed.csv", "--rejections", report)
    assert status == 1
    assert "nothing was imported" in said
    with report.open(encoding="utf-8-sig", newline="") as source:
        rejected = list(csv.DictReader(source))
    assert len(rejected) >= 5
    assert {"row", "column", "value", "reason"} <= set(rejected[0])
    assert json.loads(run("status", "--json")[1])["actors"] == 0
    status, _, _ = run("import", "table", DATA / "flawed.csv", "--partial")
    assert status == 0
    assert json.loads(run("status", "--json")[1])["actors"] > 0


def test_suggest_by_id_and_by_name_agree(ask: Run) -> None:
    actor = first_actor()
    by_id = json.loads(ask("suggest", actor["Id"], "--json")[1])
    by_name = json.loads(ask("suggest", actor["Navn"], "--json")[1])
    assert by_id == by_name
    assert by_id["items"]
    for item in by_id["items"]:
        assert item["score"] == pytest.approx(sum(reason["points"] for reason in item["reasons"]), abs=0.02)


def test_an_unknown_actor_gets_the_closest_names(ask: Run) -> None:
    name = first_actor()["Navn"]
    status, _, said = ask("suggest", name[:-1])
    assert status == 1
    assert name in " ".join(said.split())


def test_one_actors_balanced_list_is_its_own_among_everybodys(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    assert ask("suggest", "--all", "--top", "4", "--balance", "0.6", "--output", path)[0] == 0
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    seeker = rows[0]["seeker"]
    alone = json.loads(ask("suggest", seeker, "--top", "4", "--balance", "0.6", "--json")[1])["items"]
    assert [each["partner_id"] for each in alone] == [
        row["partner"] for row in rows if row["seeker"] == seeker
    ]


def test_suggest_all_writes_every_seeker_in_rank_order(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    assert ask("suggest", "--all", "--top", "3", "--output", path)[0] == 0
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    assert list(rows[0]) == ["seeker", "partner", "rank", "score", "reasons"]
    with (DATA / "actors.csv").open(encoding="utf-8", newline="") as source:
        known = len(list(csv.DictReader(source)))
    assert len({row["seeker"] for row in rows}) > 0.9 * known
    for row in rows[:30]:
        assert row["reasons"]
        assert int(row["rank"]) in (1, 2, 3)


def test_search_by_file_answers_every_query(ask: Run, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    assert ask("search", "--queries", DATA / "needs.csv", "--output", path, "--top", "5")[0] == 0
    with path.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    with (DATA / "needs.csv").open(encoding="utf-8", newline="") as source:
        asked = {row["id"] for row in csv.DictReader(source)}
    assert list(rows[0]) == ["query", "actor", "rank", "score"]
    assert {row["query"] for row in rows} == asked


def test_search_says_how_it_read_the_text_and_can_be_told_otherwise(ask: Run) -> None:
    offering = ask("search", "hvem kan bruge mask fra et bryggeri?")[1]
    assert "Read as: you offer something" in offering
    seeking = ask("search", "hvem kan bruge mask fra et bryggeri?", "--as", "seek")[1]
    assert "Read as: you look for something" in seeking
    assert seeking.splitlines()[1:] != offering.splitlines()[1:]
    assert json.loads(ask("search", "mask", "--json")[1])["read_as"] == "topic"
    assert json.loads(ask("search", "mask", "--json", "--as", "offer")[1])["read_as"] == "offer"
    assert ask("search", "mask", "--as", "wanted")[0] == 2


def test_a_copy_is_named_under_the_one_that_is_shown(ask: Run) -> None:
    said = ask("search", "separation af afgasset gylle")[1]
    assert "and 1 more with nearly the same text: roermose-separation" in said


@pytest.mark.parametrize("text", ["c++", '"', "a AND", "(", ""])
def test_odd_search_texts_are_answered(ask: Run, text: str) -> None:
    assert ask("search", text)[0] == 0


@pytest.mark.parametrize("what", ["actors", "suggestions", "sub-clusters", "spin-offs", "map", "exposure"])
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet", ".json"])
def test_everything_can_be_exported_in_every_format(ask: Run, tmp_path: Path, what: str, ending: str) -> None:
    path = tmp_path / f"out{ending}"
    status, said, _ = ask("export", what, "--output", path, "--json")
    assert status == 0
    assert json.loads(said)["rows"] > 0
    assert path.stat().st_size > 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_one_clear_line(ask: Run, tmp_path: Path) -> None:
    full = tmp_path / ".out.csv.part"
    full.symlink_to("/dev/full")
    status, _, said = ask("export", "actors", "--output", tmp_path / "out.csv")
    assert status == 1
    assert "No space left" in said


def test_a_second_build_of_the_same_makes_nothing(ask: Run) -> None:
    assert json.loads(ask("build", "--json")[1])["made"] is False


def test_sub_clusters_list_members_on_request(ask: Run) -> None:
    items = json.loads(ask("sub-clusters", "--members", "--json")[1])["items"]
    assert items
    assert all(0 <= member["confidence"] <= 1 for item in items for member in item["members"])
    assert "members" not in json.loads(ask("sub-clusters", "--json")[1])["items"][0]


def test_what_a_person_edits_survives_the_next_import_and_is_in_the_history(run: Run, tmp_path: Path) -> None:
    table = write_actors(tmp_path / "a.csv", ["1,Bryggeriet,company,Vi brygger øl"])
    run("import", "table", table)
    status, _, _ = run(
        "edit", "1", "--set", "description=Vi brygger økologisk øl", "--set", "offers=Mask | Gær"
    )
    assert status == 0
    write_actors(table, ["1,Bryggeriet A/S,company,Vi brygger meget øl"])
    report = json.loads(run("import", "table", table, "--json")[1])
    assert {"actor_id": "1", "field": "description"} in report["kept"]
    assert report["actors"]["changed"] == 1
    rows = json.loads(run("history", "1", "--json")[1])["items"]
    assert [row["subject_id"] for row in rows] == ["1", "1", "1"]
    assert rows[0]["after"]["name"] == "Bryggeriet A/S"
    assert rows[1]["after"]["description"] == "Vi brygger økologisk øl"


@pytest.mark.parametrize(
    ("change", "status"),
    [("nonsense=1", 1), ("group=friends", 1), ("latitude=north", 2), ("no equals sign", 2)],
)
def test_an_edit_that_cannot_be_is_refused_in_words(
    run: Run, tmp_path: Path, change: str, status: int
) -> None:
    run("import", "table", write_actors(tmp_path / "a.csv", ["1,Bryggeriet,company,Vi brygger øl"]))
    answered, _, said = run("edit", "1", "--set", change)
    assert answered == status
    assert said
    assert len(json.loads(run("history", "--json")[1])["items"]) == 1


@pytest.fixture
def answer(run: Run, sample_folder: Path, tmp_path: Path) -> Run:
    """Runs the command line on a copy of the built sample, which may be written to."""
    folder = Path(shutil.copytree(sample_folder, tmp_path / "copy"))

    def call(*arguments: object) -> tuple[int, str, str]:
        return run(*arguments, folder=folder)

    return call


def test_an_answer_is_given_heeded_listed_and_taken_back(answer: Run) -> None:
    seeker, name = first_actor()["Id"], first_actor()["Navn"]
    first, second = json.loads(answer("suggest", seeker, "--top", "2", "--json")[1])["items"]
    given = json.loads(
        answer(
            "answer", name, first["partner_name"], "declined", "--reason", "too_far", "--words", "Fire timer",
            "--on-behalf", "--json",
        )[1]
    )  # fmt: skip
    assert given["seeker"] == {"id": seeker, "name": name}
    assert given["partner"] == {"id": first["partner_id"], "name": first["partner_name"]}
    assert (given["answer"], given["reason"], given["words"]) == ("declined", "too_far", "Fire timer")
    assert (given["side"], given["on_behalf"], given["withdrawn"]) == ("firm", True, False)
    now = json.loads(answer("suggest", seeker, "--top", "1", "--json")[1])["items"][0]
    assert now["partner_id"] == second["partner_id"]
    (listed,) = json.loads(answer("answers", "--json")[1])["items"]
    assert listed == {key: value for key, value in given.items() if key != "withdrawn"}
    said = answer("answers", first["partner_name"])[1]
    assert "declined (too far) “Fire timer”" in said
    assert "a facilitator on its behalf" in said
    assert answer("answers", second["partner_id"])[1].startswith("Nothing is said")
    assert "answers: 1, heeded at once" in answer("status")[1]
    assert f"{first['partner_id']} declined" in answer("history", seeker)[1]
    assert "Taken back" in answer("answer", seeker, first["partner_id"], "--undo")[1]
    assert json.loads(answer("suggest", seeker, "--top", "2", "--json")[1])["items"] == [first, second]


def test_a_pinned_partner_is_marked(answer: Run) -> None:
    seeker = first_actor()["Id"]
    last = json.loads(answer("suggest", seeker, "--top", "9", "--json")[1])["items"][-1]
    assert last["pinned"] is False
    assert "comes first" in answer("answer", seeker, last["partner_id"], "pinned")[1]
    assert ", pinned)" in answer("suggest", seeker, "--top", "1")[1]
    first = json.loads(answer("suggest", seeker, "--top", "1", "--json")[1])["items"][0]
    assert first == {**last, "pinned": True}


def test_an_answer_that_cannot_be_kept_says_why_in_one_line(answer: Run) -> None:
    seeker = first_actor()["Id"]
    for arguments, message in (
        ((seeker, seeker, "known"), "cannot be its own partner"),
        ((seeker, "no such actor at all", "known"), "There is no actor"),
        (
            (seeker, json.loads(answer("suggest", seeker, "--json")[1])["items"][0]["partner_id"], "--undo"),
            "no answer",
        ),
    ):
        status, _, said = answer("answer", *arguments)
        assert status == 1
        assert message in " ".join(said.split())
    assert json.loads(answer("answers", "--json")[1]) == {"items": []}


def test_an_answer_can_be_given_by_id_before_the_first_build(run: Run, tmp_path: Path) -> None:
    run(
        "import",
        "table",
        write_actors(tmp_path / "a.csv", ["1,Bryggeriet,company,Øl", "2,Kommunen,public_body,By"]),
    )
    assert run("answer", "1", "2", "never")[0] == 0
    assert "1 – 2: never, said by a facilitator" in run("answers")[1]
    assert run("answer", "1", "Kommunen", "never")[0] == 1


def test_status_says_where_the_points_come_from(ask: Run) -> None:
    assert "points: Learned from new partners across actor groups" in ask("status")[1]
    points = json.loads(ask("status", "--json")[1])["points"]
    assert set(points) == {"origin", "ndcg_20", "answers"}


def test_looking_back_names_candidates_and_says_what_came(ask: Run) -> None:
    status, output, _ = ask("backtest", "spin-offs", "--from", "2021", "--to", "2022", "--json")
    assert status == 0
    answer = json.loads(output)
    assert answer["days"] == ["2021-12-31", "2022-12-31"]
    assert all(each["kept_growing"] is not None for each in answer["named"])
    assert {"forecast", "mean_reversion", "last_growth", "random"} <= {
        row["ranking"] for row in answer["rows"]
    }
    status, output, _ = ask("backtest", "spin-offs", "--from", "2021", "--to", "2021")
    assert status == 0
    assert "gained actors faster than the whole" in output


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2990, 2991, "is not over"),
        (1990, 1991, "Nothing is known up to 1991"),
        (2022, 2020, "is after the last"),
    ],
)
@pytest.mark.parametrize("what", ["spin-offs", "entries"])
def test_years_that_cannot_be_looked_back_to_are_one_line(
    ask: Run, what: str, first: int, last: int, words: str
) -> None:
    status, output, errors = ask("backtest", what, "--from", first, "--to", last)
    assert (status, output) == (1, "")
    assert words in errors
    assert len(errors.strip().splitlines()) == 1


def test_entries_without_fields_say_so(ask: Run) -> None:
    status, output, _ = ask("backtest", "entries", "--from", "2021", "--to", "2022")
    assert status == 0
    assert "Too few collaborations with fields" in output


def test_spin_offs_come_with_what_may_come_and_what_is_missing(ask: Run) -> None:
    status, output, _ = ask("spin-offs")
    assert status == 0
    assert "probability" in output
    items = json.loads(ask("spin-offs", "--json")[1])["items"]
    for each in items:
        assert each["outlook"]["reason"]
        assert set(each) >= {"needs", "doubts", "regions", "tied_to"}


def sub_cluster_of(ask: Run, actor_id: str) -> str:
    """The specialisation that an actor belongs to most."""
    items = json.loads(ask("sub-clusters", "--members", "--json")[1])["items"]
    placed = [
        (member["confidence"], each["id"])
        for each in items
        for member in each["members"]
        if each["parent_id"] and member["actor_id"] == actor_id
    ]
    return str(max(placed)[1])


def test_trends_show_that_the_sample_climbs_the_ladder(ask: Run) -> None:
    said = ask("trends")[1]
    assert re.search(r"rising +commitment: committed", said)
    assert re.search(r"falling +commitment: non committal", said)
    assert "nothing to be compared with" in said
    found = json.loads(ask("trends", "--json")[1])
    assert found["period"]["last"] == 2025
    assert found["turnover"]["new"]["2017"] > 0


def test_trends_of_a_sub_cluster_name_its_growth(ask: Run) -> None:
    spin_off = sub_cluster_of(ask, "fimbulgaer")
    found = json.loads(ask("trends", spin_off, "--from", "2018", "--to", "2024", "--json")[1])
    assert found["sub_cluster_id"] == spin_off
    assert list(found["collaborations"]) == [str(year) for year in range(2018, 2025)]
    assert {each["kind"] for each in found["growth"]} == {"volume", "new_actors"}


def test_phases_list_the_whole_and_every_sub_cluster(ask: Run) -> None:
    items = json.loads(ask("phases", "--json")[1])["items"]
    listed = json.loads(ask("sub-clusters", "--json")[1])["items"]
    assert [each["sub_cluster_id"] for each in items] == [None, *(each["id"] for each in listed)]
    assert items[0]["phase"] == "mature"
    assert "The whole cluster: mature" in ask("phases")[1]


def test_the_planted_spin_off_came_from_nothing_and_its_phase_is_explained(ask: Run) -> None:
    spin_off = sub_cluster_of(ask, "fimbulgaer")
    found = json.loads(ask("phases", spin_off, "--json")[1])["items"][0]
    assert found["movement"]["2016"] == "clutter"
    assert found["movement"]["2025"] in ("emerging", "mature")
    said = ask("phases", spin_off)[1]
    for words in ("critical mass", "does not vote", "Votes:", "What fits this phase", "not known"):
        assert words in said
    again = json.loads(ask("phases", spin_off, "--spun-off", f"{spin_off}=2022", "--json")[1])["items"][0]
    assert again["movement"] == dict.fromkeys(("2022", "2023", "2024", "2025"), "emerging")


@pytest.mark.parametrize("command", ["trends", "phases"])
def test_years_of_the_future_and_unknown_sub_clusters_are_told_in_one_line(ask: Run, command: str) -> None:
    status, _, said = ask(command, "--to", "2099")
    assert status == 2
    assert "last complete year in the data is 2025" in said
    status, _, said = ask(command, "nowhere")
    assert status == 1
    assert said.count("\n") == 1
    assert "`matchmaker sub-clusters` lists them" in said


def test_a_birth_that_cannot_be_read_is_wrong_usage(ask: Run) -> None:
    for wrong in ("x", "=2020", "x=soon"):
        status, _, said = ask("phases", "--spun-off", wrong)
        assert status == 2
        assert "ID=YEAR" in said
