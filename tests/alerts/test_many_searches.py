"""Many searches judged at once tell of the same actors as each search and each actor looked at by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

from matchmaker.actors import Actor, ActorGroup, Offer, Place
from matchmaker.alerts import SearchKind, Wanted
from matchmaker.alerts.wishes import filter_of, questions
from matchmaker.answers import AnswerKind, Judgement
from matchmaker.fitting import Fitting, how_many
from matchmaker.matching.ranking import Wish
from matchmaker.published import Published
from matchmaker.saved_searches import Watched
from matchmaker.users import UserRole
from matchmaker.workspace import Workspace
from tests.alerts.comers import SPINNER, STRAW, come

ME = "here"


@pytest.fixture
def town(sample_folder: Path, tmp_path: Path) -> Iterator[Workspace]:
    """The sample cluster, to be written to."""
    folder = tmp_path / "town"
    shutil.copytree(sample_folder, folder)
    with Workspace.open(folder) as opened:
        yield opened


def saved(workspace: Workspace) -> None:
    """Searches of every kind, with and without filters."""
    published = workspace.published()
    ids, cluster = sorted(published.actor_names()), published.sub_clusters()[0].id
    texts = [
        request.text for each in ids for request in published.actor(each).requests if len(request.text) < 500
    ]
    narrower = (
        {},
        {"groups": (ActorGroup.COMPANY, ActorGroup.SUPPLIER)},
        {"region": "dk04"},
        {"member": True},
        {"sub_cluster": cluster},
        {"region": "DK", "member": False},
    )
    for place, text in enumerate(texts[:60]):
        narrow = narrower[place % len(narrower)]
        save(workspace, Wanted(SearchKind.TEXT, text, **narrow))  # type: ignore[arg-type]
    for place, actor_id in enumerate(ids[::5]):
        narrow = {**narrower[place % len(narrower)], "new": place % 2 == 0, "across": place % 3 > 0}
        save(workspace, Wanted(SearchKind.ACTOR, actor_id=actor_id, **narrow))  # type: ignore[arg-type]
    for narrow in narrower[1:]:
        save(workspace, Wanted(SearchKind.FILTERS, **narrow))  # type: ignore[arg-type]


def save(workspace: Workspace, wanted: Wanted) -> None:
    workspace.alerts.save(ME, "Mine", wanted, who="tests")


def comers(workspace: Workspace) -> list[Actor]:
    """New actors with others' words, some of them in the very same words as somebody else."""
    published = workspace.published()
    ids = sorted(published.actor_names())
    drawn = np.random.default_rng(0)
    found = []
    for place in range(40):
        one, other = (published.actor(ids[each]) for each in drawn.integers(len(ids), size=2))
        found.append(
            Actor(
                f"comer:{place}",
                f"Comer {place}",
                one.group,
                other.description,
                (*one.offers[:1], Offer("Råd om alt")),
                other.requests,
                Place("DK", "DK042") if place % 2 else one.place,
                member=place % 3 == 0,
            )
        )
    return found


def the_simple_way(workspace: Workspace) -> set[tuple[str, str]]:
    """Who is to be told of, by search: each actor that changed, one after the other."""
    store, published = workspace._store.saved_searches, workspace.published()
    until = workspace._built_until()[1]
    fitting = published.fitting()
    told = set()
    for watched in store.watched():
        # What follows from a search alone is worked out once for all actors that changed.
        listed = cache(partial(suggested, published, fitting, watched.search.wanted))
        reached = cache(partial(reaching, published, fitting, watched))
        latest: dict[str, int] = {}
        begins = set()
        for change in store.changes(after=watched.since):
            if change.added or change.fields:
                latest[change.actor_id] = change.number
                if change.added or change.fields & {"group", "country", "region", "member"}:
                    begins.add(change.actor_id)
        known = store.known(sorted(latest)).get(watched.search.id, frozenset())
        for actor_id in sorted(latest):
            if (
                actor_id in known
                or actor_id == watched.search.wanted.actor_id
                or not fitting.known([actor_id])
            ):
                continue
            wanted = watched.search.wanted
            if not passes(published, wanted, actor_id):
                continue
            if wanted.kind is SearchKind.FILTERS:
                fits = actor_id in begins
            else:
                built = wanted.kind is SearchKind.ACTOR and latest[actor_id] <= until
                fits = actor_id in (listed() if built else reached())
            if fits and not kept_from(published, wanted, actor_id):
                told.add((watched.search.id, actor_id))
    return told


