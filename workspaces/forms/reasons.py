from django import forms
from uuid_utils.compat import uuid7

from accounts.plain_text import validate_plain_text


class ReasonForm(forms.Form):
    """Why somebody does what the file will remember."""

    reason = forms.CharField(
        label="Reason", max_length=500, validators=[validate_plain_text], widget=forms.Textarea(attrs={"rows": 2})
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label="Note", max_length=4000, validators=[validate_plain_text], widget=forms.Textarea(attrs={"rows": 3})
    )
    anchor = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    #: The note's id, made with the empty form: a second press of the button makes no second note.
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)
