"""Serializer fields that take JSON's own types alone, and a serializer that takes no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

_ENDS_IN_OFFSET = re.compile(r"(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})\Z")


class Text(serializers.CharField):
    """A string of printable characters; a number is none."""

    default_error_messages = {"invalid": "Give a string."}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str) or not data.isprintable():
            self.fail("invalid")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """`true` or `false`; the words are none."""

    default_error_messages = {"invalid": "Give true or false."}  # noqa: RUF012

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Count(serializers.IntegerField):
    """A whole number; its digits as text are none."""

    def to_internal_value(self, data: Any) -> int:
        if not isinstance(data, int):
            self.fail("invalid")
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A time of RFC 3339 with its offset: whose noon it is must not be guessed."""

    default_error_messages = {"naive": "Give the offset from UTC too, or Z."}  # noqa: RUF012

    def to_internal_value(self, value: Any) -> Any:
        made = super().to_internal_value(value)
        if not _ENDS_IN_OFFSET.search(value):
            self.fail("naive")
        return made


class Strict(serializers.Serializer[Any]):
    """Refuses fields that it does not have."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({name: ["Unknown field."] for name in unknown})
        return super().to_internal_value(data)
