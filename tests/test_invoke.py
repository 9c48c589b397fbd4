"""What a call sends upstream and what it answers."""

import pytest

from tests.factories import HEYGEN_SECRET


def test_query_reaches_vendor_and_data_returns(call, vendor):
    vendor.answers({"code": 100, "data": {"status": "processing"}, "message": "Success"})
    response = call("video-status", {"query": {"video_id": "v1"}})
    assert response.json() == {"data": {"status": "processing"}}
    assert response.status_code == 200
    [sent] = vendor.requests
    assert (sent.method, sent.target) == ("GET", "/v1/video_status.get?video_id=v1")
    assert sent.header("x-api-key") == [HEYGEN_SECRET]
    assert sent.header("authorization") == []


def test_body_reaches_vendor_unchanged(call, vendor):
    vendor.answers({"error": None, "data": {"video_id": "v1"}})
    body = b'{"z": 1.10, "variables": {}, "a": 12345678901234567890123, "e": 1E2, "u": "\\u00e9"}'
    response = call(
        "generate-template-video", b'{"path_params":{"template_id":"t 1"},"body":' + body + b"}"
    )
    assert response.json() == {"data": {"video_id": "v1"}}
    assert vendor.requests[0].target == "/v2/template/t%201/generate"
    assert vendor.requests[0].body == body


@pytest.mark.parametrize("mode", ["tts", "tts-stream"])
def test_bytes_pass_with_their_type(call, vendor, mode):
    vendor.answers(b"ID3" * 100, headers={"Content-Type": "audio/mpeg", "Set-Cookie": "a=b"})
    response = call(
        mode, {"path_params": {"voice_id": "x"}, "body": {"text": "hi"}}, service="elevenlabs"
    )
    assert b"".join(response) == b"ID3" * 100
    assert response.headers["Content-Type"] == "audio/mpeg"
    assert "Set-Cookie" not in response.headers
