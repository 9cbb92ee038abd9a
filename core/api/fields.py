"""Serializers and fields that take exactly what the OpenAPI document says: nothing unknown, nothing half right."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_WRONG_TYPE = _("Aquí va un texto.")


class Strict(serializers.Serializer[Any]):
    """A serializer that refuses members it does not know, so that nothing is set by accident (mass assignment)."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The checked values; raises ValidationError naming each unknown member.

        Inside another serializer it is always whole: PATCH may leave out `budget`, but not half of it.
        """
        if self.root is not self and isinstance(data, Mapping):
            whole = type(self)(data=data)
            whole.is_valid(raise_exception=True)
            return whole.validated_data
        if isinstance(data, Mapping):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            unknown = sorted(str(name) for name in data if name not in writable)
            if unknown:
                raise serializers.ValidationError({name[:100]: [_("Campo desconocido.")] for name in unknown[:20]})
        return super().to_internal_value(data)


class Text(serializers.CharField):
    """A string, not a number that looks like one."""

    default_error_messages = {"not_text": _WRONG_TYPE}

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401 -- DRF's signature
        """The string; a number is refused."""
        if not isinstance(data, str):
            self.fail("not_text")
        return super().to_internal_value(data)


class Email(Text, serializers.EmailField):
    """An address, in lower case as all addresses are stored."""

    def to_internal_value(self, data: Any) -> str:  # noqa: ANN401 -- DRF's signature
        """The address in lower case."""
        return super().to_internal_value(data).lower()


class Choice(serializers.ChoiceField):
    """One of the values of an enum, as a string."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The value; anything but one of the strings is refused."""
        if not isinstance(data, str):
            self.fail("invalid_choice", input=str(data)[:100])
        return super().to_internal_value(data)


class Whole(serializers.IntegerField):
    """An integer, neither a string nor true."""

    def to_internal_value(self, data: Any) -> int:  # noqa: ANN401 -- DRF's signature
        """The number."""
        if isinstance(data, bool) or not (isinstance(data, int) or (isinstance(data, float) and data.is_integer())):
            self.fail("invalid")
        return super().to_internal_value(int(data))


class Flag(serializers.BooleanField):
    """true or false."""

    def to_internal_value(self, data: Any) -> bool:  # noqa: ANN401 -- DRF's signature
        """The value; "true" and 1 are refused."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Identifier(serializers.UUIDField):
    """A public id in its usual spelling."""

    def to_internal_value(self, data: Any) -> UUID:  # noqa: ANN401 -- DRF's signature
        """The id; integers and other spellings are refused."""
        if not isinstance(data, str) or len(data) != len(str(UUID(int=0))):
            self.fail("invalid", value=str(data)[:100])
        return super().to_internal_value(data)


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "pattern": r"^\d{1,14}(\.\d{1,2})?$"},
            {"type": "number", "minimum": 0, "maximum": 99_999_999_999_999},
        ],
        "description": "An amount with at most two decimals; answers write it as a string.",
    }
)
class Amount(serializers.DecimalField):
    """Money: a string or a number, not negative, at most two decimals."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 -- DRF's options
        super().__init__(max_digits=16, decimal_places=2, min_value=Decimal(0), **options)

    def to_internal_value(self, data: Any) -> Decimal:  # noqa: ANN401 -- DRF's signature
        """The amount; true and "1_000" are refused."""
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("invalid")
        if isinstance(data, str) and not (data.isascii() and data.replace(".", "", 1).isdigit()):
            self.fail("invalid")
        return super().to_internal_value(data)
