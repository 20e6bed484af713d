"""Long work: asked for as a job, done by whoever runs jobs, and finished by somebody else where that one dies."""

from matchmaker.working.kinds import Kind, Stopped
from matchmaker.working.runner import Runner
from matchmaker.working.working import Working

__all__ = ["Kind", "Runner", "Stopped", "Working"]
