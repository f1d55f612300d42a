from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "conversations"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from accounts import ending_sessions
        from billing import warnings
        from conversations import credit_news, forgetting, newcomers, subjects
        from conversations.live import ending
        from conversations.search_kinds import CommentKind
        from organizations import member_changes, retention
        from search import kinds

        kinds.register(CommentKind())
        retention.register(forgetting.NOTIFICATIONS)
        newcomers.register_events()
        credit_news.register_events()
        subjects.register(credit_news.CreditSubject())
        warnings.on_warning.append(credit_news.tell_of_credits)
        subjects.register(newcomers.NewcomerSubject())
        member_changes.on_arrived.append(newcomers.tell_of_arrival)
        user_logged_out.connect(ending.on_sign_out)
        ending_sessions.on_ended.append(ending.nudge)
        member_changes.on_ended.append(ending.on_leaving)
        member_changes.on_suspended.append(ending.on_leaving)
