"""ElevenLabs through the service: every action, asked of a stand-in that makes real sound."""

from __future__ import annotations

import base64
import io
import json
import struct
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from django.utils import timezone

from credentials import vault
from jobs import polling
from jobs.models import Job
from services.elevenlabs.actions import ACTIONS
from services.following.polling import poll
from tests import asgi
from tests.conftest import Caller, Sandbox
from tests.factories import Account, make_account

KEY, VOICE = "sandbox-elevenlabs-key", "21m00Tcm4TlvDq8ikWAM"
TEXT = "Hello from the other side of the wire."
SECONDS = len(TEXT) * 0.06


def recording() -> bytes:
    """A second of silence, as somebody might upload it."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(32000))
    return out.getvalue()


WAV = recording()


def speech(text: str, voice: str = VOICE, query: Any = None, **body: Any) -> dict[str, Any]:
    """The envelope that has a text spoken."""
    params = {"voice_id": voice}
    return {"path_params": params, "query": query or {}, "body": {"text": text, **body}}


@dataclass(frozen=True)
class Heard:
    """An answer, read to its end."""

    status_code: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content)


class Speaker(Caller):
    """Calls elevenlabs alone, also with files, past Django's client, which reads no streams."""

    def send(
        self, url: str, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> Any:
        answer = asgi.post(self.account, url, [body], content_type=kind, **headers)
        return Heard(answer.status, answer.headers, answer.body)

    def __call__(self, action: str, envelope: Any = None, **more: Any) -> Any:
        return super().__call__(action, envelope, service="elevenlabs", **more)

    def data(self, action: str, envelope: Any = None) -> Any:
        answer = self(action, envelope)
        assert answer.status_code == 200, answer.content
        return answer.json()["data"]

    def upload(self, action: str, files: Any, body: Any, params: Any = None) -> Any:
        parts = [
            ("body", (None, json.dumps(body))),
            ("path_params", (None, json.dumps(params or {}))),
        ]
        sent = requests.Request("POST", "http://x/", files=[*parts, *files]).prepare()
        assert isinstance(sent.body, bytes)
        url = self.url(action, "elevenlabs")
        return self.send(url, sent.body, sent.headers["Content-Type"])

    def say(self, text: str = TEXT, form: str = "", action: str = "tts", **body: Any) -> Any:
        query = {"output_format": form} if form else {}
        params = {"voice_id": VOICE}
        answer = self(
            action, {"path_params": params, "query": query, "body": {"text": text, **body}}
        )
        assert answer.status_code == 200, answer.content
        return answer


@pytest.fixture
def speaker(sandbox: Sandbox, account: Account) -> Speaker:
    vault.store(org=account.org, service="elevenlabs", secret=KEY)
    return Speaker(account)


def mp3_seconds(sound: bytes) -> float:
    """The length of an MP3 by its frames, each of which must begin where the one before ends."""
    at, seconds = 0, 0.0
    while at < len(sound):
        sync, version, rate, bits, padded = _head(sound[at : at + 4])
        assert sync == 0x7FF
        at += (144 if version == 3 else 72) * bits * 1000 // rate + padded
        seconds += (1152 if version == 3 else 576) / rate
    assert at == len(sound)
    return seconds


def _head(head: bytes) -> tuple[int, int, int, int, int]:
    (word,) = struct.unpack(">I", head)
    version, layer = word >> 19 & 3, word >> 17 & 3
    assert layer == 1
    rates = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000)}[version]
    newer = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
    older = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
    bits = (newer if version == 3 else older)[word >> 12 & 15]
    return word >> 21, version, rates[word >> 10 & 3], bits, word >> 9 & 1


def forms(action: str) -> list[str]:
    query = next(found.query for found in ACTIONS if found.slug == action)
    return [form for param in query if param.name == "output_format" for form in param.enum]


