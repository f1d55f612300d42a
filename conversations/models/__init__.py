from conversations.models.comment import Comment, CommentAttachment, CommentVersion, Mention
from conversations.models.notification import Notification
from conversations.models.preference import (
    NotificationDigest,
    NotificationMute,
    NotificationPace,
    NotificationPreference,
)
from conversations.models.reader import ThreadReader
from conversations.models.thread import Thread

__all__ = [
    "Comment",
    "CommentAttachment",
    "CommentVersion",
    "Mention",
    "Notification",
    "NotificationDigest",
    "NotificationMute",
    "NotificationPace",
    "NotificationPreference",
    "Thread",
    "ThreadReader",
]
