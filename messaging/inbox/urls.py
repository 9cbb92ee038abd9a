"""Pages of the inbox. A thread is named by its lead: there is one for each."""

from django.urls import include, path

from messaging.inbox import acts, phone, trouble, views

_thread = [
    path("", views.thread, name="thread"),
    path("messages/", views.messages, name="messages"),
    path("lead/", views.beside, name="beside"),
    path("head/", views.head, name="head"),
    path("composer/", views.composer, name="composer"),
    path("panel/", views.lead_panel, name="lead-panel"),
    path("outgoing/", views.outgoing, name="outgoing"),
    path("send/", acts.send, name="send"),
    path("note/", acts.note, name="note"),
    path("take/", acts.take, name="take"),
    path("release/", acts.release, name="release"),
    path("resolve/", acts.resolve, name="resolve"),
    path("reopen/", acts.reopen, name="reopen"),
    path("snooze/", acts.snooze, name="snooze"),
    path("read/", acts.read, name="read"),
]
_trouble = [
    path("", trouble.unconfirmed, name="unconfirmed"),
    path("failed/", trouble.failed, name="failed"),
    path("<uuid:public_id>/resend/", trouble.resend, name="resend"),
    path("<uuid:public_id>/sent/", trouble.assume_sent, name="assume-sent"),
    path("<uuid:public_id>/not-sent/", trouble.give_up, name="give-up"),
]

app_name = "inbox"
urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/badge/", views.badge, name="badge"),
    path("inbox/<uuid:public_id>/", include(_thread)),
    path("inbox/unconfirmed/", include(_trouble)),
    path("phone/", phone.phones, name="phones"),
    path("phone/<uuid:public_id>/", phone.phone, name="phone"),
    path("phone/<uuid:public_id>/screen/", phone.screen, name="phone-screen"),
    path("phone/<uuid:public_id>/write/", phone.write, name="phone-write"),
]
