class TaskRefused(Exception):
    """The message is a sentence for the person."""


class TaskStale(TaskRefused):
    """Somebody changed the task after it was shown."""
