"""What every operation of the OpenAPI document says alike: its problems."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers

from core.api.problems import CONTENT_TYPE


class ProblemOut(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField(help_text="What kind of problem: urn:corredor:problem:…")
    title = serializers.CharField(help_text="The HTTP status in words.")
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened, in the caller's language.")
    errors = serializers.DictField(  # type: ignore[assignment] # a field named like Serializer.errors
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Per field what is wrong with it; `non_field_errors` for the rest.",
    )


_ALWAYS = {
    401: "No token, or one that is not valid any more.",
    403: "The right or the scope is missing.",
    406: "Only application/json is spoken.",
    429: "Too many calls: wait for Retry-After seconds.",
}
_WITH_BODY = {
    400: "The request is malformed or a field is wrong.",
    413: "The body is too large.",
    415: "The body is not application/json.",
}


def answers(
    result: Any,  # noqa: ANN401 -- a serializer or its class
    *,
    status: int = 200,
    media: str = "application/json",
    body: bool = False,
    bad_query: bool = False,
    missing: bool = False,
    **more: str,
) -> dict[Any, Any]:
    """What an operation may answer: its result, the problems of all operations, and further ones as `_409="…"`."""
    said = dict(_ALWAYS)
    if body:
        said |= _WITH_BODY
    if bad_query:
        said[400] = "A query parameter is wrong."
    if missing:
        said[404] = "No such thing, or not yours to see."
    said |= {int(key.removeprefix("_")): text for key, text in more.items()}
    problems = {
        (code, CONTENT_TYPE): OpenApiResponse(ProblemOut, description=text) for code, text in sorted(said.items())
    }
    return {(status, media): result, **problems}


def summarised(result: dict[str, Any], **_context: Any) -> dict[str, Any]:  # noqa: ANN401 -- a hook of drf-spectacular
    """Show the first sentence of each operation beside its path."""
    for path in result["paths"].values():
        for operation in path.values():
            operation.setdefault("summary", operation.get("description", "").partition(". ")[0].rstrip("."))
    return result


def example(name: str, value: Any, *, status: int | None = None) -> OpenApiExample:  # noqa: ANN401 -- JSON
    """An example of a body, or with a status of an answer."""
    if status is None:
        return OpenApiExample(name, value=value, request_only=True)
    media = "application/json" if status < 400 else CONTENT_TYPE  # noqa: PLR2004 -- the border of errors
    return OpenApiExample(name, value=value, response_only=True, status_codes=[str(status)], media_type=media)