def length(sound: bytes, form: str) -> float:
    """How long it lasts, by what its format says."""
    kind, rate, *_ = form.split("_")
    if kind == "mp3":
        return mp3_seconds(sound)
    if kind == "wav":
        with wave.open(io.BytesIO(sound)) as file:
            assert file.getframerate() == int(rate)
            return file.getnframes() / int(rate)
    if kind == "opus":
        position: int = struct.unpack_from("<q", sound, sound.rindex(b"OggS") + 6)[0]
        return position / 48000
    return len(sound) / int(rate) / (2 if kind == "pcm" else 1)


@pytest.mark.parametrize("form", forms("tts"))
def test_speech_lasts_as_long_as_its_text(speaker: Speaker, form: str) -> None:
    answer = speaker.say(form=form)
    assert answer.headers["content-type"].startswith("audio/")
    assert length(answer.content, form) == pytest.approx(SECONDS, abs=0.06)


def test_speech_is_mp3_unless_asked_otherwise(speaker: Speaker) -> None:
    answer = speaker.say()
    assert answer.headers["content-type"] == "audio/mpeg"
    sound = answer.content
    assert mp3_seconds(sound) == pytest.approx(SECONDS, abs=0.06)
    assert len(sound) == pytest.approx(16000 * SECONDS, rel=0.03)  # 128 kbit/s


def test_streamed_speech_is_the_same_speech(speaker: Speaker) -> None:
    assert speaker.say(action="tts-stream").content == speaker.say().content


def test_faster_voice_is_done_sooner(speaker: Speaker) -> None:
    sound = speaker.say(form="pcm_8000", voice_settings={"speed": 1.2}).content
    assert len(sound) / 16000 == pytest.approx(SECONDS / 1.2, abs=0.01)


def test_timings_cover_the_sound(speaker: Speaker) -> None:
    data = speaker.say(form="wav_16000", action="tts-timestamps").json()["data"]
    sound = base64.b64decode(data["audio_base64"])
    alignment = data["alignment"]
    assert "".join(alignment["characters"]) == TEXT
    starts = alignment["character_start_times_seconds"]
    ends = alignment["character_end_times_seconds"]
    assert starts[0] == 0
    assert starts[1:] == ends[:-1]
    assert ends[-1] == pytest.approx(length(sound, "wav_16000"), abs=0.001)


def test_sound_lasts_as_long_as_asked(speaker: Speaker) -> None:
    body = {"text": "rain on a roof", "duration_seconds": 2.5}
    answer = speaker("sound-generation", {"body": body, "query": {"output_format": "mp3_22050_32"}})
    assert mp3_seconds(answer.content) == pytest.approx(2.5, abs=0.06)


@pytest.mark.parametrize("action", ["audio-isolation", "audio-isolation-stream"])
def test_isolated_voice_is_as_long_as_its_recording(speaker: Speaker, action: str) -> None:
    answer = speaker.upload(action, [("audio", ("talk.wav", WAV, "audio/wav"))], {})
    assert answer.headers["content-type"] == "audio/mpeg"
    assert mp3_seconds(answer.content) == pytest.approx(1.0, abs=0.06)


def test_clone_is_made_used_changed_and_removed(speaker: Speaker) -> None:
    files = [("files", (f"{n}.wav", WAV, "audio/wav")) for n in range(2)]
    labels = json.dumps({"accent": "irish"})
    made = speaker.upload("add-voice", files, {"name": "Ann", "labels": labels}).json()["data"]
    voice = {"path_params": {"voice_id": made["voice_id"]}}
    assert speaker.data("get-voice", voice)["labels"] == {"accent": "irish"}
    assert len(speaker.data("get-voice", voice)["samples"]) == 2
    assert speaker("tts", voice | {"body": {"text": "Hi"}}).status_code == 200
    changed = speaker.upload("edit-voice", [], {"name": "Bea"}, voice["path_params"])
    assert changed.json() == {"data": {"status": "ok"}}
    assert made["voice_id"] in [v["voice_id"] for v in speaker.data("list-voices")["voices"]]
    assert speaker.data("get-voice", voice)["name"] == "Bea"
    assert speaker.data("get-voice-settings", voice)["stability"] == 0.5
    assert speaker.data("delete-voice", voice) == {"status": "ok"}
    assert speaker("get-voice", voice).status_code == 404


