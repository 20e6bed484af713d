"""The files of the pages: kept by the browser for good where their address changes with their content."""

from __future__ import annotations

import os

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOR_GOOD = "public, max-age=31536000, immutable"


class LastingFiles(StaticFiles):
    """Files whose address holds a mark of the content, or their release in the name as fonts do; others are asked for anew."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, with how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        named = scope["query_string"].startswith(b"v=") or os.fspath(full_path).endswith(".woff2")
        response.headers["Cache-Control"] = FOR_GOOD if named else "no-cache"
        return response
