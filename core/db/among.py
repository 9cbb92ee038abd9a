"""`column__among=values`: what `__in` says, as one array instead of a placeholder per value.

A thousand placeholders are a thousand values to prepare, to adapt and to parse; an array is one text.
"""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

from core.db.arrays import array, type_of


class Among(Lookup):
    """The column's value is one of a collection of plain values: keys, not members of enums."""

    lookup_name = "among"
    prepare_rhs = False
    rhs: Collection[Any]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """`column = ANY (array)`; of nothing there is nothing to ask."""
        if not self.rhs:
            raise EmptyResultSet
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY (%s::{type_of(self.lhs.output_field)}[])", (*params, array(self.rhs))


Field.register_lookup(Among)
ForeignObject.register_lookup(Among)  # which looks at no lookup of Field
