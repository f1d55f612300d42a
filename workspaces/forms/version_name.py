from django import forms

from accounts.plain_text import validate_plain_text


class VersionNameForm(forms.Form):
    name = forms.CharField(label="Name this version", max_length=120, validators=[validate_plain_text])
