"""An analyst's pages: what a build says of the cluster as a whole, topic by topic, and everything as files."""
