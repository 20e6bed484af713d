"""What the addresses of an analyst's figures take and give; each figure with its meaning."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat

from matchmaker.actors import ActorGroup, Commitment
from matchmaker.landscape.activities import Activity, Seen
from matchmaker.landscape.comparison import Topic, Turn
from matchmaker.landscape.fillers import FillerReason
from matchmaker.landscape.gap_signs import SignId
from matchmaker.landscape.gaps import GapKind, GapVerdict
from matchmaker.landscape.phase_rule import Phase
from matchmaker.landscape.portfolio import State
from matchmaker.landscape.signs import Sign, Unknown
from matchmaker.landscape.specialisation.findings import Verdict
from matchmaker.landscape.specialisation.questions import By, Of, Weight
from matchmaker.landscape.trend_items import Kind
from matchmaker.landscape.trends import Tendency
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery
from service.schemas.values import ActorName, QuoteAnswer

Number = FiniteFloat | None
PartId = Annotated[FilterText, Field(description="Id of a sub-cluster; empty for the whole cluster.")]
AYear = Annotated[int, Field(ge=1000, le=9999)]
FirstYear = Annotated[AYear | None, Field(description="First year that counts.")]
LastYear = Annotated[AYear | None, Field(description="Last year that counts, included.")]
Notes = Annotated[list[str], Field(description="What limits the answer.")]


class SpecialisationQuery(PageQuery):
    """A table of specialisation: who is in the rows, what is in the columns, and what is counted."""

    by: Annotated[By, Field(description="What the rows are.")] = By.REGION
    of: Annotated[Of, Field(description="What the columns are.")] = Of.SUB_CLUSTERS
    weight: Annotated[Weight, Field(description="What is counted.")] = Weight.ACTORS
    level: Annotated[int, Field(ge=0, le=3, description="NUTS level of regions.")] = 2
    first: FirstYear = None
    last: LastYear = None
    place: Annotated[FilterText, Field(description="Only rows whose name begins so.", examples=["DK04"])] = ""


class QuotientQuery(SpecialisationQuery):
    """Which location quotients."""

    sub_cluster: PartId = ""
    verdict: Annotated[Verdict | None, Field(description="Only cells of which this can be said.")] = None
    sort: Annotated[
        Literal["place", "label", "actors", "-actors", "quotient", "-quotient", "-lower", "-density"],
        Field(description="A minus sorts from the greatest down; unknown values come last."),
    ] = "-lower"


class QuotientAnswer(Answer):
    """One row's part in one column."""

    row_id: Annotated[str, Field(description="Region, country or actor group.")]
    column_id: Annotated[str, Field(description="Id of the sub-cluster, or the field.")]
    label: str
    amount: Annotated[FiniteFloat, Field(description="Actors, collaborations or EUR.")]
    actors: int
    quotient: Annotated[
        Number, Field(description="Location quotient (Balassa 1965); null with too few actors.")
    ]
    lower: Annotated[Number, Field(description="Lower end of its 95 % interval.")]
    upper: Number
    verdict: Verdict
    present: Annotated[bool, Field(description="Quotient of 1 or more, and enough actors.")]
    density: Annotated[Number, Field(description="Relatedness density, 0 to 1.")]


class QuotientTable(Answer):
    """Location quotients."""

    items: list[QuotientAnswer]
    next: NextCursor
    notes: Notes


class PlaceIndices(Answer):
    """A row as a whole."""

    id: str
    actors: int
    amount: FiniteFloat
    enough: Annotated[bool, Field(description="Whether it has enough actors for an index.")]
    diversity: Annotated[int | None, Field(description="Columns it is specialised in.")]
    krugman_index: Annotated[Number, Field(description="0 to 2 (Krugman 1991).")]
    herfindahl: Annotated[Number, Field(description="0 to 1.")]
    entropy: Annotated[Number, Field(description="Bits.")]
    unrelated_variety: Number
    related_variety: Number
    complexity: Annotated[Number, Field(description="Mean 0, deviation 1 over the rows.")]
    density: Annotated[Number, Field(description="Mean relatedness density over what it does not have.")]


class PlaceQuery(SpecialisationQuery):
    """Which rows as wholes."""

    sort: Annotated[
        Literal["place", "-actors", "-diversity", "-krugman_index", "-herfindahl", "-entropy", "-complexity"],
        Field(description="Unknown values come last."),
    ] = "-actors"