def test_history_tells_what_was_said(speaker: Speaker) -> None:
    for number in range(3):
        speaker.say(f"Sentence {number}.")
    page = speaker.data("get-history", {"query": {"page_size": 2}})
    assert [item["text"] for item in page["history"]] == ["Sentence 2.", "Sentence 1."]
    assert page["has_more"] is True
    after = {"page_size": 2, "start_after_history_item_id": page["last_history_item_id"]}
    rest = speaker.data("get-history", {"query": after})
    assert [item["text"] for item in rest["history"]] == ["Sentence 0."]
    item = {"path_params": {"history_item_id": rest["history"][0]["history_item_id"]}}
    assert speaker.data("get-history-item", item)["voice_name"] == "Rachel"
    assert speaker("get-history-audio", item).content == speaker.say("Sentence 0.").content
    assert speaker.data("delete-history-item", item) == {"status": "ok"}
    assert speaker("get-history-item", item).status_code == 404


def test_account_tells_what_was_used_and_no_key(speaker: Speaker) -> None:
    before = speaker.data("get-subscription")
    speaker.say()
    after = speaker.data("get-subscription")
    assert after["character_count"] - before["character_count"] == len(TEXT)
    user = speaker("get-user")
    assert user.json()["data"]["subscription"]["tier"] == "creator"
    assert KEY not in user.content.decode()
    models = [model["model_id"] for model in speaker.data("list-models")]
    assert "eleven_multilingual_v2" in models


def dub(speaker: Speaker, name: str = "A talk") -> Any:
    files = [("file", ("talk.wav", WAV, "audio/wav"))]
    return speaker.upload("create-dubbing", files, {"target_lang": "de", "name": name})


def looked(speaker: Speaker, job: str, state: str) -> dict[str, Any]:
    """The job, once the worker's looks brought it to this state."""
    for _ in range(100):
        Job.objects.filter(pk=job).update(due_at=timezone.now() - timedelta(seconds=1))
        for piece in polling.claim(10):
            poll(piece)
        told: dict[str, Any] = speaker.get(f"{speaker.account.org.slug}/jobs/{job}/").json()["data"]
        if told["status"] == state:
            return told
        time.sleep(0.1)
    raise AssertionError(told)


@pytest.mark.django_db(transaction=True)
def test_dub_is_a_job_with_sound_at_its_end(speaker: Speaker) -> None:
    answer = dub(speaker)
    dubbing = {"dubbing_id": answer.json()["data"]["dubbing_id"]}
    audio = {"path_params": dubbing | {"language_code": "de"}}
    assert speaker.data("get-dubbing", {"path_params": dubbing})["status"] == "dubbing"
    assert speaker("get-dubbed-audio", audio).status_code == 425
    looked(speaker, answer.headers["x-job-id"], "succeeded")
    assert speaker.data("get-dubbing", {"path_params": dubbing})["status"] == "dubbed"
    assert mp3_seconds(speaker("get-dubbed-audio", audio).content) == pytest.approx(1, abs=0.06)
    assert speaker.data("delete-dubbing", {"path_params": dubbing}) == {"status": "ok"}


@pytest.mark.django_db(transaction=True)
def test_failed_dub_is_a_failed_job(speaker: Speaker) -> None:
    job = dub(speaker, "[fail]").headers["x-job-id"]
    looked(speaker, job, "failed")


