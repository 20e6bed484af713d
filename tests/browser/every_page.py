"""The address of every page out of the table of permissions, with what its parameters stand for in a workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

from service.permissions import RULES, Role

PARAMETER = re.compile(r"\{(\w+)(?::path)?\}")
NO_PAGES = ("/api/", "/static", "/healthz", "/readyz", "/metrics", "/calendars/")
FILES = re.compile(r"\.(?:pdf|json|xlsx|csv|ics|zip|atom)$|/(?:download|template|handouts|back)$")
ASK_FOR_MORE = ("/duplicates/pair", "/firms/one")
"""Pages that are none without a query."""


def pages(values: Mapping[str, str]) -> list[str]:
    """The addresses of a facilitator's pages whose parameters have a value; what hands out a file is none."""
    found = []
    for (method, path), rule in RULES.items():
        if Role.FACILITATOR not in rule.roles or path in ASK_FOR_MORE:
            continue
        if method != "GET" or path.startswith(NO_PAGES) or FILES.search(path):
            continue
        if all(name in values for name in PARAMETER.findall(path)):
            found.append(PARAMETER.sub(lambda match: quote(values[match[1]], safe=":"), path))
    return found