class PlaceTable(Answer):
    """Rows of a table of specialisation."""

    items: list[PlaceIndices]
    next: NextCursor
    notes: Notes


class MoveQuery(SpecialisationQuery):
    """Entries and exits between two spans of years; the last complete ones where none are named."""

    then_first: Annotated[AYear | None, Field(description="First of the later years.")] = None
    then_last: Annotated[AYear | None, Field(description="Last of the later years.")] = None
    sort: Annotated[
        Literal["place", "label", "-actors_after", "-density"], Field(description="Unknown values come last.")
    ] = "-density"


class MoveAnswer(Answer):
    """A column that a row took up or gave up."""

    move: Literal["entry", "exit"]
    row_id: str
    column_id: str
    label: str
    actors_before: int
    actors_after: int
    density: Annotated[Number, Field(description="Relatedness density in the earlier years.")]


class MoveTable(Answer):
    """Entries and exits."""

    items: list[MoveAnswer]
    next: NextCursor
    first: Annotated[
        tuple[int, int] | None, Field(description="The earlier years; null where there are too few.")
    ]
    second: tuple[int, int] | None
    could_enter: int
    could_leave: int
    notes: Notes


class TrendQuery(PageQuery):
    """Which trends."""

    sub_cluster: PartId = ""
    first: FirstYear = None
    last: LastYear = None
    kind: Annotated[Kind | None, Field(description="What the trend is about.")] = None
    tendency: Tendency | None = None
    sort: Annotated[
        Literal["evidence", "name", "-rate", "rate", "q"],
        Field(description="`evidence`: by kind, rising before falling, the surest first."),
    ] = "evidence"


class TrendAnswer(Answer):
    """One item's share of the collaborations over the years."""

    kind: Kind
    name: Annotated[str, Field(description="A term, field, `company+supplier`, level, or sub-cluster's id.")]
    counts: Annotated[dict[int, int], Field(description="Year to collaborations with it.")]
    of: Annotated[dict[int, int], Field(description="Year to all that `counts` is a share of.")]
    calls: int
    rate: Annotated[FiniteFloat, Field(description="Factor by which its odds change in a year.")]
    low: FiniteFloat
    high: FiniteFloat
    p: Annotated[FiniteFloat, Field(description="Chance of as strong a trend where there is none.")]
    q: Annotated[FiniteFloat, Field(description="The same after all tests of its kind.")]
    tendency: Tendency


class TurnoverAnswer(Answer):
    """Comings and goings by year."""

    new: dict[int, int]
    active: dict[int, int]
    left: dict[int, int]
    running: int
    quiet: Annotated[int, Field(description="Too early to say whether they come back.")]
    patience: Annotated[FiniteFloat, Field(description="Years without work after which an actor has left.")]


class TrendTable(Answer):
    """Trends, and the years they rest on."""

    items: list[TrendAnswer]
    next: NextCursor
    collaborations: Annotated[dict[int, int], Field(description="Complete year to collaborations begun.")]
    tested: Annotated[dict[Kind, int], Field(description="What `q` corrects for.")]
    turnover: TurnoverAnswer | None
    notes: Notes


class PhaseQuery(PageQuery):
    """Which phases: of the whole cluster (id null) and of every sub-cluster."""

    sub_cluster: Annotated[FilterText, Field(description="Only this sub-cluster.")] = ""
    phase: Phase | None = None
    last: LastYear = None
    sort: Annotated[
        Literal["build", "label", "phase", "-phase", "-standing"],
        Field(description="`build`: the whole first, then the order of the build."),
    ] = "build"


class SignAnswer(Answer):
    """One sign with its figure and borders."""

    sign: Sign
    value: Number
    unknown: Annotated[Unknown | None, Field(description="Why there is no figure; it does not vote.")]
    borders: Annotated[
        tuple[FiniteFloat, FiniteFloat, FiniteFloat],
        Field(description="From how much on it supports potential, emerging and mature."),
    ]
    supports: Phase | None
    at_least: bool
    near: Annotated[bool, Field(description="Near a border.")]
    standing: Annotated[Number, Field(description="Share of siblings with less.")]


class ActivityAnswer(Answer):
    """An activity that fits the phase."""

    activity: Activity
    seen: Seen
    count: int | None


