"""Addresses of the inbox, below content/inbox/."""

from django.urls import path

from saleor_relacional.dashboard.inbox import case, remarks, tasks, view

urlpatterns = [
    path("", view.content, name="dashboard-inbox"),
    path("more/", view.more, name="dashboard-inbox-more"),
    path("open/", view.waiting, name="dashboard-inbox-open"),
    path("promises/", view.promised, name="dashboard-inbox-promises"),
    path("tasks/<uuid:task>/take/", tasks.take, name="dashboard-task-take"),
    path("tasks/<uuid:task>/done/", tasks.done, name="dashboard-task-done"),
    path("remarks/<uuid:remark>/", remarks.content, name="dashboard-remark"),
    path("remarks/<uuid:remark>/answer/", remarks.answer, name="dashboard-remark-answer"),
    path("<uuid:case>/", case.content, name="dashboard-case"),
    path("<uuid:case>/take/", case.take, name="dashboard-case-take"),
    path("<uuid:case>/answer/", case.answer, name="dashboard-case-answer"),
    path("<uuid:case>/close/", case.close, name="dashboard-case-close"),
]
