"""HeyGen's old actions on its v3 API: requests and answers translated, no I/O.

One module for each group of actions: tables of fields, and functions where a table cannot say it.
`ended.py` has the actions that v3 has nothing for. What both answer is listed in
`docs/heygen-generations.md`.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.heygen.v3.account import ACCOUNT
from services.heygen.v3.assets import ASSETS
from services.heygen.v3.avatars import AVATARS
from services.heygen.v3.templates import TEMPLATES
from services.heygen.v3.translations import VIDEO_TRANSLATIONS
from services.heygen.v3.videos import VIDEOS
from services.heygen.v3.voices import VOICES
from services.service import Translation

TRANSLATIONS: Mapping[str, Translation] = {
    **TEMPLATES,
    **VIDEOS,
    **VIDEO_TRANSLATIONS,
    **ASSETS,
    **AVATARS,
    **VOICES,
    **ACCOUNT,
}
