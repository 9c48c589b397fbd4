"""Whether what a body names (avatars, voices, assets) exists for this account."""

from __future__ import annotations

from typing import Any

from sandbox.answers import Refusal
from sandbox.checks import mentions
from sandbox.state import Account, Visit

_LOOKS = ("avatar_id", "talking_photo_id", "avatar_pose_id")
_ASSETS = ("asset_id", "audio_asset_id", "image_asset_id", "video_asset_id")
_FOREIGN = ("streaming", "knowledge-base")  # groups with avatars and voices of their own


def known(visit: Visit) -> None:
    """Raises Refusal for the first id that this account cannot use."""
    if visit.action.group in _FOREIGN:
        return
    for path, name, value in mentions(visit.body):
        if isinstance(value, str) and value:
            _exists(visit.account, name, value, path)
    _engines(visit.account, visit.body)


def _exists(account: Account, name: str, value: str, path: str) -> None:
    if name in _LOOKS and account.look(value) is None:
        raise Refusal("avatar_not_found", f"Avatar {value[:64]} not found", param=path)
    if name == "voice_id" and account.voice(value) is None:
        raise Refusal("voice_not_found", f"Voice {value[:64]} not found", param=path)
    if name in _ASSETS and value not in account.assets:
        raise Refusal("asset_not_found", f"Asset {value[:64]} not found", param=path)


def _engines(account: Account, value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _engines(account, item)
    if not isinstance(value, dict):
        return
    engine, avatar_id = value.get("engine"), value.get("avatar_id")
    look = account.look(avatar_id) if isinstance(avatar_id, str) else None
    if look and isinstance(engine, dict) and engine.get("type") not in look.engines:
        raise Refusal("invalid_parameter", "This look does not support the engine.", param="engine")
    for item in value.values():
        _engines(account, item)
