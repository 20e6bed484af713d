"""Actors and their collaborations as GraphML, with types that Gephi and network libraries read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

import pyarrow as pa

NODE = {
    "label": "string",
    "group": "string",
    "country": "string",
    "region": "string",
    "member": "boolean",
    "sub_cluster": "string",
    "sub_cluster_id": "string",
    "confidence": "double",
    "x": "double",
    "y": "double",
}
EDGE = {"weight": "double"}
SCALE = 1000.0
"""The map's coordinates go from −1 to 1; programs that draw a dot ten units wide need more room."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def graphml(actors: pa.Table, ties: pa.Table) -> Iterator[str]:
    """Pieces of the file: one node an actor with its place on the map, one edge a pair that worked together.

    ``actors`` and ``ties`` are those of ``matchmaker.frames``. An edge weighs the number of collaborations.
    """
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n'
    for kind, keys in (("node", NODE), ("edge", EDGE)):
        for name, attribute in keys.items():
            yield f'<key id="{kind}_{name}" for="{kind}" attr.name="{name}" attr.type="{attribute}"/>\n'
    yield '<graph id="matchmaker" edgedefault="undirected">\n'
    for actor in actors.to_pylist():
        yield f"<node id={quoteattr(_clean(actor['actor_id']))}>{''.join(_node(actor))}</node>\n"
    for tie in ties.to_pylist():
        ends = f"source={quoteattr(_clean(tie['actor_id']))} target={quoteattr(_clean(tie['partner_id']))}"
        yield f'<edge {ends}><data key="edge_weight">{float(tie["collaborations"])}</data></edge>\n'
    yield "</graph>\n</graphml>\n"


def _node(actor: dict[str, object]) -> Iterator[str]:
    values = actor | {"label": actor["name"]}
    for name, attribute in NODE.items():
        value = values[name]
        if value is None or value == "":
            continue
        if attribute == "boolean":
            words = "true" if value else "false"
        elif name in ("x", "y"):
            words = f"{float(str(value)) * SCALE:.6g}"
        else:
            words = escape(_clean(str(value)))
        yield f'<data key="node_{name}">{words}</data>'


def _clean(text: str) -> str:
    """Characters that XML cannot hold become a replacement character."""
    return _NOT_XML.sub("\ufffd", text)
