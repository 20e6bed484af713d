"""The whole cluster from above: sub-clusters, labels, the map, and specialisations that could spin off."""
