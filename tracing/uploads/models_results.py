"""What became of each row of an upload by interface."""

from __future__ import annotations

from django.db import models

from tracing.uploads.models import Submission


class RowResults(models.Model):
    """What storing did with each row of an upload by interface, or would do; its failing rows stand
    among the rejected ones. See `tracing.uploads.row_results`.

    `stored` and `foreseen` are objects of runs of row numbers, by what was or would be done;
    `warnings` are arrays of a row, a column, a code and the details, in that order.
    """

    submission = models.OneToOneField(
        Submission, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    stored = models.JSONField(default=dict)
    foreseen = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)

    class Meta:
        verbose_name = "逐行结果"

    def __str__(self) -> str:
        return str(self.submission_id)
