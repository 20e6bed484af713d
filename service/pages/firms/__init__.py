"""What firms draft, whom they name and what they answer, for facilitators alone."""
