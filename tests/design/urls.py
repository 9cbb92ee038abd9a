"""No pages: the frame must not depend on which routes exist."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
