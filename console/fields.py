"""Form fields that people can fill in: lists as lines, times of day as browsers write them."""

from __future__ import annotations

import json
from typing import Any

from django import forms


class ListField(forms.CharField):
    """A list, one item a line; a JSON list is understood too, and an emptied one is empty."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"})

    def __init__(self, **options: Any) -> None:
        for name in ("encoder", "decoder"):  # of the JSON field whose place it takes
            options.pop(name, None)
        super().__init__(**{"required": False, **options})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = value if isinstance(value, str) else json.dumps(value or [])
        try:
            found = json.loads(text or "[]")
        except ValueError:
            return [line.strip() for line in text.splitlines() if line.strip()]
        if found and not isinstance(found, list):
            raise forms.ValidationError("Give one item a line.")
        return found or []

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except forms.ValidationError:
            return True
