from typing import Any

from django import forms
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from conversations.events import events_for
from conversations.models import NotificationPace, NotificationPreference
from conversations.models.comment import LONGEST
from conversations.models.notification import Frequency
from conversations.people import Person
from conversations.subjects import SUBJECTS, Scope
from conversations.threads import CLIENT, INTERNAL
from organizations.models import Membership

#: Projects in one list of choices.
MOST_OFFERED = 300


class SeveralFiles(forms.FileField):
    """The files chosen in one input, as a list."""

    class Input(forms.ClearableFileInput):
        allow_multiple_selected = True

    widget = Input

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(SeveralFiles, self).clean(one, initial) for one in data or []]


class CommentForm(forms.Form):
    """`submission` is made with the empty form: sent twice, it is still one comment."""

    body = forms.CharField(label="Comment", max_length=LONGEST, widget=forms.Textarea({"rows": 3}))
    audience = forms.ChoiceField(choices=[(INTERNAL, "Firm only"), (CLIENT, "Client and firm")], required=False)
    submission = forms.UUIDField(widget=forms.HiddenInput, required=False)
    parent = forms.UUIDField(widget=forms.HiddenInput, required=False)
    uploads = SeveralFiles(label="Files", required=False)

    def __init__(self, data: Any = None, files: Any = None, *, reader: Person, initial: Any = None) -> None:
        super().__init__(data, files, initial={"submission": uuid7(), **(initial or {})}, auto_id="comment-%s")
        self.mark_optional = False
        self.reader = reader
        self.fields["body"].error_messages["required"] = _("Write something first.")
        self.fields["body"].error_messages["max_length"] = (
            "This is longer than %(limit_value)d characters (it has %(show_value)d). Send it in two, or attach a file."
        )

    def clean_audience(self) -> str:
        """Nothing chosen is the firm: what was meant for the client can still be sent, what was not cannot be taken back."""
        if self.reader.member is None:
            return CLIENT
        return self.cleaned_data["audience"] or INTERNAL

    def clean_submission(self) -> Any:
        return self.cleaned_data["submission"] or uuid7()

    @property
    def chosen_audience(self) -> str:
        return str(self["audience"].value() or INTERNAL)


class WordingForm(forms.Form):
    body = forms.CharField(label="Comment", max_length=LONGEST, widget=forms.Textarea({"rows": 4}))


IN_APP = {"": None, "on": True, "off": False}


class PaceForm(forms.Form):
    """How one is told about one project, by mail and in the app. Of those the member may see."""

    thing = forms.ChoiceField(label="Project")
    mail = forms.ChoiceField(label="Mails", choices=Frequency.choices, initial=Frequency.DAILY)
    in_app = forms.ChoiceField(
        label="In Tickmark", choices=[("", "As chosen above"), ("on", "Shown"), ("off", "Not shown")], required=False
    )

    def __init__(self, data: Any = None, *, member: Membership) -> None:
        super().__init__(data, auto_id="pace-%s")
        self.member, self.mark_optional = member, False
        self.scopes = {
            f"{subject.kind}:{row.pk}": Scope(subject.kind, row.pk, subject.title(row))
            for subject in SUBJECTS.values()
            if subject.is_wide
            for row in subject.visible_to(member).order_by("-pk")[:MOST_OFFERED]
        }
        self.fields["thing"].choices = [(key, scope.label) for key, scope in self.scopes.items()]  # type: ignore[attr-defined]

    def save(self) -> Scope:
        scope = self.scopes[self.cleaned_data["thing"]]
        NotificationPace.objects.update_or_create(
            member=self.member, scope=scope.kind, scope_id=scope.id,
            defaults={
                "label": scope.label[:300], "mail": self.cleaned_data["mail"],
                "in_app": IN_APP[self.cleaned_data["in_app"]],
            },
        )  # fmt: skip
        return scope


class NotificationSettingsForm(forms.Form):
    """One row an event: shown in the app or not, and how often mailed."""

    def __init__(self, data: Any = None, *, member: Membership) -> None:
        super().__init__(data, auto_id="%s")
        self.member, self.mark_optional = member, False
        kept = {wish.event: wish for wish in NotificationPreference.objects.filter(member=member)}
        for event in events_for(member):
            wish = kept.get(event.code)
            self.fields[f"{event.code}-app"] = forms.BooleanField(
                label=f"{event.words}: in Tickmark", required=False, initial=wish.in_app if wish else True
            )
            self.fields[f"{event.code}-mail"] = forms.ChoiceField(
                label=f"{event.words}: by mail", choices=Frequency.choices, initial=wish.mail if wish else event.mail
            )

    @property
    def rows(self) -> list[tuple[str, Any, Any]]:
        return [
            (event.words, self[f"{event.code}-app"], self[f"{event.code}-mail"]) for event in events_for(self.member)
        ]

    def save(self) -> None:
        for code in (event.code for event in events_for(self.member)):
            NotificationPreference.objects.update_or_create(
                member=self.member,
                event=code,
                defaults={"in_app": self.cleaned_data[f"{code}-app"], "mail": self.cleaned_data[f"{code}-mail"]},
            )
