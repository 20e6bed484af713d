"""Partners for seekers: candidates, the evidence for each pair, and one shared score with its reasons."""
