"""The report on the whole cluster and on each sub-cluster: as a page, and as a PDF to take along."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from matchmaker.errors import SubClusterNotFoundError
from matchmaker.published import Published
from matchmaker.reporting import Report, write
from service.balancing import PATIENCE, page_patience
from service.dependencies import ClusterReporting
from service.pages.analyst.views import SeenBuild, Viewed
from service.pages.filters import TextFilter, readable
from service.pages.landscape import unknown_sub_cluster
from service.pages.overview import empty_page
from service.pages.rendering import later_page, page, wording_of
from service.pages.telling import in_language

router = APIRouter()


@router.get("/report")
def cluster_report(request: Request, seen: SeenBuild, reporting: ClusterReporting) -> Response:
    """What the cluster is made of, how it grows, where a spin-off is forming, and how far to trust it."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    found = reporting.report(snapshot, "", patience=page_patience(snapshot))
    return _report_page(request, snapshot, seen, found)


@router.get("/report.pdf")
def report_file(
    request: Request, seen: SeenBuild, reporting: ClusterReporting, sub_cluster: TextFilter = ""
) -> Response:
    """The same as a PDF, in the reader's language."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    # The typesetter is loaded with the first PDF that somebody asks for.
    from matchmaker.reporting.pdf import pdf

    wording = wording_of(request)
    wanted = readable(sub_cluster)
    try:
        found = reporting.report(snapshot, wanted)
    except SubClusterNotFoundError:
        return unknown_sub_cluster(request, snapshot, wanted)
    if found is None:
        return later_page(request, "report", PATIENCE)
    made = pdf([write(found, wording, in_language)], wording)
    name = f"matchmaker-report-{snapshot.generation}-{wording.language}.pdf"
    return Response(
        made,
        media_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Language, Cookie",
            "Content-Language": wording.language,
        },
    )


@router.get("/report/{sub_cluster_id:path}")
def sub_cluster_report(
    request: Request, seen: SeenBuild, reporting: ClusterReporting, sub_cluster_id: str
) -> Response:
    """The same for one sub-cluster or specialisation."""
    snapshot = seen.snapshot
    if snapshot is None:
        return empty_page(request)
    try:
        found = reporting.report(snapshot, sub_cluster_id, patience=page_patience(snapshot))
    except SubClusterNotFoundError:
        return unknown_sub_cluster(request, snapshot, sub_cluster_id)
    return _report_page(request, snapshot, seen, found)


def _report_page(request: Request, snapshot: Published, seen: Viewed, found: Report | None) -> Response:
    if found is None:
        return later_page(request, "report", PATIENCE)
    wording = wording_of(request)
    written = write(found, wording, in_language)
    part = snapshot.sub_cluster(found.sub_cluster_id) if found.sub_cluster_id else None
    tops = [each for each in snapshot.sub_clusters() if each.parent_id is None]
    asked = {"lang": wording.language} | ({"sub_cluster": part.id} if part else {})
    return page(
        request,
        "report.html",
        snapshot=snapshot,
        view=seen.view,
        report=written,
        # What is drawn is markup of our own making, every word in it escaped.
        picture=Markup,
        sub_cluster=part,
        parent=snapshot.sub_cluster(part.parent_id) if part and part.parent_id else None,
        others=sorted(tops, key=lambda each: (-len(each.members), each.id)) if part is None else [],
        file_address=f"/report.pdf?{urlencode(asked)}",
    )
