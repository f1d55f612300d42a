from django.urls import path

from workspaces.views import time_entry

urlpatterns = [
    path("time/", time_entry.time_week, name="time_week"),
    path("time/new/", time_entry.time_entry_create, name="time_entry_create"),
    path("time/timer/", time_entry.timer_running, name="timer_running"),
    path("time/timer/stop/", time_entry.timer_stop, name="timer_stop"),
    path("time/<uuid:time_entry_id>/", time_entry.time_entry_update, name="time_entry_update"),
    path("time/<uuid:time_entry_id>/removal/", time_entry.time_entry_removal, name="time_entry_removal"),
    path("projects/tasks/<uuid:task_id>/timer/", time_entry.task_timer, name="task_timer"),
    path("projects/<uuid:project_id>/timer/", time_entry.project_timer, name="project_timer"),
    path("projects/<uuid:project_id>/time/", time_entry.project_time, name="project_time"),
]
