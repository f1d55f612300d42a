from django import forms


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        max_length=30, help_text="Papers below it move along. Whatever cites them shows the new reference by itself."
    )
