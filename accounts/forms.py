from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupForm(BaseSignupForm):
    full_name = forms.CharField(
        label="Your name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text="As colleagues and clients see it.",
    )
    field_order = ["full_name", "email", "password1"]

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        user.full_name = self.cleaned_data["full_name"]
        user.first_name, _, user.last_name = user.full_name.partition(" ")
        user.first_name, user.last_name = user.first_name[:100], user.last_name[:100]
        user.save(update_fields=["full_name", "first_name", "last_name"])
