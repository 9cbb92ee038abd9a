"""Views as somebody might write them on a bad day: each leans on one wall alone."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import include, path

from crm.models import Lead, LeadTag, Tag


def raw_report(request):
    """Raw SQL without a WHERE: row-level security alone stands here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM crm_lead")
        return HttpResponse(str(cursor.fetchall()))


def forgotten_filter(request):
    """The manager's filter is the only thought given to brokerages."""
    return HttpResponse(str(list(Lead.objects.values_list("name", flat=True))))


def around_the_manager(request):
    """A queryset built by hand, past the manager."""
    return HttpResponse(str(list(QuerySet(Lead).values_list("name", flat=True))))


def trusting_reference(request):
    """Stores an id from the body as it came: the composite foreign key alone stands here."""
    tag, _ = Tag.objects.get_or_create(name="x", key="x")
    with transaction.atomic():
        LeadTag.objects.create(lead_id=int(request.POST["lead_pk"]), tag=tag)
        connection.check_constraints()
    return HttpResponse("ok")


@login_not_required
def public_count(request):
    """No brokerage at all: without the guard this would answer 0 and nobody would notice."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM crm_lead")
        return HttpResponse(str(cursor.fetchone()))


urlpatterns = [
    path("careless/raw/", raw_report),
    path("careless/filter/", forgotten_filter),
    path("careless/queryset/", around_the_manager),
    path("careless/reference/", trusting_reference),
    path("careless/public/", public_count),
    path("", include("config.urls")),
]