def test_dub_is_its_orgs_own(speaker: Speaker, sandbox: Sandbox) -> None:
    dubbing = {"path_params": {"dubbing_id": dub(speaker).json()["data"]["dubbing_id"]}}
    other = make_account("globex", services=())
    vault.store(org=other.org, service="elevenlabs", secret=KEY)
    asked = len(sandbox.targets)
    assert Speaker(other)("get-dubbing", dubbing).status_code == 404
    assert len(sandbox.targets) == asked


LONG = {"body": {"text": "a", "duration_seconds": 31}}
THIS = {"path_params": {"voice_id": VOICE}}
REFUSALS: list[tuple[str, Callable[[Speaker], Any], int, str]] = [
    ("no such voice", lambda s: s("tts", speech("a", "x")), 404, "voice_not_found"),
    ("no such model", lambda s: s("tts", speech("a", model_id="x")), 400, "model_not_found"),
    ("no text", lambda s: s("tts", speech(" ")), 400, "input_text_empty"),
    ("too long a sound", lambda s: s("sound-generation", LONG), 400, "invalid_duration"),
    (
        "nothing to dub",
        lambda s: s.upload("create-dubbing", [], {"target_lang": "de"}),
        400,
        "invalid_source",
    ),
    (
        "everybody's voice",
        lambda s: s("delete-voice", {"path_params": {"voice_id": VOICE}}),
        400,
        "voice_not_owned",
    ),
]


@pytest.mark.parametrize(("case", "ask", "status", "word"), REFUSALS, ids=[r[0] for r in REFUSALS])
def test_refusals_keep_the_vendors_words(
    speaker: Speaker, case: str, ask: Callable[[Speaker], Any], status: int, word: str
) -> None:
    answer = ask(speaker)
    assert (answer.status_code, answer.json()["origin"]) == (status, "upstream")
    assert answer.json()["upstream"]["body"]["detail"]["status"] == word


def test_wrong_key_is_the_operators_affair(speaker: Speaker) -> None:
    vault.store(org=speaker.account.org, service="elevenlabs", secret="not-this-one")
    answer = speaker("list-models")
    assert (answer.status_code, answer.json()["code"]) == (502, "upstream_auth_failed")


def test_too_many_at_a_time_are_busy(speaker: Speaker, sandbox: Sandbox) -> None:
    sandbox.control("config", {"concurrent": 0})
    answer = speaker("tts", speech("a"))
    assert (answer.status_code, answer.json()["code"]) == (429, "upstream_busy")


def test_quota_is_no_wrong_key(speaker: Speaker, sandbox: Sandbox) -> None:
    sandbox.control("config", {"characters": 3})
    answer = speaker("tts", speech("four"))
    assert (answer.status_code, answer.json()["origin"]) == (402, "upstream")
    assert answer.json()["upstream"]["body"]["detail"]["status"] == "quota_exceeded"


def test_what_does_not_fit_is_422_there(sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/elevenlabs/v1/text-to-speech/{VOICE}"
    answer = requests.post(url, json={}, headers={"xi-api-key": KEY}, timeout=10)
    [detail] = answer.json()["detail"]
    assert (answer.status_code, detail["type"], detail["loc"]) == (422, "missing", ["body", "text"])


def test_every_action_was_asked() -> None:
    """Whoever adds an action says here how it is done."""
    source = Path(__file__).read_text()
    assert [a.slug for a in ACTIONS if f'"{a.slug}"' not in source] == []


def test_first_sound_comes_before_the_last_is_made(speaker: Speaker, sandbox: Sandbox) -> None:
    sandbox.control("config", {"chunk_seconds": 0.5})
    path = speaker.url("tts-stream", "elevenlabs")
    body = json.dumps(speech(TEXT * 2)).encode()
    answer = asgi.post(speaker.account, path, [body], content_type="application/json")
    assert mp3_seconds(answer.body) == pytest.approx(SECONDS * 2, abs=0.06)
    assert answer.at[-1] - answer.at[0] > 1.5  # five pieces, half a second between two of them