def passes(published: Published, wanted: Wanted, actor_id: str) -> bool:
    """Whether the filters of a search leave the actor."""
    actor, region = published.actor(actor_id), wanted.region.casefold()
    return (
        (not wanted.groups or actor.group in wanted.groups)
        and (
            not region
            or actor.place.country.casefold() == region
            or actor.place.region.casefold().startswith(region)
        )
        and (wanted.member is None or actor.member == wanted.member)
        and (
            not wanted.sub_cluster
            or actor_id in {each.actor_id for each in published.sub_cluster(wanted.sub_cluster).members}
        )
    )


def kept_from(published: Published, wanted: Wanted, actor_id: str) -> bool:
    """Whether the actor is none that a seeker looks for, or is kept from it by an answer."""
    if wanted.kind is not SearchKind.ACTOR:
        return False
    own_group = filter_of(published, wanted).other_than
    return published.actor(actor_id).group is own_group or published.kept_apart(wanted.actor_id, actor_id)


def reaching(published: Published, fitting: Fitting, watched: Watched) -> set[str]:
    """Those whose score reaches the floor of any question of the search."""
    chosen = filter_of(published, watched.search.wanted)
    return {
        actor_id
        for name, question in questions(fitting, watched.search.wanted).items()
        for actor_id, score in fitting.place(question, chosen).first.items()
        if score >= watched.floors.get(name, 0)
    }


def suggested(published: Published, fitting: Fitting, wanted: Wanted) -> list[str]:
    """Those beyond the bar, of lists compared anew and without pins."""
    narrow = wanted.member is not None or wanted.sub_cluster

    def ranked(new: bool) -> list[tuple[str, float]]:
        suggesting = published._suggesting
        row = suggesting._built_row_of[wanted.actor_id]
        wish = Wish(200 if narrow else 50, wanted.groups, wanted.region, new, wanted.across)
        (found,) = suggesting._recommender.rank([row], wish)
        ids = [suggesting._built.ids[each] for each in found.partners]
        passes = fitting.passes(filter_of(published, wanted), ids)
        return [
            (each, float(score))
            for each, score, through in zip(ids, found.scores, passes, strict=True)
            if through
        ]

    strangers = ranked(new=True)
    tenth = strangers[9][1] if len(strangers) > 9 else 0.0
    bar = the_bar(published)
    through = [each for each, score in ranked(wanted.new) if score >= bar + 0.5 * tenth]
    return through[: how_many(len(fitting), 50)]


@cache
def the_bar(published: Published) -> float:
    """Beyond half of the tenth of each list, so many that lists have ten on average."""
    suggesting = published._suggesting
    beyond = []
    seekers = 0
    for row in range(len(suggesting._built.ids)):
        (found,) = suggesting._recommender.rank([row], Wish(200, new=True))
        scores = [float(each) for each in found.scores]
        seekers += bool(scores)
        beyond += [each - 0.5 * (scores[9] if len(scores) > 9 else 0.0) for each in scores]
    return sorted(beyond, reverse=True)[10 * seekers - 1]


def told_now(workspace: Workspace) -> set[tuple[str, str]]:
    return {(each.search_id, each.actor_id) for each in workspace.alerts.inbox(ME, limit=100_000)}