class PhaseAnswer(Answer):
    """How far the cluster or a sub-cluster has come."""

    sub_cluster_id: Annotated[str | None, Field(description="Null for the whole cluster.")]
    label: str
    year: Annotated[int | None, Field(description="The last year that counts.")]
    phase: Phase
    earliest: Annotated[Phase, Field(description="If all that is unknown spoke against.")]
    latest: Annotated[Phase, Field(description="If all that is unknown spoke for it.")]
    voters: int
    support: Annotated[
        dict[Phase, int], Field(description="Phase to the signs that support it or a later one.")
    ]
    unmet: Annotated[list[Sign], Field(description="Conditions of the next phase that are not met.")]
    votes_missing: int
    stability: Annotated[
        dict[Phase, FiniteFloat],
        Field(description="Phase to the share of selections without a fifth of the collaborations."),
    ]
    movement: Annotated[dict[int, Phase], Field(description="Year to the phase at its end.")]
    signs: list[SignAnswer]
    steps: list[ActivityAnswer]
    standing: Number


class PhasePage(Answer):
    """Phases."""

    items: list[PhaseAnswer]
    next: NextCursor


class GapQuery(PageQuery):
    """Which gaps: of one sub-cluster, or of each at the top."""

    sub_cluster: PartId = ""
    kind: GapKind | None = None
    verdict: GapVerdict | None = None
    sort: Annotated[
        Literal["verdict", "sub_cluster", "-fillers"],
        Field(description="`verdict`: what is surest first."),
    ] = "verdict"


class GapSignAnswer(Answer):
    """A comparison with the siblings."""

    id: SignId
    count: int
    of: int
    elsewhere: int
    of_elsewhere: int
    ratio: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat
    q: Number
    holds: bool


class BecauseAnswer(Answer):
    """A reason why an actor could fill a gap."""

    id: FillerReason
    amount: FiniteFloat
    points: FiniteFloat


class FillerAnswer(Answer):
    """An actor that could fill a gap."""

    actor: ActorName
    member: bool
    score: FiniteFloat
    reasons: list[BecauseAnswer]
    quote: QuoteAnswer | None


class GapAnswer(Answer):
    """Something that is missing or thin in a sub-cluster."""

    sub_cluster_id: str
    kind: GapKind
    what: Annotated[str, Field(description="Actor group, region, specialisation's id, or id of who asks.")]
    verdict: GapVerdict
    signs: list[GapSignAnswer]
    request: QuoteAnswer | None
    asked: int
    unanswered: int
    fillers: list[FillerAnswer]


class GapTable(Answer):
    """Gaps."""

    items: list[GapAnswer]
    next: NextCursor
    compared: Annotated[int, Field(description="Groups and regions that were looked at.")]
    untold: Annotated[int, Field(description="Of these so rare that chance cannot be ruled out.")]


class PortfolioQuery(PageQuery):
    """Which collaborations are counted."""

    sub_cluster: PartId = ""
    commitment: Commitment | None = None
    state: State | None = None
    first: FirstYear = None
    last: LastYear = None
    day: Annotated[
        date | None,
        Field(description="The day that `state` is about; the newest in the data where left out."),
    ] = None
    sort: Annotated[
        Literal["build", "year", "-year", "-collaborations", "-money"],
        Field(description="Unknown values come last."),
    ] = "build"


class PortfolioRowAnswer(Answer):
    """Collaborations that are alike in all that is told apart."""

    sub_cluster_id: Annotated[str, Field(description="Empty for none.")]
    commitment: Commitment
    year: int | None
    groups: Annotated[int, Field(description="Actor groups taking part.")]
    state: State
    collaborations: int
    money: Annotated[Number, Field(description="EUR known to go into them.")]
    money_known: int


class CrossingAnswer(Answer):
    """What of it crosses borders."""

    sub_cluster_id: Annotated[str, Field(description="Empty for the whole.")]
    collaborations: int
    alone: int
    across_groups: int
    committed_across_groups: int
    placed: int
    across_sub_clusters: int


class PortfolioTable(Answer):
    """The portfolio, and what crosses actor groups and sub-clusters."""

    items: list[PortfolioRowAnswer]
    next: NextCursor
    crossings: Annotated[list[CrossingAnswer], Field(description="The whole first.")]


class BrokerQuery(PageQuery):
    """Which brokers, of the first hundred."""

    sub_cluster: PartId = ""
    group: ActorGroup | None = None
    beyond_size: Annotated[bool, Field(description="Choose those that join most for their size.")] = False
    sort: Annotated[
        Literal["build", "name", "-sole_links", "-betweenness", "constraint", "-participation", "-cut_off"],
        Field(description="`build`: the order in which they were chosen."),
    ] = "build"


