from django.urls import path

from workspaces.views import (
    binder,
    binder_copy,
    index_scheme,
    lock_down,
    roll_forward,
    sign_off,
    taken_out,
    tickmark,
    workpaper,
)

A_BINDER = "workpapers/<uuid:binder_id>/"
A_COPY = "workpapers/copies/<uuid:copy_id>/"
A_MARK = "workpapers/tickmarks/<uuid:tickmark_id>/"

urlpatterns = [
    path("workpapers/", binder.binder_list, name="binder_list"),
    path("workpapers/new/", binder.binder_create, name="binder_create"),
    path("workpapers/index/", index_scheme.index_scheme, name="index_scheme"),
    path("workpapers/index/reset/", index_scheme.index_scheme_reset, name="index_scheme_reset"),
    path("workpapers/tickmarks/", tickmark.tickmark_list, name="tickmark_list"),
    path("workpapers/tickmarks/new/", tickmark.tickmark_create, name="tickmark_create"),
    path(A_MARK, tickmark.tickmark_update, name="tickmark_update"),
    path(f"{A_MARK}removal/", tickmark.tickmark_removal, name="tickmark_removal"),
    path(
        "workpapers/tickmarks/taken-out/<uuid:deleted_mark_id>/",
        tickmark.tickmark_restoration,
        name="tickmark_restoration",
    ),
    path(A_BINDER, binder.binder_detail, name="binder_detail"),
    path(f"{A_BINDER}roll-forward/", roll_forward.binder_roll_forward, name="binder_roll_forward"),
    path(f"{A_BINDER}settings/", lock_down.binder_settings, name="binder_settings"),
    path(f"{A_BINDER}papers/new/", workpaper.workpaper_create, name="workpaper_create"),
    path(f"{A_BINDER}signatures/preparation/", sign_off.bulk_preparation, name="bulk_preparation"),
    path(f"{A_BINDER}signatures/review/", sign_off.bulk_review, name="bulk_review"),
    path(f"{A_BINDER}signatures/partner/", sign_off.bulk_partner, name="bulk_partner"),
    path(f"{A_BINDER}taken-out/", taken_out.binder_taken_out, name="binder_taken_out"),
    path(f"{A_BINDER}copies/", binder_copy.binder_copies, name="binder_copies"),
    path(f"{A_BINDER}copies/pdf/", binder_copy.binder_pdf_creation, name="binder_pdf_creation"),
    path(f"{A_BINDER}copies/archive/", binder_copy.binder_archive_creation, name="binder_archive_creation"),
    path(f"{A_COPY}download/", binder_copy.binder_copy_download, name="binder_copy_download"),
    path(f"{A_COPY}cancellation/", binder_copy.binder_copy_cancellation, name="binder_copy_cancellation"),
    path(f"{A_BINDER}lock-down/", lock_down.lock_down, name="lock_down"),
    path(f"{A_BINDER}lock/", lock_down.binder_lock, name="binder_lock"),
    path(f"{A_BINDER}hold/", lock_down.binder_hold, name="binder_hold"),
    path(f"{A_BINDER}hold/release/", lock_down.binder_hold_release, name="binder_hold_release"),
    path(f"{A_BINDER}late-papers/new/", lock_down.late_paper, name="late_paper"),
    path("clients/<uuid:client_id>/workpapers/", binder.client_workpapers, name="client_workpapers"),
]
