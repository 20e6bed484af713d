"""What came of meetings: the chain from proposal to commitment, targets, and the score in hindsight."""
