"""What operators write before they close a firm, or ask to look into it."""

from django import forms

from accounts.plain_text import validate_plain_text
from organizations.models import Organization, SupportGrant


class SuspensionForm(forms.Form):
    note = forms.CharField(
        label="What members read",
        max_length=Organization._meta.get_field("suspension_note").max_length,
        validators=[validate_plain_text],
        help_text="Why, and what opens the firm again. Its clients read only that the portal is paused.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SupportForm(forms.ModelForm):
    hours = forms.TypedChoiceField(
        label="How long", coerce=int, initial=4, choices=[(1, "1 hour"), (4, "4 hours"), (24, "1 day"), (72, "3 days")]
    )

    class Meta:
        model = SupportGrant
        fields = ["reason", "hours"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
