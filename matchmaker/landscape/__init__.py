"""The whole cluster from above: sub-clusters, labels, the map, and specialisations that could spin off."""

from matchmaker.landscape.findings import Landscape, MapPoint, Member, SpinOff, SubCluster
from matchmaker.landscape.surveys import survey

__all__ = ["Landscape", "MapPoint", "Member", "SpinOff", "SubCluster", "survey"]
