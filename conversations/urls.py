"""Conversations and notifications among the firm's pages, under /o/<slug>/."""

from django.urls import path

from conversations.views import comment, conversation, live, notification

TALK = "conversations/<slug:kind>/<uuid:subject_id>/"

urlpatterns = [
    path(TALK, conversation.conversation_detail, name="conversation_detail"),
    path(f"{TALK}comments/", conversation.comment_create, name="comment_create"),
    path(f"{TALK}draft/", conversation.draft_save, name="draft_save"),
    path(f"{TALK}people/", conversation.mention_list, name="mention_list"),
    path(f"{TALK}mute/", conversation.mute_change, name="mute_change"),
    path("comments/<uuid:comment_id>/", comment.comment_update, name="comment_update"),
    path("comments/<uuid:comment_id>/deletion/", comment.comment_deletion, name="comment_deletion"),
    path("comments/<uuid:comment_id>/versions/", comment.comment_versions, name="comment_versions"),
    path("notifications/", notification.notification_list, name="notification_list"),
    path("notifications/bell/", notification.notification_bell, name="notification_bell"),
    path("notifications/reading/", notification.notification_reading, name="notification_reading"),
    path("notifications/settings/", notification.notification_settings, name="notification_settings"),
    path("notifications/paces/", notification.pace_change, name="pace_change"),
    path("notifications/paces/<uuid:pace_id>/removal/", notification.pace_removal, name="pace_removal"),
    path("notifications/mutes/<uuid:mute_id>/removal/", notification.mute_removal, name="mute_removal"),
    path("notifications/<uuid:notification_id>/", notification.notification_open, name="notification_open"),
    path("live/", live.live, name="live"),
]
