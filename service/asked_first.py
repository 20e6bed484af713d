"""What readers open first, as questions that are asked before them."""

from __future__ import annotations

from fastapi import FastAPI

from matchmaker.foreseen import START, TOP
from matchmaker.proposals import ProposalFilter
from matchmaker.published import Published
from matchmaker.workspace import Workspace
from service.api.landscape import whole_map
from service.asking_ahead import Questions
from service.balancing import Balancing, Lists
from service.pages.analyst.home import tiles
from service.pages.analyst.specialisation import as_first_seen
from service.pages.atlas import atlas
from service.pages.rendering import read_templates
from service.pages.working_list.showing import ROWS_PER_PAGE
from service.recognising import Recognising
from service.reporting import Reporting
from service.studies import Studies
from service.working_list import Asked, attending, working_list

EVENTS = 4
"""Events that are asked about: those that were changed last."""

PATIENCE = 600.0
"""Nobody waits here, and one thing is asked after the other."""


def questions(app: FastAPI) -> Questions:
    """Of the parts of an app that keep what they found."""
    state = app.state
    balancing: Balancing = state.balancing
    studies: Studies = state.studies
    reporting: Reporting = state.reporting
    recognising: Recognising = state.recognising
    workspace: Workspace = state.workspace
    resting = state.asking.resting

    def first_page(snapshot: Published, event_id: str = "") -> None:
        asked = Asked(Lists(START, TOP, False), ProposalFilter(once=True), "score", True, event_id)
        found = working_list(workspace, snapshot, balancing, asked)
        if found is not None:
            resting.now()
            found.table.shown(found.places[:ROWS_PER_PAGE])

    def lists(snapshot: Published) -> None:
        for balance in (START, 0.0):
            balancing.shown_lists(snapshot, Lists(balance, TOP, False), patience=PATIENCE)
            resting.now()
        balancing.shown_curve(snapshot, TOP, new=False, patience=PATIENCE)
        first_page(snapshot)

    def events(snapshot: Published) -> None:
        latest = sorted(workspace.events.all(), key=lambda each: each.at)[-EVENTS:]
        for event_id in [each.event.id for each in latest]:
            ids = attending(workspace, event_id)
            if ids:
                balancing.event_lists(snapshot, ids, Lists(START, TOP, False), patience=PATIENCE)
                first_page(snapshot, event_id)
                resting.now()
                workspace.events.suggested_apart(event_id)
                resting.now()

    return Questions(
        of_a_build=(
            ("a suggestion", suggestion),
            ("templates", lambda _: read_templates(resting.now)),
            ("lists", lists),
            ("facts", lambda snapshot: tiles(studies.within(PATIENCE), snapshot)),
            ("specialisation", lambda snapshot: as_first_seen(studies.within(PATIENCE), snapshot)),
            ("the description", lambda _: app.openapi()),
        ),
        of_now=(
            ("profiles", lambda _: recognising.incomplete(workspace, patience=PATIENCE, waits=False)),
            ("duplicates", lambda _: recognising.duplicates(workspace, patience=PATIENCE, waits=False)),
            ("the map", lambda snapshot: (atlas(snapshot), whole_map(snapshot))),
            ("the report", lambda snapshot: reporting.report(snapshot, "", patience=PATIENCE)),
            ("events", events),
        ),
    )


def suggestion(snapshot: Published) -> None:
    """Explain somebody's first match, for which the words of a language are loaded."""
    for actor_id in list(snapshot.actor_groups())[:20]:
        if snapshot.suggestions(actor_id, top=1):
            return
