"""The pages about events, for facilitators: set-up, participants, wishes and schedule, with the texts they say."""
