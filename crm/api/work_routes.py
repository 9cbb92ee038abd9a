"""Addresses of the daily work: contacts, tasks, notifications."""

from django.urls import path

from crm.api import interactions, notifications, tasks

urlpatterns = [
    path("leads/<uuid:public_id>/interactions/", interactions.LeadInteractions.as_view(), name="interactions"),
    path("tasks/", tasks.TaskList.as_view(), name="tasks"),
    path("tasks/<uuid:public_id>/", tasks.TaskDetail.as_view(), name="task"),
    path("tasks/<uuid:public_id>/finish/", tasks.TaskFinish.as_view(), name="task-finish"),
    path("tasks/<uuid:public_id>/reopen/", tasks.TaskReopen.as_view(), name="task-reopen"),
    path("notifications/", notifications.NotificationList.as_view(), name="notifications"),
    path("notifications/read/", notifications.NotificationsRead.as_view(), name="notices-read"),
    path("notifications/<uuid:public_id>/read/", notifications.NotificationRead.as_view(), name="notice-read"),
]
