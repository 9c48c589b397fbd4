"""The two things that the console asks its people for: a password, a code."""

from __future__ import annotations

from typing import Any

from django import forms
from unfold.widgets import BASE_INPUT_CLASSES

_LOOK = " ".join(BASE_INPUT_CLASSES)


class PasswordForm(forms.Form):
    """The password of whoever is logged in; never shown again, not even when wrong."""

    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(
            attrs={"class": _LOOK, "autocomplete": "current-password", "autofocus": True}
        ),
    )


class CodeForm(forms.Form):
    """A code of the app or, `recovery` allowed, one of those kept for a lost phone."""

    code = forms.CharField(
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "class": _LOOK,
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        """Without the spaces that apps show between the digits."""
        typed: Any = self.cleaned_data["code"]
        return "".join(typed.split())
