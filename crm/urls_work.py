"""Pages of the daily work: contacts, tasks, notices."""

from django.urls import include, path

from crm.views import contacts, notices, tasks

_tasks = [
    path("", tasks.task_list, name="task-list"),
    path("new/", tasks.task_new, name="task-new"),
    path("<uuid:public_id>/edit/", tasks.task_edit, name="task-edit"),
    path("<uuid:public_id>/finish/", tasks.task_finish, name="task-finish"),
    path("<uuid:public_id>/reopen/", tasks.task_reopen, name="task-reopen"),
    path("<uuid:public_id>/reschedule/", tasks.task_reschedule, name="task-reschedule"),
    path("<uuid:public_id>/delete/", tasks.task_delete, name="task-delete"),
]
_notices = [
    path("", notices.notice_list, name="notice-list"),
    path("bell/", notices.bell, name="notice-bell"),
    path("read/", notices.read_all, name="notice-read-all"),
    path("<uuid:public_id>/", notices.notice_open, name="notice-open"),
]
urlpatterns = [
    path("tasks/", include(_tasks)),
    path("notices/", include(_notices)),
    path("leads/<uuid:public_id>/contact/", contacts.lead_contact, name="lead-contact"),
    path("leads/<uuid:public_id>/tasks/", tasks.lead_tasks, name="lead-tasks"),
    path("leads/<uuid:public_id>/tasks/new/", tasks.lead_task_new, name="lead-task-new"),
]
