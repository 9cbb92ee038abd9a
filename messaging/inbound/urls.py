"""Addresses that providers call; who is meant stands in them, nobody can guess it, and it is not enough."""

from django.urls import path

from messaging.inbound import doors

app_name = "webhooks"
urlpatterns = [
    path("whatsapp/twilio/<str:token>", doors.twilio_inbound, name="twilio-inbound"),
    path("whatsapp/twilio/<str:token>/status", doors.twilio_status, name="twilio-status"),
    path("telegram/<str:token>", doors.telegram_update, name="telegram"),
    path("email/<slug:esp>/<str:token>", doors.mail_event, name="mail"),
]
