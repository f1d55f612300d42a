"""The forms of the public site."""

from django import forms

from marketing.models import ContactMessage


class WithHoneypot(forms.Form):
    """People do not see the field `website`; programs fill in everything."""

    website = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def is_of_a_program(self) -> bool:
        return bool(self.data.get("website"))


class NewsletterForm(WithHoneypot):
    email = forms.EmailField(
        label="Email",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": "Write the address the letter goes to."},
    )


class ContactForm(WithHoneypot, forms.ModelForm):
    message = forms.CharField(
        max_length=5_000, widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write what we can do for you."},
    )  # fmt: skip

    class Meta:
        model = ContactMessage
        fields = ["name", "email", "firm_name", "topic", "message"]
        labels = {"name": "Your name", "email": "Your email", "firm_name": "Your firm", "topic": "What it is about"}
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "firm_name": forms.TextInput(attrs={"autocomplete": "organization"}),
        }
