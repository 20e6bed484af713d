"""A written report as a PDF: tagged for screen readers, the pictures as vectors, the same bytes for the same build."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typst

from matchmaker.reporting.drawing import PALETTE
from matchmaker.reporting.letters import settable
from matchmaker.reporting.writing import WrittenReport
from matchmaker.wording import Wording

TEMPLATE = Path(__file__).with_name("report.typ")
FONT = "Libertinus Serif"
"""It comes with the typesetter, so that a PDF is the same on every machine."""

STYLE = (
    f'text{{font-family:"{FONT}"}}'
    ".plot-label{font-size:13px;fill:#1d2421}"
    ".plot-value{font-size:12.5px;fill:#1d2421}"
    ".plot-tick{font-size:11px;fill:#58615c;text-anchor:middle}"
    ".plot-axis{font-size:11.5px;fill:#58615c}"
    ".plot-start{text-anchor:start}.plot-end{text-anchor:end}.plot-middle{text-anchor:middle}"
    ".plot-inside{font-size:11px;fill:#ffffff;text-anchor:middle}"
    ".plot-number{font-size:11px;font-weight:700;fill:#1d2421;text-anchor:middle}"
    ".plot-grid{stroke:#d9d5c9;stroke-width:.7;fill:none}"
    ".plot-whisker{stroke:#1d2421;stroke-width:1.2;fill:none}"
    ".plot-reference{stroke:#1d2421;stroke-width:1;stroke-dasharray:3 2;fill:none}"
    ".plot-part{stroke:#ffffff;stroke-width:.6}"
    ".plot-open{fill:#f1eee6}"
    ".plot-frame{fill:none;stroke:#1d2421;stroke-width:1.2}"
    ".plot-ground{fill:#f6f4ee}"
    ".plot-dots{fill:none;stroke-linecap:round}"
    ".plot-mark{fill:#ffffff;stroke-width:1.6}"
    + "".join(f".fill-{name}{{fill:{colour}}}" for name, colour in PALETTE.items())
    + "".join(f".stroke-{name}{{stroke:{colour}}}" for name, colour in PALETTE.items())
    + ".plot-hollow{fill:none;stroke-width:1.4}"
)
"""What the pages' style sheet says of pictures, for paper."""


def pdf(reports: Sequence[WrittenReport], wording: Wording) -> bytes:
    """Set reports one after the other, each on pages of its own.

    Nothing is fetched, no font of the machine is used and no clock is read: a PDF carries the build instead of a date.
    """
    content = {
        "language": wording.language,
        "style": STYLE,
        "font": FONT,
        "page": wording("report.file.page", page="{page}", pages="{pages}"),
        "build": wording("report.file.build", build=reports[0].build),
        "name": "Matchmaker",
        "reports": [asdict(each) for each in reports],
    }
    # Every word of a report reaches the typesetter as data, never as markup.
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        sys_inputs={"report": json.dumps(settable(content), ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("The typesetter gave no PDF.")
    return made
