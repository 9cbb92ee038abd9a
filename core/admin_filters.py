"""Filters of lists in Django admin."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _


class ArchivedFilter(admin.SimpleListFilter):
    """Those put away, which the list leaves out."""

    title = _("archivada")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """In use is what one sees unless one asks."""
        return [("yes", _t("Archivadas")), ("all", _t("Todas"))]

    def choices(self, changelist: Any) -> Iterator[Any]:  # noqa: ANN401 -- Django's signature
        """The first is not everything: it is those in use."""
        for number, choice in enumerate(super().choices(changelist)):
            yield choice if number else {**choice, "display": _t("En uso")}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the chosen kind."""
        if self.value() == "all":
            return queryset
        return queryset.filter(archived_at__isnull=self.value() != "yes")
