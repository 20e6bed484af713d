"""What readers open first, as questions that are asked before them."""

from __future__ import annotations

from fastapi import FastAPI

from matchmaker.foreseen import START, TOP
from matchmaker.published import Published
from service.balancing import Balancing, Lists
from service.pages.analyst.home import tiles
from service.pages.atlas import atlas
from service.recognising import Recognising
from service.reporting import Reporting
from service.studies import Studies
from service.warming import Questions

PATIENCE = 600.0
"""Nobody waits here, and one thing is asked after the other."""


def questions(app: FastAPI) -> Questions:
    """Of the parts of an app that keep what they found."""
    state = app.state
    balancing: Balancing = state.balancing
    studies: Studies = state.studies
    reporting: Reporting = state.reporting
    recognising: Recognising = state.recognising
    resting = state.asking.resting

    def lists(snapshot: Published) -> None:
        for balance in (START, 0.0):
            balancing.shown_lists(snapshot, Lists(balance, TOP, False), patience=PATIENCE)
            resting.now()
        balancing.shown_curve(snapshot, TOP, new=False, patience=PATIENCE)

    return Questions(
        of_a_build=(
            ("a suggestion", suggestion),
            ("lists", lists),
            ("facts", lambda snapshot: tiles(studies.within(PATIENCE), snapshot)),
            ("the description", lambda _: app.openapi()),
        ),
        of_now=(
            ("profiles", lambda _: recognising.incomplete(state.workspace, patience=PATIENCE, waits=False)),
            ("duplicates", lambda _: recognising.duplicates(state.workspace, patience=PATIENCE, waits=False)),
            ("the map", atlas),
            ("the report", lambda snapshot: reporting.report(snapshot, "", patience=PATIENCE)),
        ),
    )


def suggestion(snapshot: Published) -> None:
    """Explain somebody's first match, for which the words of a language are loaded."""
    for actor_id in list(snapshot.actor_groups())[:20]:
        if snapshot.suggestions(actor_id, top=1):
            return
