"""What the domain found wrong, at the fields of a form."""

from django import forms
from django.core.exceptions import ValidationError


def tell(form: forms.Form, error: ValidationError) -> None:
    """Put each error at its field; `condition.score_min` and `audience.tag` are fields of that last name."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, texts in error.message_dict.items():
        field = name.rsplit(".", 1)[-1]
        form.add_error(field if field in form.fields else None, texts)
