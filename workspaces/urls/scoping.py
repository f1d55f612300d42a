from django.urls import path

from workspaces.views import (
    rate_card,
    scoping,
    scoping_export,
    scoping_history,
    scoping_list,
    scoping_rows,
    scoping_share,
)

A_SESSION = "scoping/<uuid:scoping_id>/"
A_PART = f"{A_SESSION}<slug:part>/"

urlpatterns = [
    path("scoping/", scoping_list.scoping_list, name="scoping_list"),
    path("scoping/new/", scoping_list.scoping_create, name="scoping_create"),
    path("scoping/trash/", scoping_list.scoping_trash, name="scoping_trash"),
    path("scoping/trash/<uuid:deleted_scoping_id>/restoration/", scoping_list.scoping_restoration,
         name="scoping_restoration"),
    path("clients/<uuid:client_id>/scoping/", scoping_list.client_scoping, name="client_scoping"),
    path("scoping/rates/", rate_card.rate_card_list, name="rate_card_list"),
    path("scoping/rates/new/", rate_card.rate_card_create, name="rate_card_create"),
    path("scoping/rates/<uuid:rate_card_id>/edit/", rate_card.rate_card_update, name="rate_card_update"),
    path("scoping/rates/<uuid:rate_card_id>/removal/", rate_card.rate_card_removal, name="rate_card_removal"),
    path(f"{A_SESSION}edit/", scoping_list.scoping_update, name="scoping_update"),
    path(f"{A_SESSION}copy/", scoping_list.scoping_copy, name="scoping_copy"),
    path(f"{A_SESSION}template/", scoping_list.scoping_keeping, name="scoping_keeping"),
    path(f"{A_SESSION}removal/", scoping_list.scoping_removal, name="scoping_removal"),
    path(f"{A_SESSION}figures/", scoping.scoping_figures, name="scoping_figures"),
    path(f"{A_SESSION}history/", scoping_history.scoping_history, name="scoping_history"),
    path(f"{A_SESSION}history/name/", scoping_history.scoping_version_naming, name="scoping_version_naming"),
    path(f"{A_SESSION}history/<int:number>/", scoping_history.scoping_version, name="scoping_version"),
    path(f"{A_SESSION}history/<int:number>/restoration/", scoping_history.scoping_version_restoration,
         name="scoping_version_restoration"),
    path(f"{A_SESSION}shares/", scoping_share.scoping_shares, name="scoping_shares"),
    path(f"{A_SESSION}shares/new/", scoping_share.scoping_sharing, name="scoping_sharing"),
    path(f"{A_SESSION}shares/<uuid:share_id>/end/", scoping_share.scoping_share_end, name="scoping_share_end"),
    path(f"{A_SESSION}snapshots/<int:number>/", scoping_share.scoping_snapshot, name="scoping_snapshot"),
    path(f"{A_SESSION}document.pdf", scoping_export.scoping_pdf, name="scoping_pdf"),
    path(f"{A_SESSION}document.docx", scoping_export.scoping_word, name="scoping_word"),
    path(A_PART, scoping.scoping_page, name="scoping_page"),
    path(f"{A_PART}saving/", scoping.scoping_saving, name="scoping_saving"),
    path(f"{A_PART}merging/", scoping.scoping_merging, name="scoping_merging"),
    path(f"{A_PART}rows/addition/", scoping_rows.scoping_row_addition, name="scoping_row_addition"),
    path(f"{A_PART}rows/removal/", scoping_rows.scoping_row_removal, name="scoping_row_removal"),
    path(f"{A_PART}rows/move/", scoping_rows.scoping_row_move, name="scoping_row_move"),
]  # fmt: skip
