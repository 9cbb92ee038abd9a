"""Rows as JSON, written by PostgreSQL: a list of leads costs no Python object per lead and field.

leads.annotate(row=as_text(JsonObject(id=F("public_id"), name=F("name")))).values_list("row", flat=True)
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Expression, F, Func, Q, TextField, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpResponse


class JsonObject(Func):
    """`json_build_object` with its keys in the order written (jsonb would sort them); null stays null."""

    function = "json_build_object"
    output_field = TextField()  # only ever read through `as_text`, or inside another object

    def __init__(self, *plain: str, **members: Combinable) -> None:
        """`plain` are fields of the row's own table, shown by their names: they skip Django's resolving of names."""
        super().__init__(*members.values())
        self.keys, self.plain = tuple(members), plain

    def as_sql(  # type: ignore[override] # Func's further parameters are not for this one
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **_: Any,  # noqa: ANN401
    ) -> tuple[str, tuple[Any, ...]]:
        """The call, with the keys as literals: they are identifiers of ours, never input."""
        parts: list[str] = []
        values: list[Any] = []
        for key, source in zip(self.keys, self.get_source_expressions(), strict=True):
            sql, params = compiler.compile(source)
            parts.append(f"'{key}', {sql}")
            values.extend(params)
        if self.plain:
            table, fields = compiler.query.get_initial_alias(), compiler.query.get_meta()
            own = [(name, getattr(fields.get_field(name), "column", name)) for name in self.plain]
            quote = connection.ops.quote_name
            shown = compiler.quote_name_unless_alias(table)  # in a subquery the table has another name
            parts += [f"'{name}', {shown}.{quote(column)}" for name, column in own]
        return f"{self.function}({', '.join(parts)})", tuple(values)


def only_if(condition: Q, then: Expression | F) -> Case:
    """The expression where the condition holds, else null."""
    return Case(When(condition, then=then), output_field=TextField())


def as_text(row: Expression) -> Cast:
    """The JSON as text, as the response sends it on."""
    return Cast(row, TextField())


def written(value: Expression | F) -> Cast:
    """A decimal as a string, so that no reader rounds it."""
    return Cast(value, TextField())


def respond(text: str, *, status: int = 200) -> HttpResponse:
    """A response whose body PostgreSQL wrote."""
    return HttpResponse(text, content_type="application/json", status=status)
