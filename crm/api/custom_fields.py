"""The brokerage's own fields, so that programs know what `custom` may hold."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.openapi import answers
from crm.api.shapes import CustomFieldOut
from crm.models import CustomField


class CustomFieldList(APIView):
    """All fields in use."""

    @extend_schema(
        tags=["leads"], operation_id="custom_fields_list", responses=answers(CustomFieldOut(many=True)), filters=False
    )
    def get(self, request: Request) -> Response:
        """List the brokerage's own fields in their order; at most 30."""
        return Response(CustomFieldOut(CustomField.objects.filter(archived_at=None), many=True).data)
