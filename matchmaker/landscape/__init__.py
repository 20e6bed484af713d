"""The whole cluster from above: sub-clusters, labels, the map, and specialisations that could spin off."""

from matchmaker.landscape.findings import Landscape, MapPoint, Member, SpinOff, SubCluster
from matchmaker.landscape.lineage import Past, Trace
from matchmaker.landscape.surveys import Surveyed, survey, survey_after

__all__ = [
    "Landscape",
    "MapPoint",
    "Member",
    "Past",
    "SpinOff",
    "SubCluster",
    "Surveyed",
    "Trace",
    "survey",
    "survey_after",
]
