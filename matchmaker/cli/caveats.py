"""What cannot be known, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from matchmaker.cli.shared import out

if TYPE_CHECKING:
    from matchmaker.landscape.caveats import Caveat

# By the values of ``Unknown``: the landscape is loaded late, so that --help answers at once.
SENTENCES = {
    "no_actors": "There are no actors.",
    "no_sub_clusters": "There are no sub-clusters, so nothing is said of what lies in or between them.",
    "one_sub_cluster": "There is one sub-cluster only: nothing lies between sub-clusters, and it has no siblings to be compared with.",
    "no_collaborations": "There are no collaborations of two or more: what they need, and who joins whom, cannot be known.",
    "few_collaborations": "Too few collaborations of two or more to judge by: {collaborations:.0f}; at least {needed:.0f} are needed.",
    "few_actors": "Too few actors to judge by: {actors:.0f}; at least {needed:.0f} are needed.",
    "no_dates": "No collaboration has a date: nothing is said by year.",
    "one_year": "All dated collaborations are of one year: nothing is said of change.",
    "no_ends": "When collaborations end is not known: running and ended cannot be told apart.",
    "no_regions": "No actor's region is known: regions are not compared.",
    "one_region": "All actors are in one region: regions are not compared.",
    "one_group": "All actors are of one actor group: groups are not compared.",
    "no_text": "There are no texts: who is near is not known.",
    "no_requests": "Nobody says what they look for: links are seen through collaborations alone.",
    "no_members": "Nobody is marked as a member of the organised cluster: all count as non-members.",
    "sampled": "Shortest paths were followed from {sources:.0f} of {actors:.0f} actors: betweenness and efficiency are estimates.",
}


def tell(caveats: Iterable[Caveat], labels: Mapping[str, str]) -> None:
    """Print each caveat as a sentence, with the label of the sub-cluster it is about."""
    for caveat in caveats:
        sentence = SENTENCES[caveat.id].format(**caveat.figures)
        about = (
            f"{labels.get(caveat.sub_cluster_id, caveat.sub_cluster_id)}: " if caveat.sub_cluster_id else ""
        )
        out.print(about + sentence, markup=False)
