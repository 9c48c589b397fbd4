"""One name in the spellings of several languages."""

from __future__ import annotations


def camel(slug: str) -> str:
    """`generate-video` as `generateVideo`."""
    first, *rest = slug.split("-")
    return first + "".join(part.capitalize() for part in rest)


def pascal(*slugs: str) -> str:
    """`heygen`, `generate-video` as `HeygenGenerateVideo`."""
    parts = "-".join(slugs).replace("_", "-").split("-")
    return "".join(part[:1].upper() + part[1:] for part in parts)


def snake(slug: str) -> str:
    """`generate-video` as `generate_video`."""
    return slug.replace("-", "_")
