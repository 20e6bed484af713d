"""What the addresses about long work take and give."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from matchmaker.errors import MatchmakerError
from matchmaker.jobs import Job, JobState
from service.error_answers import ANSWERS
from service.schemas.contract import Answer, FilterText, NextCursor, PageQuery


class JobQuery(PageQuery):
    """Which jobs are wanted."""

    kind: Annotated[FilterText, Field(description="Only jobs of this kind, such as `build`.")] = ""
    state: Annotated[JobState | None, Field(description="Only jobs in this state.")] = None


class JobProgress(Answer):
    """How far a job is."""

    step: Annotated[str, Field(description="What is being done; empty before the first step.")]
    done: int
    total: Annotated[int | None, Field(description="Of how many; null where that is not known.")]


class JobProblem(Answer):
    """Why a job failed; as an error of the API would say it."""

    type: str
    title: str
    detail: str


class JobAnswer(Answer):
    """One piece of long work."""

    id: str
    kind: Annotated[str, Field(examples=["build", "bulk", "landscape-export"])]
    state: JobState
    progress: JobProgress
    answer: Annotated[
        dict[str, JsonValue] | None,
        Field(
            description="What came of it, by kind; null until it is done, and where it failed without more."
        ),
    ]
    problem: Annotated[JobProblem | None, Field(description="Why it failed.")]
    who: Annotated[str, Field(description="Id of the user or the key that asked for it.")]
    tries: Annotated[
        int, Field(description="How often it was begun; more than once where the service stopped.")
    ]
    cancelling: Annotated[bool, Field(description="It was asked to end and does so at its next step.")]
    asked: datetime
    started: Annotated[datetime | None, Field(description="When it was begun last.")]
    ended: datetime | None
    file: Annotated[str | None, Field(description="Where to fetch the file that it made.")]

    @classmethod
    def of(cls, job: Job) -> JobAnswer:
        """A job as it is now."""
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            progress=JobProgress(step=job.step, done=job.done, total=job.total or None),
            answer=dict(job.answer) if job.answer else None,  # type: ignore[arg-type]
            problem=problem_of(job),
            who=job.who,
            tries=job.tries,
            cancelling=job.cancelling,
            asked=datetime.fromisoformat(job.asked),
            started=datetime.fromisoformat(job.started) if job.started else None,
            ended=datetime.fromisoformat(job.ended) if job.ended else None,
            file=f"/api/v1/jobs/{job.id}/file" if job.answer.get("file") else None,
        )


def problem_of(job: Job) -> JobProblem | None:
    """Why a job failed, in words that name no path and no command of the host."""
    if not job.problem:
        return None
    rows = {each.__name__: row for each, row in ANSWERS.items()}
    row = rows.get(job.problem_kind, ANSWERS[MatchmakerError])
    # What a sentence would have to name is not kept with the job.
    detail = row.title if "{" in row.detail else row.detail
    return JobProblem(type=f"urn:matchmaker:problem:{row.type}", title=row.title, detail=detail)


class JobPage(Answer):
    """Jobs, the newest first."""

    items: list[JobAnswer]
    next: NextCursor


class LandscapeExportBody(BaseModel):
    """Which file of the landscape is wanted."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Annotated[
        Literal["zip", "xlsx", "graphml"],
        Field(description="CSV files in a zip, a workbook, or the network of actors."),
    ] = "zip"
    with_backtest: Annotated[
        bool,
        Field(description="Also what earlier spin-off candidates came to; takes longer than all the rest."),
    ] = False