class BrokerAnswer(Answer):
    """An actor between sub-clusters."""

    actor: ActorName
    sub_cluster_ids: Annotated[list[str], Field(description="Where its collaborations lie, most first.")]
    collaborations: int
    partners: int
    sole_links: Annotated[
        int, Field(description="Pairs of its collaborations in different sub-clusters that only it joins.")
    ]
    sole_links_of_peers: Annotated[Number, Field(description="Median over actors as busy.")]
    sole_links_above_peers: Number
    peers: int
    betweenness: Annotated[FiniteFloat, Field(description="Freeman 1977, 0 to 1.")]
    constraint: Annotated[FiniteFloat, Field(description="Burt 1992.")]
    effective_size: FiniteFloat
    participation: Annotated[FiniteFloat, Field(description="Guimerà and Amaral 2005.")]
    reach: int
    cross_group_share: FiniteFloat
    pairs_cut: int
    cut_off: Annotated[int, Field(description="Actors cut off from the largest piece without it.")]


class BrokerTable(Answer):
    """Brokers."""

    items: list[BrokerAnswer]
    next: NextCursor
    caveats: list[str]


class BacktestQuery(PageQuery):
    """The years that are looked back to; the last complete ones where none are named."""

    first: FirstYear = None
    last: LastYear = None
    named: Annotated[
        bool | None, Field(description="Only those that would, or would not, have been named.")
    ] = None
    sort: Annotated[
        Literal["day", "-probability", "-against_whole"], Field(description="Unknown values come last.")
    ] = "day"


class NamedAnswer(Answer):
    """A specialisation as it was found on a past day, and what came of it."""

    day: date
    label: str
    members: int
    place: Annotated[int | None, Field(description="Among that day's candidates; null where it was none.")]
    probability: Annotated[FiniteFloat, Field(description="Of gaining actors faster than the whole.")]
    against_whole: Annotated[Number, Field(description="Growth in actors over that of all.")]
    against_parent: Number
    against_like_sized: Number
    kept_growing: Annotated[bool | None, Field(description="Whether it gained actors faster than the whole.")]


class EstimateAnswer(Answer):
    """A mean with its 95 % interval."""

    value: FiniteFloat
    low: FiniteFloat
    high: FiniteFloat


class RankingAnswer(Answer):
    """How a way of ranking did."""

    panel: str
    question: str
    months: tuple[int, int]
    ranking: str
    days: int
    at_10: EstimateAnswer | None
    at_20: EstimateAnswer | None


class BacktestTable(Answer):
    """What would have been said, and what came of it."""

    items: list[NamedAnswer]
    next: NextCursor
    days: list[date]
    rankings: list[RankingAnswer]
    notes: Notes


class ComparisonQuery(PageQuery):
    """Two days, or an earlier build in `before` alone."""

    before: Annotated[
        FilterText,
        Field(
            min_length=1, description="A day, or the name of a build that is kept.", examples=["2021-12-31"]
        ),
    ]
    after: Annotated[FilterText, Field(description="A later day; empty for the published build.")] = ""
    topic: Annotated[Topic | None, Field(description="Only differences of this topic.")] = None
    turn: Annotated[Turn | None, Field(description="Only what became this.")] = None
    sort: Annotated[
        Literal["topic", "label", "-after", "-before"],
        Field(description="`topic`: by topic, the greatest differences first."),
    ] = "topic"


class ComparedAnswer(Answer):
    """One thing at both times."""

    topic: Topic
    turn: Turn
    id: str
    label: str
    kind: str
    place: Annotated[str, Field(description="Of a specialisation, whose it is.")]
    before: Annotated[Number, Field(description="Actors, members, collaborations or location quotient.")]
    after: Number
    was: Annotated[str, Field(description="Phase or tendency before.")]
    now: str
    related: Annotated[list[str], Field(description="What a sub-cluster went into or came out of, by id.")]
    kept: Annotated[Number, Field(description="Share of an earlier sub-cluster's members still together.")]


class TotalsAnswer(Answer):
    """How much was known at one time."""

    name: str
    actors: int
    collaborations: int
    sub_clusters: int
    specialisations: int


class ComparisonTable(Answer):
    """Two times side by side."""

    items: list[ComparedAnswer]
    next: NextCursor
    before: TotalsAnswer
    after: TotalsAnswer
    at_work: Annotated[
        bool, Field(description="Actors are counted that had begun a collaboration by the day.")
    ]