def test_many_searches_tell_of_the_same_actors_as_each_by_itself_before_a_build_and_after(
    town: Workspace,
) -> None:
    saved(town)
    town._store.apply(comers(town), [], source="list.csv", who="tests")
    for number, actor_id in enumerate(sorted(town.published().actor_names())[:120:10]):
        town.edit_actor(
            actor_id, {"description": f"Vi dyrker græs og laver biogas nr. {number}."}, who="tests"
        )
    town.answer("hejrebaek", "comer:1", Judgement(AnswerKind.DECLINED), who="tests")
    expected = the_simple_way(town)
    assert len(expected) > 100
    town.alerts.look()
    assert told_now(town) == expected

    search_ids = {each.id for each in town.alerts.searches(ME)}
    with town._store._writing() as connection:
        # As if the build came before anybody had looked.
        connection.execute("DELETE FROM alerts")
        connection.execute("DELETE FROM saved_search_known WHERE actor_id LIKE 'comer:%'")
    town.build()
    expected = the_simple_way(town)
    kinds = {each.id: each.wanted.kind for each in town.alerts.searches(ME)}
    assert {kinds[search] for search, _ in expected} == set(SearchKind)
    town.alerts.look()
    assert told_now(town) == expected
    assert {each for each, _ in expected} <= search_ids


def test_the_lists_that_a_build_keeps_are_those_that_are_compared_anew(sample: Workspace) -> None:
    suggesting = sample.published()._suggesting
    rows = list(range(len(suggesting._built.ids)))
    for wish in (
        Wish(),
        Wish(new=True),
        Wish(region="DK"),
        Wish(groups=(ActorGroup.COMPANY,)),
        Wish(top=200),
        Wish(across=False),
        Wish(groups=(ActorGroup.SUPPLIER, ActorGroup.PUBLIC_BODY), region="dk04", new=True),
    ):
        kept = suggesting._lists.firsts(rows, wish, None)
        assert bool(kept) == (wish.across or bool(wish.groups)), "what is not kept is not answered"
        for ranked in suggesting._recommender.rank(rows, wish):
            if ranked.seeker in kept:
                partners, scores = kept[ranked.seeker]
                assert partners.tolist() == ranked.partners.tolist()
                assert scores == pytest.approx(ranked.scores, abs=0.0011)  # rounded to thousandths


def encoded_again(text: str) -> np.ndarray:
    raise AssertionError(text)


def test_a_sentence_is_encoded_once_for_good_and_its_vector_goes_with_the_search(tiny: Workspace) -> None:
    for _ in range(2):
        save(tiny, Wanted(SearchKind.TEXT, STRAW))
    come(tiny, SPINNER)
    assert tiny.alerts.look() == 2
    vector = tiny._encoding.query(STRAW)
    with Workspace.open(tiny.folder) as opened:
        (encoder,) = {opened._encoding.encoder().name}
        kept = opened._store.asked.load(encoder)
        assert len(kept) == 2
        assert all(np.array_equal(each, vector) for _, each in kept.values())
        opened._encoding.query = encoded_again  # type: ignore[method-assign]
        come(opened, SPINNER.__class__("new:2", "Second", SPINNER.group, SPINNER.description))
        assert opened.alerts.look() == 0, "it is judged, and nothing is encoded again"
        user = opened.users.add(
            name="Ib",
            email="ib@x.example",
            role=UserRole.ANALYST,
            actor_id="",
            password="et langt kodeord",
            who="tests",
        )
        mine = opened.alerts.save(user.id, "Mine", Wanted(SearchKind.FILTERS, region="DK"), who="tests")
        opened._store.asked.save(encoder, {mine.id: ("key", vector), "search-of-nobody": ("key", vector)})
        assert opened._store.asked.load(encoder).keys() == kept.keys() | {mine.id}
        opened.users.remove("ib@x.example", who="tests")
        assert opened._store.asked.load(encoder).keys() == kept.keys()


def test_another_glossary_makes_another_vector(tiny_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = tiny_copy / "terms.tsv"
    terms.write_text("klyt\tblue yarn\n", "utf-8")
    with Workspace.open(tiny_copy) as before:
        search = before.alerts.save(ME, "Mine", Wanted(SearchKind.TEXT, "Hvem kan levere klyt?"), who="tests")
        (one,) = [before.alerts._asked.vectors([search])[search.wanted.text]]
    monkeypatch.setenv("MATCHMAKER_GLOSSARY", str(terms))
    with Workspace.open(tiny_copy) as after:
        (other,) = [after.alerts._asked.vectors([search])[search.wanted.text]]
        assert not np.array_equal(one, other)
        assert np.array_equal(other, after._encoding.query(search.wanted.text))
