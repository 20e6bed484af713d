"""The working list of proposals: what its address asks for, and what its buttons do, for a cluster and for an event."""
