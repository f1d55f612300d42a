"""Running queued jobs inside a test, as a worker would run them after the commit."""

from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_jobs(*, later: timedelta = timedelta()) -> int:
    """Run what is due, now or so much later, oldest first, and what that queues in turn. Returns how many ran."""
    done, due = 0, Q(scheduled_at=None) | Q(scheduled_at__lte=timezone.now() + later)
    while job := ProcrastinateJob.objects.filter(due, status="todo").order_by("id").first():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE id = %s", [job.pk])
        app.tasks[job.task_name].func(**job.args)
        done += 1
    return done
