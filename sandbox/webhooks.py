"""Tell the caller when work ends: signed posts to endpoints, unsigned ones to a job's own URL."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import http.client
import json
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sandbox import videos
from sandbox.state import Account, Made, Sandbox

TIMEOUT = 10.0  # seconds, as HeyGen grants
RETRIES = (0.5, 2.0, 5.0)  # seconds between attempts; HeyGen goes on for a day
_EVENTS = {
    "/v3/videos": "avatar_video",
    "/v3/video-translations": "video_translate",
    "/v3/video-agents": "video_agent",
    "/v3/ai-clipping": "ai_clipping",
    "/v3/hyperframes/renders": "hyperframes_video",
}

Json = dict[str, Any]


def follow(sandbox: Sandbox, account: Account, made: Made) -> None:
    """Watch one job until it ends, without holding up the request that started it."""
    _spawn(sandbox, _watch(sandbox, account, made))


def _spawn(sandbox: Sandbox, work: Any) -> None:
    task = asyncio.get_running_loop().create_task(work)
    sandbox.loops.add(task)
    task.add_done_callback(sandbox.loops.discard)


async def _watch(sandbox: Sandbox, account: Account, made: Made) -> None:
    while (word := sandbox.status(account, made)) not in ("completed", "failed"):
        created = sandbox.video(account, made).created
        left = created + sandbox.config.render_seconds - time.time()
        try:
            await asyncio.wait_for(sandbox.changed.wait(), max(left, 0.001))
        except TimeoutError:
            continue
    if word == "failed":
        _refund(sandbox, account, made)
    name = _EVENTS.get(made.kind)
    if name and made.id in account.made:
        event = f"{name}.{'fail' if word == 'failed' else 'success'}"
        announce(sandbox, account, event, _event_data(made, word), made.body.get("callback_url"))


def announce(
    sandbox: Sandbox, account: Account, event: str, data: Json, callback_url: object = None
) -> None:
    """Record an event and send it to whoever subscribed to it."""
    event_id = uuid.uuid4().hex
    account.events.appendleft(
        {
            "event_id": event_id,
            "event_type": event,
            "event_data": data,
            "created_at": int(time.time()),
        }
    )
    raw = json.dumps({"event_type": event, "event_data": data}).encode()
    for hook in account.webhooks.values():
        if not hook.events or event in hook.events:
            headers = _signed(raw, hook.secret, event_id)
            _spawn(sandbox, _deliver(sandbox, hook.url, raw, headers))
    if isinstance(callback_url, str) and callback_url:
        headers = {"Content-Type": "application/json", "Heygen-Event-Id": event_id}
        _spawn(sandbox, _deliver(sandbox, callback_url, raw, headers))


def _refund(sandbox: Sandbox, account: Account, made: Made) -> None:
    """HeyGen does not charge for failed jobs."""
    if made.paid:
        account.credits += made.paid
        entry = {"account": account.name, "action": "refund", "id": made.id}
        sandbox.ledger.append({"at": time.time(), **entry, "credits": -made.paid})


def _event_data(made: Made, word: str) -> Json:
    callback = {"callback_id": made.body.get("callback_id")}
    url = f"{made.base_url}/files/{made.id}.mp4"
    if made.kind == "/v3/video-translations":
        names: Json = {"video_translate_id": made.id}
        if word == "failed":
            return names | {"message": videos.FAILURE[1]} | callback
        return names | {"url": url, "output_language": made.body.get("output_language")} | callback
    names = {"video_id": made.id}
    if word == "failed":
        return names | {"msg": videos.FAILURE[1]} | callback
    return {
        **names,
        "url": url,
        "gif_download_url": url.replace(".mp4", ".gif"),
        "video_page_url": url,
        "video_share_page_url": url,
        "folder_id": made.body.get("folder_id"),
        **callback,
    }


def _signed(raw: bytes, secret: str, event_id: str) -> dict[str, str]:
    mark = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "Heygen-Signature": mark,
        "Heygen-Timestamp": str(int(time.time())),
        "Heygen-Event-Id": event_id,
        "signature": mark,
    }


async def _deliver(sandbox: Sandbox, url: str, raw: bytes, headers: Mapping[str, str]) -> None:
    record: Json = {"url": url, "event_id": headers["Heygen-Event-Id"], "attempts": 0}
    sandbox.deliveries.append(record)
    for pause in (*RETRIES, None):
        status = await _answered(url, raw, headers)
        record |= {"attempts": record["attempts"] + 1, "status": status}
        if (status is not None and 200 <= status < 300) or pause is None:
            return
        await asyncio.sleep(pause)


async def _answered(url: str, raw: bytes, headers: Mapping[str, str]) -> int | None:
    """`_post` in a daemon thread, so that a silent receiver never holds up the sandbox's end."""
    loop = asyncio.get_running_loop()
    status: asyncio.Future[int | None] = loop.create_future()

    def settle(found: int | None) -> None:
        if not status.done():
            status.set_result(found)

    def work() -> None:
        found = _post(url, raw, headers)
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=work, daemon=True).start()
    return await status


def _post(url: str, raw: bytes, headers: Mapping[str, str]) -> int | None:
    """The status of one post without following redirects; None when there was no answer."""
    try:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        make = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = make(parts.hostname or "", parts.port, timeout=TIMEOUT)
        try:
            target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
            connection.request("POST", target, raw, dict(headers))
            return connection.getresponse().status
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException):
        return None
