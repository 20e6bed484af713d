"""The service: API and pages over one workspace; guards, permissions, gates and errors are put together here."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager, suppress

from fastapi import APIRouter, Depends, FastAPI

from matchmaker.errors import MatchmakerError, NotBuiltError
from matchmaker.tried import LETTER
from matchmaker.workspace import Workspace
from service import api, calendars, feeds, pages
from service.alerting import Alerting
from service.asked_first import questions
from service.asking_ahead import AskingAhead
from service.balancing import Balancing
from service.compressing import Compress
from service.delivering import Delivering
from service.description import describe
from service.following import Following
from service.guards import LOOPBACK_NAMES, Guard
from service.handing_out import HandingOut
from service.job_running import JobRunning
from service.kept_forms import KeptForms
from service.lasting import LastingFiles
from service.limits import (
    MAX_BODY_BYTES,
    MAX_BULK_BYTES,
    MAX_IMPORT_BYTES,
    MAX_UPLOAD_BYTES,
    admission,
    gates,
)
from service.observing import Observe, Observed
from service.outbox import Outbox
from service.permissions import permission
from service.previewing import Previewing
from service.problems import answer_errors
from service.rates import Rates, rate
from service.recognising import Recognising
from service.repeating import Repeated
from service.reporting import Reporting
from service.settling import Settling
from service.shedding import Shed, answer_refusals
from service.sites import OtherSites
from service.studies import Studies
from service.tries import FREE_LETTERS, LONGEST_LETTER_WAIT, Tries
from service.uploads import Uploads

log = logging.getLogger(__name__)


# Who may not call a route shall not queue for it either; whoever tries is counted all the same.
_GUARDING = [Depends(rate), Depends(permission), Depends(admission, scope="function")]


def _routes() -> APIRouter:
    everything = APIRouter(dependencies=_GUARDING)
    everything.include_router(api.router)
    # Before the pages: an alert's own address would take theirs.
    everything.include_router(feeds.router)
    everything.include_router(pages.router)
    everything.include_router(calendars.router)
    return everything


_ROUTES = _routes()
"""Made once for all apps of a process: what a route takes is worked out when it is first asked for."""


def create_app(
    workspace: Workspace,
    *,
    hosts: Collection[str] = LOOPBACK_NAMES,
    open_here: bool = False,
    alone: bool = False,
) -> FastAPI:
    """The whole service over an open workspace, which the caller closes afterwards.

    ``hosts`` are the names that a request may ask for, without ports. ``open_here`` makes a facilitator of whoever asks as long
    as the workspace has never had a user, and is for an app that only this machine can reach; raises ``ValueError`` with any
    name that is not of loopback. Everybody else has to sign in. ``alone`` says that the process does nothing but serve the app.
    """
    if open_here and not set(hosts) <= set(LOOPBACK_NAMES):
        raise ValueError(f"an app for {sorted(hosts)} cannot be open to whoever asks")
    app = FastAPI(
        title="Matchmaker",
        lifespan=_lifespan,
        dependencies=_GUARDING,
        redirect_slashes=False,
        # The description is a route like any other; its viewers would load scripts from elsewhere.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
    )
    app.state.workspace = workspace
    app.state.started = 0
    app.state.gates = gates()
    app.state.observed = Observed()
    app.state.alone = alone
    app.state.asking = AskingAhead(app.state.gates)
    app.state.balancing = Balancing()
    app.state.reporting = Reporting()
    app.state.studies = Studies()
    app.state.tries = Tries(workspace.tries)
    app.state.letters = Tries(
        workspace.tries,
        purpose=LETTER,
        free_per_account=FREE_LETTERS,
        longest_wait=LONGEST_LETTER_WAIT,
    )
    app.state.outbox = Outbox(workspace)
    app.state.kept_forms = KeptForms()
    app.state.rates = Rates(workspace.settings)
    app.state.open_here = open_here
    app.state.settling = Settling(alone=alone)
    app.state.handing_out = HandingOut()
    app.state.following = Following()
    app.state.uploads = Uploads()
    app.state.job_running = JobRunning()
    app.state.alerting = Alerting()
    app.state.delivering = Delivering()
    answer_errors(app, page=pages.error_page)
    answer_refusals(app, page=pages.busy_page)
    app.add_middleware(Repeated)
    app.add_middleware(Compress)
    app.state.previewing = Previewing()
    app.state.recognising = Recognising(app.state.asking.resting)
    origins = workspace.settings.origins()
    app.add_middleware(Shed, gates=app.state.gates, page=pages.busy_page)
    app.add_middleware(OtherSites, origins=origins)
    app.add_middleware(
        Guard,
        hosts=hosts,
        max_body_bytes=MAX_BODY_BYTES,
        max_upload_bytes=MAX_UPLOAD_BYTES,
        max_bulk_bytes=MAX_BULK_BYTES,
        max_import_bytes=MAX_IMPORT_BYTES,
        origins=origins,
    )
    app.add_middleware(Observe, observed=app.state.observed)
    app.router.routes.extend(_ROUTES.routes)
    app.mount("/static", LastingFiles(directory=pages.STATIC), name="static")
    describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the published build and the encoder beside the start, so that the first search does not wait for them."""
    # An app may be started a second time before it is stopped; what works beside the handlers works once.
    app.state.started += 1
    if app.state.started == 1:
        _start(app)
    yield
    app.state.started -= 1
    if not app.state.started:
        _stop(app)


def _start(app: FastAPI) -> None:
    workspace: Workspace = app.state.workspace
    app.state.warming = threading.Thread(
        target=_warm, args=(workspace, app.state.settling), name="warming", daemon=True
    )
    app.state.warming.start()
    if app.state.alone:
        # Where others work in the same process, nobody is kept from it for readers that may not come.
        app.state.asking.start(workspace, questions(app))
    app.state.job_running.start(workspace)
    app.state.alerting.start(workspace)
    app.state.delivering.start(workspace)


def _stop(app: FastAPI) -> None:
    """End what works beside the handlers, before the caller closes the workspace under it."""
    app.state.job_running.close()
    app.state.asking.close()
    app.state.outbox.close()
    app.state.alerting.close()
    app.state.delivering.close()
    app.state.balancing.close()
    app.state.reporting.close()
    app.state.studies.close()
    app.state.handing_out.close()
    app.state.following.close()
    app.state.previewing.close()
    app.state.recognising.close()
    app.state.tries.close()
    app.state.letters.close()
    app.state.warming.join(timeout=5)


def _start_encoder(workspace: Workspace) -> None:
    # What is wrong with it is said by the search that needs it.
    with suppress(MatchmakerError):
        workspace.encoder()


def _warm(workspace: Workspace, settling: Settling) -> None:
    try:
        # The encoder starts on one processor while the build is read on another.
        starting = threading.Thread(target=_start_encoder, args=(workspace,), name="starting", daemon=True)
        starting.start()
        snapshot = workspace.published()
        starting.join()
        snapshot.search("partner", top=1)
        settling.seen(snapshot.generation)
    except NotBuiltError:
        log.info("nothing is built yet; the service shows what to do")
    except Exception:
        # The service answers without having been warmed, and says there what is wrong.
        log.exception("warming up failed")
