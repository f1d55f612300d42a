"""Where log lines go: to standard error, as JSON for machines or as lines for people (`config.logs`)."""

from typing import Any


def logging(form: str, level: str) -> dict[str, Any]:
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} {reference} {message}", "style": "{"},
            "json": {"()": "config.logs.JsonFormatter"},
        },
        "filters": {"reference": {"()": "config.logs.Reference"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": form, "filters": ["reference"]}},
        # Each command and process would begin with what these have found.
        "loggers": {
            key: {"level": "WARNING"} for key in ("procrastinate.blueprints", "procrastinate.periodic", "stripe")
        },
        "root": {"handlers": ["console"], "level": level},
    }
