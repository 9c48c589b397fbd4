"""A long list of avatars as HeyGen's v2 API describes them: about 1.1 MB of JSON."""

from __future__ import annotations

import random
from typing import Any

COUNT = 2280
PHOTOS = 320
_FILES = "https://files2.heygen.ai/avatar/v3"


def avatars() -> dict[str, list[dict[str, Any]]]:
    """HeyGen's payload; seeded, so that every process makes the same."""
    seeded = random.Random(7)
    return {
        "avatars": [_avatar(seeded, number) for number in range(COUNT)],
        "talking_photos": [_photo(seeded, number) for number in range(PHOTOS)],
    }


def _avatar(seeded: random.Random, number: int) -> dict[str, Any]:
    token = f"{seeded.getrandbits(128):032x}"
    look = seeded.choice(("sitting sofa front", "standing office side", "expressive close-up"))
    name = f"{seeded.choice(('Abigail', 'Björn', 'Chloé', 'Daisuke', 'Ömer'))} {look}"
    return {
        "avatar_id": f"{name.replace(' ', '_')}_{number}_public",
        "avatar_name": name,
        "gender": seeded.choice(("female", "male", "unknown")),
        "preview_image_url": f"{_FILES}/{token}_{number}/preview_target.webp",
        "preview_video_url": f"{_FILES}/{token}_{number}/preview_video_target.mp4",
        "premium": seeded.random() < 0.2,
        "type": None,
        "tags": seeded.choice((None, ["NEW"], ["AVATAR_IV"])),
        "default_voice_id": f"{seeded.getrandbits(128):032x}",
    }


def _photo(seeded: random.Random, number: int) -> dict[str, Any]:
    token = f"{seeded.getrandbits(128):032x}"
    return {
        "talking_photo_id": token,
        "talking_photo_name": f"Photo {number}",
        "preview_image_url": f"{_FILES}/{token}/full/2.2/preview_talk_1.webp",
    }
