from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import InformationRequest
from clients.models.request_status import Answer
from portal.typed_answers import TypedAnswer


class CodeForm(forms.Form):
    """Six digits, typed as people type them: with spaces, or pasted with a dash."""

    code = forms.CharField(
        label=gettext_lazy("Six-digit code"), max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}),
    )  # fmt: skip

    def clean_code(self) -> str:
        digits = "".join(character for character in self.cleaned_data["code"] if character in "0123456789")
        if len(digits) != 6:
            raise forms.ValidationError(_("The code has six digits, such as 041 583."))
        return digits


class AnswerForm(TypedAnswer):
    """What the contact says with the files, or instead of them."""

    CHOICES = [
        (Answer.PROVIDED, gettext_lazy("Here it is: files, an answer in words, or both")),
        (Answer.DOES_NOT_EXIST, gettext_lazy("It does not exist")),
        (Answer.NOT_APPLICABLE, gettext_lazy("It does not apply to us")),
        (Answer.WITHHELD, gettext_lazy("We cannot share it")),
    ]

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=CHOICES,
        widget=forms.RadioSelect,
        initial=Answer.PROVIDED,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("Note, or the reason if there is nothing to send"), max_length=10_000, required=False,
        widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, request: InformationRequest) -> None:
        """Many of these stand on one page, so the ids carry the request."""
        super().__init__(data, auto_id=f"r{request.pk}-%s")
        self.mark_optional = False
        self.add_typed(request)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.clean_typed(data)
        return data

    def clean_answer(self) -> str:
        return self.cleaned_data["answer"] or Answer.PROVIDED

    @property
    def is_typed_in(self) -> bool:
        return bool(self.data.get("text", "").strip()) or self.data.get("answer", "") not in ("", Answer.PROVIDED)
