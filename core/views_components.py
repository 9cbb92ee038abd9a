"""Every part of the interface once, for developers: /dev/components/, DEBUG only."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

STAGES = (
    ("entrada", "Entrada", "done", "2 d"),
    ("perfilamiento", "Perfilamiento", "done", "5 d"),
    ("calificacion_financiera", "Calificación financiera", "done", "1 d"),
    ("agendado", "Agendado", "current", "3 d, hasta hoy"),
    ("seguimiento", "Seguimiento", "todo", ""),
    ("referidos", "Referidos", "todo", ""),
    ("ganado", "Ganado", "todo", ""),
    ("perdido", "Perdido", "todo", ""),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Nombre")
    email = forms.EmailField(label="Correo", required=False, help_text="Sirve para la ficha y las confirmaciones.")
    operation = forms.ChoiceField(label="Operación", choices=[("compra", "Compra"), ("arriendo", "Arriendo")])
    notes = forms.CharField(label="Notas", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    purpose = forms.ChoiceField(
        label="Para qué", choices=[("vivienda", "Vivienda"), ("inversion", "Inversión")], widget=forms.RadioSelect
    )
    optin = forms.BooleanField(label="Acepta recibir mensajes", required=False, help_text="Se guarda con su fecha.")


class SampleFileForm(forms.Form):
    """The file field of the drop zone."""

    file = forms.FileField(label="Planilla")


def components(request: HttpRequest) -> HttpResponse:
    """Show all components with invented data; 404 outside development."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "dev/components.html", _samples())


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "stages": [{"value": value, "label": label} for value, label, _state, _days in STAGES],
        "steps": [
            {"value": value, "label": label, "state": state, "days": days, "url": ""}
            for value, label, state, days in STAGES
        ],
        "columns": _columns(),
        "cards": _cards(),
        "times": [now - timedelta(hours=hours) for hours in (0.1, 5, 27, 960, -0.8, -24)],
        "now": now,
        "yesterday": now - timedelta(days=1),
        "form": SampleForm({"name": "", "email": "ana@", "operation": "compra"}),
        "file_form": SampleFileForm(),
        "jobs": [
            {
                "title": "Importación leads-noviembre.csv",
                "state": "running",
                "done": 1240,
                "total": 3000,
                "url": "#tray",
            },
            {"title": "Exportación XLSX", "state": "done", "note": "812 leads", "url": "#tray"},
        ],
    }


def _columns() -> list[dict[str, Any]]:
    return [
        {"value": "entrada", "label": "Entrada", "shown": 12, "total": 340, "uf": Decimal(48210),
         "clp": Decimal(96_500_000), "rotting": 4, "bar": (3, 2, 5, 2)},
        {"value": "perfilamiento", "label": "Perfilamiento", "shown": 9, "total": 9, "uf": Decimal(31800), "clp": None,
         "rotting": 0, "bar": (0, 1, 6, 2)},
        {"value": "calificacion_financiera", "label": "Calificación financiera", "shown": 0, "total": 0, "uf": None,
         "clp": None, "rotting": 0, "bar": (0, 0, 0, 0)},
    ]  # fmt: skip


def _cards() -> list[dict[str, Any]]:
    now = timezone.now()
    common = {"type": "Departamento", "channels": ["whatsapp", "email"]}
    rows: list[tuple[str, str, Decimal | None, str, int, str, str, str, str, int, str]] = [
        ("María José Fuenzalida", "Ñuñoa", Decimal(5200), "UF", 72, "hot", "Caliente", "overdue", "Vencido hace 2 d", 3,
         "Camila Rojas"),
        ("Rodrigo Peñailillo Huenchullán", "Providencia", Decimal(145_000_000), "CLP", 41, "warm", "Tibio", "today",
         "Hoy 16:00", 26, "Diego Soto"),
        ("Inmobiliaria e Inversiones Los Aromos del Sur SpA", "San Pedro de la Paz", None, "", 12, "cold", "Frío",
         "none", "Sin próximo paso", 400, ""),
    ]  # fmt: skip
    keys = ("name", "area", "amount", "unit", "score", "status", "band", "step", "step_text", "hours", "owner")
    return [
        common | dict(zip(keys, row, strict=True)) | {"last": now - timedelta(hours=row[9]), "id": str(number)}
        for number, row in enumerate(rows)
    ]
