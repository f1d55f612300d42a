from django.urls import path

from clients.views import request, request_bulk, request_import, request_list, request_review, request_row

A_LIST, A_REQUEST = "requests/<uuid:list_id>/", "requests/items/<uuid:request_id>/"

urlpatterns = [
    path("requests/", request_list.request_list_index, name="request_list_index"),
    path("requests/new/", request_list.request_list_create, name="request_list_create"),
    path(A_LIST, request_list.request_list_detail, name="request_list_detail"),
    path(f"{A_LIST}edit/", request_list.request_list_update, name="request_list_update"),
    path(f"{A_LIST}closing/", request_list.request_list_closing, name="request_list_closing"),
    path(f"{A_LIST}reopening/", request_list.request_list_reopening, name="request_list_reopening"),
    path(f"{A_LIST}publication/", request_list.request_list_publication, name="request_list_publication"),
    path(f"{A_LIST}selection/publication/", request_bulk.request_bulk_publication, name="request_bulk_publication"),
    path(f"{A_LIST}selection/assignment/", request_bulk.request_bulk_assignment, name="request_bulk_assignment"),
    path(f"{A_LIST}selection/due-date/", request_bulk.request_bulk_due_date, name="request_bulk_due_date"),
    path(f"{A_LIST}items/new/", request.request_create, name="request_create"),
    path(f"{A_LIST}import/", request_import.request_import, name="request_import"),
    path(f"{A_LIST}import/preview/", request_import.request_import_preview, name="request_import_preview"),
    path(f"{A_LIST}import/failures/", request_import.request_import_failures, name="request_import_failures"),
    path(f"{A_LIST}import/run/", request_import.request_import_run, name="request_import_run"),
    path(A_REQUEST, request.request_detail, name="request_detail"),
    path(f"{A_REQUEST}edit/", request.request_update, name="request_update"),
    path(f"{A_REQUEST}due-date/", request_row.request_due_date, name="request_due_date"),
    path(f"{A_REQUEST}assignment/", request_row.request_assignment, name="request_assignment"),
    path(f"{A_REQUEST}publication/", request_review.request_publication, name="request_publication"),
    path(f"{A_REQUEST}acceptance/", request_review.request_acceptance, name="request_acceptance"),
    path(f"{A_REQUEST}return/", request_review.request_return, name="request_return"),
    path(f"{A_REQUEST}waiver/", request_review.request_waiver, name="request_waiver"),
    path(f"{A_REQUEST}reopening/", request_review.request_reopening, name="request_reopening"),
    path("clients/<uuid:client_id>/requests/", request_list.client_requests, name="client_requests"),
]
