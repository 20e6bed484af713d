"""What was known on a day holds nothing from after it, and the questions hold only what came after."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from numpy.typing import NDArray

from matchmaker.actors import Actor, ActorGroup, Collaboration, Offer, Participation
from matchmaker.corpus import Corpus, corpus
from matchmaker.matching.splits import LARGEST, as_of, new_partners, projects, worked_together
from matchmaker.text import passages
from tests.small_encoder import WordsEncoder

DAY = date(2022, 12, 31)
END = date(2023, 12, 31)
FIRMS = tuple(f"firm-{number}" for number in range(4))
LABS = tuple(f"lab-{number}" for number in range(4))


def actor(actor_id: str) -> Actor:
    group = ActorGroup.COMPANY if actor_id.startswith("firm") else ActorGroup.KNOWLEDGE_INSTITUTION
    return Actor(actor_id, actor_id.title(), group)


def together(identity: str, day: date | None, *members: str, text: str = "") -> Collaboration:
    parts = tuple(Participation(member) for member in members)
    return Collaboration(identity, f"Title of {identity}", parts, text=text, signed=day)


def cluster(
    *collaborations: Collaboration, more: tuple[Actor, ...] = ()
) -> tuple[Corpus, NDArray[np.float32]]:
    members = {part.actor_id for each in collaborations for part in each.participations}
    known = {each.id for each in more}
    actors = [*(actor(member) for member in sorted((members | {*FIRMS, *LABS}) - known)), *more]
    told = passages(actors, collaborations)
    return corpus(actors, collaborations, told), WordsEncoder().encode([each.text for each in told])


def pairs(data: Corpus, end: date = END, **options: int) -> set[tuple[str, str]]:
    past = as_of(data, np.zeros((len(data.texts), 4), dtype=np.float32), DAY)
    found = new_partners(data, past, end, **options)
    rows, columns = found.relevant.nonzero()
    return {
        (data.ids[found.seekers[row]], data.ids[column]) for row, column in zip(rows, columns, strict=True)
    }


def test_the_past_holds_what_was_dated_by_the_day_and_the_same_actors() -> None:
    data, vectors = cluster(
        together("a", DAY, "firm-0", "lab-0", text="Grass protein."),
        together("b", date(2023, 1, 1), "firm-0", "lab-1", text="Hydrogen."),
        together("c", None, "firm-1", "lab-1", text="Undated."),
        more=(Actor("firm-2", "Two", ActorGroup.COMPANY, offers=(Offer("Steel tanks."),)),),
    )
    past = as_of(data, vectors, DAY)
    assert past.corpus.ids == data.ids
    assert past.corpus.collaboration_ids == ["a"]
    assert past.corpus.titles == ["Title of a"]
    assert past.corpus.takes_part.shape == past.corpus.funding.shape == (len(data.ids), 1)
    assert len(past.corpus.fields) == len(past.corpus.topics) == len(past.corpus.collaboration_ends) == 1
    assert past.corpus.texts == ["Steel tanks.", "Title of a. Grass protein."]
    assert past.undated_collaborations == past.undated_passages == 1
    assert np.array_equal(past.vectors, WordsEncoder().encode(past.corpus.texts))
    known = {data.ids[row] for row in np.flatnonzero(past.known)}
    assert known == {"firm-0", "lab-0", "firm-2"}
    assert past.history.sum() == 2


def test_holders_of_the_kept_passages_stay_theirs() -> None:
    data, vectors = cluster(
        together("a", date(2023, 5, 1), "firm-0", "lab-0"), together("b", DAY, "firm-1", "lab-1")
    )
    past = as_of(data, vectors, DAY)
    holders = {past.corpus.ids[row] for row in past.corpus.holds.nonzero()[0]}
    assert holders == {"firm-1", "lab-1"}


def test_a_past_after_everything_is_all_that_is_dated() -> None:
    data, vectors = cluster(together("a", DAY, "firm-0", "lab-0"), together("b", END, "firm-1", "lab-1"))
    past = as_of(data, vectors, END)
    assert past.corpus.texts == data.texts
    assert (past.corpus.takes_part != data.takes_part).nnz == 0


def test_vectors_that_do_not_fit_are_refused() -> None:
    data, vectors = cluster(together("a", DAY, "firm-0", "lab-0"))
    with pytest.raises(ValueError, match="do not fit"):
        as_of(data, vectors[:-1], DAY)


def test_new_partners_are_known_of_another_group_and_not_met_before() -> None:
    data, _ = cluster(
        together("before", DAY, "firm-0", "lab-0"),
        together("others", DAY, "firm-1", "lab-1"),
        together("after", date(2023, 6, 1), "firm-0", "firm-1", "lab-0", "lab-1", "lab-3"),
    )
    # lab-3 was not known before, firm-0 and lab-0 had met, and the two firms are of one group.
    assert pairs(data) == {
        ("firm-0", "lab-1"),
        ("firm-1", "lab-0"),
        ("lab-0", "firm-1"),
        ("lab-1", "firm-0"),
        ("lab-3", "firm-0"),
        ("lab-3", "firm-1"),
    }


def test_seekers_without_history_say_so() -> None:
    data, vectors = cluster(
        together("before", DAY, "firm-0", "lab-0"),
        together("after", date(2023, 6, 1), "firm-0", "lab-3"),
    )
    past = as_of(data, vectors, DAY)
    found = new_partners(data, past, END)
    assert [data.ids[row] for row in found.seekers] == ["lab-3"]
    assert found.history.tolist() == [0]


@pytest.mark.parametrize("day", [DAY, date(2024, 1, 1), None])
def test_what_is_outside_the_window_asks_nothing(day: date | None) -> None:
    data, _ = cluster(
        together("before", DAY, "firm-0", "lab-0"),
        together("others", DAY, "firm-1", "lab-1"),
        together("outside", day, "firm-0", "lab-1"),
    )
    assert pairs(data) == set()


def test_the_last_day_of_the_window_counts() -> None:
    data, _ = cluster(
        together("before", DAY, "firm-0", "lab-0"),
        together("others", DAY, "firm-1", "lab-1"),
        together("last", END, "firm-0", "lab-1"),
    )
    assert pairs(data) == {("firm-0", "lab-1"), ("lab-1", "firm-0")}


def test_very_large_collaborations_ask_nothing_but_are_remembered() -> None:
    crowd = [f"firm-{number}" for number in range(LARGEST)] + ["lab-0"]
    data, _ = cluster(
        together("before", DAY, *crowd, "lab-1"),
        together("giant", date(2023, 6, 1), *crowd),
        together("pair", date(2023, 6, 1), "firm-0", "lab-0"),
    )
    assert pairs(data) == set()
    data, _ = cluster(
        together("before", DAY, *crowd[1:]), together("giant", date(2023, 6, 1), *crowd, "lab-1")
    )
    assert pairs(data) == set()
    assert pairs(data, largest=50)


def test_nobody_asks_in_an_empty_workspace() -> None:
    data = corpus([], [], [])
    past = as_of(data, np.zeros((0, 4), dtype=np.float32), DAY)
    assert len(new_partners(data, past, END)) == 0
    assert projects(data, np.zeros((0, 4), dtype=np.float32), past, END) == []


def test_projects_ask_with_their_own_text_for_those_who_were_known() -> None:
    data, vectors = cluster(
        together("before", DAY, "firm-0", "lab-0"),
        together("after", date(2023, 6, 1), "firm-0", "lab-3", text="Insects as feed."),
        together("strangers", date(2023, 6, 1), "firm-3", "lab-3", text="Nobody is known."),
    )
    found = projects(data, vectors, as_of(data, vectors, DAY), END)
    assert [each.id for each in found] == ["after"]
    assert found[0].text == "Title of after. Insects as feed."
    assert [data.ids[row] for row in found[0].participants] == ["firm-0"]
    assert np.array_equal(found[0].vectors, WordsEncoder().encode(found[0].texts))


def test_worked_together_agrees_with_the_matrix() -> None:
    data, vectors = cluster(
        together("a", DAY, "firm-0", "lab-0", "lab-1"), together("b", DAY, "firm-1", "lab-1")
    )
    past = as_of(data, vectors, DAY)
    rows, columns = np.divmod(np.arange(len(data.ids) ** 2), len(data.ids))
    answered = worked_together(past, rows, columns).reshape(len(data.ids), -1)
    assert np.array_equal(answered, past.partners.toarray())
    assert not answered.diagonal().any()
    assert np.array_equal(answered, answered.T)
