from django.urls import path

from clients.views import client, client_access, client_import, contact

A_CLIENT = "clients/<uuid:client_id>/"
A_CONTACT = "contacts/<uuid:contact_id>/"

urlpatterns = [
    path("clients/", client.client_list, name="client_list"),
    path("clients/new/", client.client_create, name="client_create"),
    path("clients/import/", client_import.client_import, name="client_import"),
    path("clients/import/preview/", client_import.client_import_preview, name="client_import_preview"),
    path("clients/import/failures/", client_import.client_import_failures, name="client_import_failures"),
    path("clients/import/run/", client_import.client_import_run, name="client_import_run"),
    path(A_CLIENT, client.client_detail, name="client_detail"),
    path(f"{A_CLIENT}edit/", client.client_update, name="client_update"),
    path(f"{A_CLIENT}archiving/", client.client_archiving, name="client_archiving"),
    path(f"{A_CLIENT}unarchiving/", client.client_unarchiving, name="client_unarchiving"),
    path("clients/access/", client_access.access_question, name="access_question"),
    path(f"{A_CLIENT}access/", client_access.access, name="client_access"),
    path(f"{A_CLIENT}access/restriction/", client_access.restriction, name="client_restriction"),
    path(f"{A_CLIENT}access/staff/", client_access.staff_addition, name="client_staff_addition"),
    path(f"{A_CLIENT}access/staff/<uuid:member_id>/removal/", client_access.staff_removal, name="client_staff_removal"),
    path(f"{A_CLIENT}access/walls/", client_access.wall_creation, name="client_wall_creation"),
    path("walls/<uuid:wall_id>/removal/", client_access.wall_removal, name="client_wall_removal"),
    path(f"{A_CLIENT}contacts/new/", contact.contact_create, name="contact_create"),
    path(f"{A_CONTACT}edit/", contact.contact_update, name="contact_update"),
    path(f"{A_CONTACT}removal/", contact.contact_removal, name="contact_removal"),
]
