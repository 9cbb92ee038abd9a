"""Django's WSGI callable; config.asgi serves it."""

import os

from django.core.wsgi import get_wsgi_application

from core import heap

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
heap.hold()

application = get_wsgi_application()
