"""What type checkers must accept and refuse; checked by mypy, never run, in no wheel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ai_proxy import Client, FileAnswer, JobFailed

if TYPE_CHECKING:
    from ai_proxy.actions import HeygenGenerateVideoBody


def accepted(client: Client) -> str:
    body: HeygenGenerateVideoBody = {
        "video_inputs": [
            {
                "character": {"type": "avatar", "avatar_id": "a", "avatar_style": "normal"},
                "voice": {"type": "text", "voice_id": "v", "input_text": "Hi"},
            }
        ]
    }
    made = client.heygen.generate_video(body=body, idempotency_key="k1", timeout=5)
    client.heygen.video_status(query={"video_id": "v"})
    client.heygen.list_voices()
    client.heygen.upload_asset(file=("a.png", b"", "image/png"))
    client.elevenlabs.add_voice(body={"name": "n"}, files={"files": [b""]})
    speech: FileAnswer = client.elevenlabs.tts(path_params={"voice_id": "v"}, body={"text": "Hi"})
    print(speech.content)  # noqa: T201
    try:
        return str(made.job.wait(on_progress=print)["result"]) if made.job else ""
    except JobFailed as error:
        return error.detail


def refused(client: Client) -> None:
    client.heygen.generate_video()  # type: ignore[call-arg]
    client.heygen.video_status(query={"videoid": "v"})  # type: ignore[typeddict-item]
    client.heygen.make_video()  # type: ignore[attr-defined]
    client.heygen.list_voices().content  # type: ignore[attr-defined] # noqa: B018
    client.elevenlabs.tts(body={"text": "Hi"})  # type: ignore[call-arg]
