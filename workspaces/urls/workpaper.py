from django.urls import path

from workspaces.views import (
    binder_index,
    citation,
    cross_reference,
    review_note,
    sign_off,
    taken_out,
    tickmark,
    workpaper,
    workpaper_edit,
    workpaper_print,
    workpaper_version,
)

A_PAPER = "workpapers/papers/<uuid:workpaper_id>/"
A_NOTE = "workpapers/notes/<uuid:note_id>/"

urlpatterns = [
    path(A_PAPER, workpaper.workpaper_detail, name="workpaper_detail"),
    path(f"{A_PAPER}pdf/", workpaper_print.workpaper_pdf, name="workpaper_pdf"),
    path(f"{A_PAPER}edit/", workpaper_edit.workpaper_edit, name="workpaper_edit"),
    path(f"{A_PAPER}rows/", workpaper_edit.workpaper_row_addition, name="workpaper_row_addition"),
    path(f"{A_PAPER}cells/", workpaper_edit.workpaper_paste, name="workpaper_paste"),
    path(f"{A_PAPER}rows/removal/", workpaper_edit.workpaper_row_removal, name="workpaper_row_removal"),
    path(f"{A_PAPER}columns/", workpaper_edit.workpaper_column_addition, name="workpaper_column_addition"),
    path(f"{A_PAPER}columns/removal/", workpaper_edit.workpaper_column_removal, name="workpaper_column_removal"),
    path(f"{A_PAPER}items/", workpaper_edit.workpaper_item_addition, name="workpaper_item_addition"),
    path(f"{A_PAPER}items/removal/", workpaper_edit.workpaper_item_removal, name="workpaper_item_removal"),
    path(f"{A_PAPER}items/up/", workpaper_edit.workpaper_item_raising, name="workpaper_item_raising"),
    path(f"{A_PAPER}items/down/", workpaper_edit.workpaper_item_lowering, name="workpaper_item_lowering"),
    path(f"{A_PAPER}preview/", workpaper_edit.workpaper_preview, name="workpaper_preview"),
    path(f"{A_PAPER}citation/", citation.workpaper_citation, name="workpaper_citation"),
    path(f"{A_PAPER}versions/", workpaper_version.workpaper_versions, name="workpaper_versions"),
    path(
        f"{A_PAPER}versions/<int:number>/restoration/",
        workpaper_version.workpaper_restoration,
        name="workpaper_restoration",
    ),
    path(f"{A_PAPER}removal/", taken_out.workpaper_removal, name="workpaper_removal"),
    path("workpapers/papers/taken-out/<uuid:deleted_paper_id>/", taken_out.workpaper_return, name="workpaper_return"),
    path(f"{A_PAPER}reference/", binder_index.workpaper_reference, name="workpaper_reference"),
    path(f"{A_PAPER}order/", binder_index.workpaper_order, name="workpaper_order"),
    path(f"{A_PAPER}ticks/", tickmark.workpaper_tick, name="workpaper_tick"),
    path(f"{A_PAPER}cross-references/new/", cross_reference.cross_reference_create, name="cross_reference_create"),
    path(f"{A_PAPER}signatures/preparer/", sign_off.sign_as_preparer, name="sign_as_preparer"),
    path(f"{A_PAPER}signatures/reviewer/", sign_off.sign_as_reviewer, name="sign_as_reviewer"),
    path(f"{A_PAPER}signatures/partner/", sign_off.sign_as_partner, name="sign_as_partner"),
    path(f"{A_PAPER}notes/", review_note.review_note_creation, name="review_note_creation"),
    path(f"{A_NOTE}reply/", review_note.review_note_reply, name="review_note_reply"),
    path(f"{A_NOTE}clearing/", review_note.review_note_clearing, name="review_note_clearing"),
    path(
        "workpapers/cross-references/<uuid:cross_reference_id>/removal/",
        cross_reference.cross_reference_removal,
        name="cross_reference_removal",
    ),
    path(
        "workpapers/signatures/<uuid:sign_off_id>/withdrawal/", sign_off.sign_off_withdrawal, name="sign_off_withdrawal"
    ),
]
