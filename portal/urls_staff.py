"""The firm's side of the portal, under /o/<slug>/."""

from django.urls import path

from portal.views import overdue_reminder, reminder_now, staff, staff_portal, staff_preview, staff_reminders

A_LIST = "requests/<uuid:list_id>/"

urlpatterns = [
    path("firm/portal/", staff_portal.portal_settings, name="portal_settings"),
    path("clients/colleagues/", staff_portal.colleague_list, name="colleague_list"),
    path(
        "clients/colleagues/<uuid:colleague_id>/approval/", staff_portal.colleague_approval, name="colleague_approval"
    ),
    path("clients/colleagues/<uuid:colleague_id>/refusal/", staff_portal.colleague_refusal, name="colleague_refusal"),
    path("requests/reminders/", staff_reminders.reminder_preview, name="reminder_preview"),
    path("requests/reminders/overdue/", overdue_reminder.overdue_reminder, name="overdue_reminder"),
    path("requests/reminders/sent/", staff_reminders.reminder_log, name="reminder_log"),
    path("requests/reminders/<uuid:reminder_id>/again/", staff_reminders.reminder_again, name="reminder_again"),
    path(f"{A_LIST}as-client/", staff_preview.list_as_client, name="list_as_client"),
    path(f"{A_LIST}reminders/", staff_reminders.list_reminders, name="list_reminders"),
    path(f"{A_LIST}reminders/rules/", staff_reminders.list_schedule_update, name="list_schedule_update"),
    path(f"{A_LIST}reminders/quiet/", staff_reminders.reminder_snooze, name="reminder_snooze"),
    path(
        f"{A_LIST}reminders/quiet/<uuid:snooze_id>/end/",
        staff_reminders.reminder_snooze_end,
        name="reminder_snooze_end",
    ),
    path(f"{A_LIST}reminder/", reminder_now.request_reminder, name="request_reminder"),
    path(f"{A_LIST}selection/reminder/", reminder_now.request_bulk_reminder, name="request_bulk_reminder"),
    path("clients/<uuid:client_id>/reminder/", reminder_now.client_reminder, name="client_reminder"),
    path("clients/selection/reminder/", reminder_now.client_bulk_reminder, name="client_bulk_reminder"),
    path("clients/reminder/", reminder_now.clients_reminder, name="clients_reminder"),
    path("contacts/<uuid:contact_id>/portal/", staff.portal_access, name="portal_access"),
    path("portal-links/<uuid:portal_link_id>/revocation/", staff.portal_link_revocation, name="portal_link_revocation"),
    path(
        "portal-sessions/<uuid:session_id>/revocation/",
        staff.portal_session_revocation,
        name="portal_session_revocation",
    ),
    path("contacts/<uuid:contact_id>/portal-link/", staff.portal_invitation_send, name="portal_invitation_send"),
    path(
        "contacts/<uuid:contact_id>/portal-revocation/", staff.portal_access_revocation, name="portal_access_revocation"
    ),
]
