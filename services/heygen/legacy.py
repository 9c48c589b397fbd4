"""What only HeyGen's v1 and v2 need: their error numbers, and one answer as documented."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

# HTTP statuses for the codes that HeyGen sends under a 200, from its error reference.
CODES: Mapping[object, int] = {
    40001: 400, 40009: 401, 40012: 400, 40031: 400, 40104: 404, 400105: 400, 400112: 401,
    400131: 404, 400140: 429, 400175: 400, 400542: 400, 400573: 403, 400599: 402, 400631: 403,
    401056: 401, 401057: 401,
    "invalid_parameter": 400, "download_failed": 400, "content_policy_violation": 400,
    "avatar_consent_required": 400, "resource_limit_reached": 400, "resource_limit_exceeded": 400,
    "unauthorized": 401, "authentication_failed": 401,
    "insufficient_credit": 402, "trial_limit_exceeded": 402, "plan_upgrade_required": 402,
    "forbidden": 403, "resource_access_denied": 403, "ai_vendor_access_restricted": 403,
    "voice_not_usable": 403,
    "not_found": 404, "resource_not_found": 404, "video_not_found": 404, "avatar_not_found": 404,
    "avatar_group_not_found": 404, "voice_not_found": 404, "asset_not_found": 404,
    "template_not_found": 404, "webhook_not_found": 404,
    "conflict": 409, "resource_not_ready": 409, "request_in_progress": 409,
    "payload_too_large": 413, "rate_limit_exceeded": 429, "quota_exceeded": 429,
}  # fmt: skip


def documented_status(answer: bytes) -> bytes:
    """A failed video's `error` as the text that the documented answer shows, not as an object.

    Takes and returns our `{"data": ...}`; `error_code` and `error_detail` keep the rest.
    """
    if b'"failed"' not in answer:
        return answer
    whole = msgspec.json.decode(answer)
    data = whole["data"]
    if not isinstance(data, dict) or not isinstance(data.get("error"), dict):
        return answer
    error = data["error"]
    data["error"] = str(error.get("message") or error.get("detail") or "Video generation failed")
    data["error_code"], data["error_detail"] = error.get("code"), error.get("detail")
    return msgspec.json.encode(whole)
