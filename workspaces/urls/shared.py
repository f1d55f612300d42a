"""What clients open without an account, outside the firms' pages."""

from django.urls import path

from workspaces.views import shared_scope

A_SHARE = "scope/<uuid:firm_id>/<str:secret>/"

urlpatterns = [
    path(A_SHARE, shared_scope.shared_scope, name="shared_scope"),
    path(f"{A_SHARE}passcode/", shared_scope.shared_scope_passcode, name="shared_scope_passcode"),
    path(f"{A_SHARE}acceptance/", shared_scope.shared_scope_acceptance, name="shared_scope_acceptance"),
    path(f"{A_SHARE}document.pdf", shared_scope.shared_scope_pdf, name="shared_scope_pdf"),
]
