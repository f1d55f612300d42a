"""What operators see outside the firms: people, sessions, jobs, mails, the platform's trail."""

from accounts.admin import jobs, people, trail  # noqa: F401  (registers)
