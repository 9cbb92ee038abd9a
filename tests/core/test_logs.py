import pytest
import structlog

from config.logs import quiet


@pytest.mark.parametrize(
    "event",
    [
        {"event": "request_started", "request": "GET /board/"},
        {"event": "request_finished", "request": "GET /healthz", "code": 200},
        {"event": "request_finished", "request": "GET /readyz", "code": 200},
    ],
)
def test_what_would_bury_the_rest_is_dropped(event):
    with pytest.raises(structlog.DropEvent):
        quiet(None, "info", event)


@pytest.mark.parametrize(("request_line", "code"), [("GET /board/", 200), ("GET /readyz", 503)])
def test_what_matters_is_logged(request_line, code):
    event = {"event": "request_finished", "request": request_line, "code": code}
    assert quiet(None, "info", event) == event
