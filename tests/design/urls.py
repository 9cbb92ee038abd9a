"""No pages: an error page must not depend on which routes exist."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
