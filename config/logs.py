"""Structured logs: one line of JSON in production, coloured in development, both through the redactor."""

import os
from collections.abc import MutableMapping
from http import HTTPStatus
from typing import Any

import structlog

from core.redaction import redact

_UNHEARD = {"request_started"}  # its end is told, with the status and the same request_id
_HEALTH = {"GET /healthz", "GET /readyz"}


def quiet(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what would bury the rest: each request once, and no health checks that went well."""
    if event.get("event") in _UNHEARD or (event.get("request") in _HEALTH and event.get("code") == HTTPStatus.OK):
        raise structlog.DropEvent
    return event


_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    structlog.processors.format_exc_info,
    redact,
]
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        quiet,
        *_shared,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
_plain = os.environ.get("LOG_FORMAT", "json") == "plain"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *_shared],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=False) if _plain else structlog.processors.JSONRenderer(),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "uvicorn.access": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
    },
}
