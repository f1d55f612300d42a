from django.urls import path

from workspaces.views import (
    project,
    project_list,
    project_tasks,
    project_template,
    task,
    task_bulk,
    task_dependency,
    task_step,
)

A_PROJECT, A_TASK = "projects/<uuid:project_id>/", "projects/tasks/<uuid:task_id>/"
A_STEP = "projects/tasks/steps/<uuid:step_id>/"
A_TEMPLATE = "projects/templates/<uuid:project_template_id>/"

urlpatterns = [
    path("clients/<uuid:client_id>/projects/", project_list.client_projects, name="client_projects"),
    path("projects/", project_list.project_list, name="project_list"),
    path("projects/new/", project.project_create, name="project_create"),
    path("projects/trash/", project.project_trash, name="project_trash"),
    path("projects/trash/<uuid:deleted_project_id>/", project.project_restoration, name="project_restoration"),
    path("projects/trash/tasks/<uuid:deleted_task_id>/", task.task_restoration, name="task_restoration"),
    path("projects/templates/", project_template.project_template_list, name="project_template_list"),
    path("projects/templates/new/", project_template.project_template_create, name="project_template_create"),
    path(A_TEMPLATE, project_template.project_template_detail, name="project_template_detail"),
    path(f"{A_TEMPLATE}edit/", project_template.project_template_update, name="project_template_update"),
    path(f"{A_TEMPLATE}removal/", project_template.project_template_removal, name="project_template_removal"),
    path(f"{A_TEMPLATE}tasks/new/", project_template.template_task_create, name="template_task_create"),
    path("projects/templates/tasks/<uuid:template_task_id>/", project_template.template_task_update,
         name="template_task_update"),
    path("projects/templates/tasks/<uuid:template_task_id>/removal/", project_template.template_task_removal,
         name="template_task_removal"),
    path(A_PROJECT, project_tasks.project_detail, name="project_detail"),
    path(f"{A_PROJECT}overview/", project.project_overview, name="project_overview"),
    path(f"{A_PROJECT}edit/", project.project_update, name="project_update"),
    path(f"{A_PROJECT}removal/", project.project_removal, name="project_removal"),
    path(f"{A_PROJECT}next/", project.project_next, name="project_next"),
    path(f"{A_PROJECT}template/", project_template.project_keeping, name="project_keeping"),
    path(f"{A_PROJECT}tasks/from-template/", project_template.project_template_use, name="project_template_use"),
    path(f"{A_PROJECT}tasks/new/", task.task_create, name="task_create"),
    path(f"{A_PROJECT}tasks/trash/", task.task_trash, name="task_trash"),
    path(f"{A_PROJECT}tasks/assignment/", task_bulk.task_bulk_assignment, name="task_bulk_assignment"),
    path(f"{A_PROJECT}tasks/due-date/", task_bulk.task_bulk_due_date, name="task_bulk_due_date"),
    path(f"{A_PROJECT}tasks/status/", task_bulk.task_bulk_status, name="task_bulk_status"),
    path(f"{A_PROJECT}tasks/removal/", task_bulk.task_bulk_removal, name="task_bulk_removal"),
    path(A_TASK, task.task_detail, name="task_detail"),
    path(f"{A_TASK}edit/", task.task_update, name="task_update"),
    path(f"{A_TASK}move/", task.task_move, name="task_move"),
    path(f"{A_TASK}removal/", task.task_removal, name="task_removal"),
    path(f"{A_TASK}dependencies/", task_dependency.task_dependency_creation, name="task_dependency_creation"),
    path(f"{A_TASK}steps/", task_step.task_step_creation, name="task_step_creation"),
    path(f"{A_STEP}done/", task_step.task_step_done, name="task_step_done"),
    path(f"{A_STEP}undone/", task_step.task_step_undone, name="task_step_undone"),
    path(f"{A_STEP}removal/", task_step.task_step_removal, name="task_step_removal"),
    path("projects/tasks/dependencies/<uuid:dependency_id>/removal/", task_dependency.task_dependency_removal,
         name="task_dependency_removal"),
]  # fmt: skip
