"""HeyGen: AI avatar video."""

import json
from functools import partial
from pathlib import Path

from services import answers
from services.heygen import legacy, testmode, v3
from services.heygen.actions import ACTIONS
from services.heygen.events import WEBHOOKS
from services.heygen.ownership import OWNERSHIP
from services.heygen.v3.ended import ENDED
from services.service import Assets, Service, Sunset

# HeyGen named the day of the end, and no earlier one of the deprecation.
_RETIRED = Sunset(deprecated=1793404800, removed=1793404800)  # 2026-10-31
_STREAMING = Sunset(deprecated=1774915200, removed=1774915200)  # 2026-03-31

# Writes that make videos, speech or accounts' other things, and no avatar, voice or template.
_LEAVES = frozenset(
    (
        "templates", "videos", "video-translation", "video-agent", "video-quality", "assets",
        "webhooks", "folders", "personalized-video", "streaming", "knowledge-base", "ai-clipping",
        "background-removal", "lipsync", "hyperframes", "filler-words", "avatar-realtime",
        "podcasts", "workflows", "generate-talking-photo", "preview-voice", "text-to-speech",
        "v3-create-speech", "v3-create-model-tts", "v3-stream-model-tts",
    )
)  # fmt: skip

_OLD_TYPES = frozenset(
    ("image/png", "image/jpeg", "video/mp4", "video/webm", "audio/mpeg", "audio/wav")
)
_TYPES = _OLD_TYPES | frozenset(
    ("audio/x-wav", "application/pdf", "application/x-subrip", "text/srt")
)

SERVICE = Service(
    slug="heygen",
    display_name="HeyGen",
    service_type="video",
    auth_header="X-Api-Key",
    base_urls={"api": "HEYGEN_BASE_URL", "upload": "HEYGEN_UPLOAD_BASE_URL"},
    actions=ACTIONS,
    schemas=json.loads(Path(__file__).with_name("schemas.json").read_text()),
    unwrap=partial(answers.enveloped, success=(100,)),
    check_action="v3-get-current-user",
    codes=legacy.CODES,
    sunsets={
        "v1": _RETIRED,
        "v2": _RETIRED,
        "get-template-details": _RETIRED,  # v3 in the path only
        "search-public-avatar-groups": _RETIRED,
        "streaming": _STREAMING,
        "knowledge-base": _STREAMING,
    },
    generation_setting="HEYGEN_GENERATION",
    translations=v3.TRANSLATIONS,
    ended=ENDED,
    patch={"video-status": legacy.documented_status},
    test_mode=testmode.MODE,
    leaves=_LEAVES,
    webhooks=WEBHOOKS,
    assets=Assets(
        simple="v3-upload-asset",
        most=32_000_000,  # "32 MB": whichever the vendor means by that
        reserve="v3-create-direct-upload",
        complete="v3-complete-asset",
        types=_TYPES,
        old="upload-asset",
        old_types=_OLD_TYPES,
    ),
    ownership=OWNERSHIP,
)
