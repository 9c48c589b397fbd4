"""ElevenLabs's API as a table: one line an action, literals only.

Bodies, answers and notes are in `schemas.json` beside this file, by slug.
"""

from services.action import Action, Job, Pages, Param

ACTIONS: tuple[Action, ...] = (
    Action("list-voices", "List voices", "voices", "GET", "/v1/voices", query=(Param("show_legacy", "boolean"),), ttl=300),
    Action("get-voice", "Read a voice", "voices", "GET", "/v1/voices/{voice_id}", query=(Param("with_settings", "boolean"),), ttl=300),
    Action("add-voice", "Clone a voice", "voices", "POST", "/v1/voices/add", request="multipart", billable=None, idempotency="none"),
    Action("edit-voice", "Change a voice", "voices", "POST", "/v1/voices/{voice_id}/edit", request="multipart", billable=None, idempotency="none"),
    Action("delete-voice", "Remove a voice", "voices", "DELETE", "/v1/voices/{voice_id}", destructive=True, idempotency=None),
    Action("get-voice-settings", "Read voice settings", "voices", "GET", "/v1/voices/{voice_id}/settings", ttl=300),
    Action("list-models", "List models", "models", "GET", "/v1/models", ttl=3600),
    Action("tts", "Synthesise speech", "text-to-speech", "POST", "/v1/text-to-speech/{voice_id}", query=(Param("output_format", default="mp3_44100_128", enum=("alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000", "wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000", "wav_8000")), Param("enable_logging", "boolean", default=True), Param("optimize_streaming_latency", "integer", minimum=0, maximum=4)), request="json", response="passthrough", billable=True, idempotency="none"),
    Action("tts-stream", "Stream speech", "text-to-speech", "POST", "/v1/text-to-speech/{voice_id}/stream", query=(Param("output_format", default="mp3_44100_128", enum=("alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000")), Param("enable_logging", "boolean", default=True), Param("optimize_streaming_latency", "integer", minimum=0, maximum=4)), request="json", response="stream", billable=True, idempotency="none"),
    Action("tts-timestamps", "Speech with timings", "text-to-speech", "POST", "/v1/text-to-speech/{voice_id}/with-timestamps", query=(Param("output_format", default="mp3_44100_128", enum=("alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000", "wav_16000", "wav_22050", "wav_24000", "wav_32000", "wav_44100", "wav_48000", "wav_8000")), Param("enable_logging", "boolean", default=True), Param("optimize_streaming_latency", "integer", minimum=0, maximum=4)), request="json", billable=True, idempotency="none"),
    Action("sound-generation", "Generate a sound", "sound", "POST", "/v1/sound-generation", query=(Param("output_format", default="mp3_44100_128", enum=("alaw_8000", "mp3_22050_32", "mp3_24000_48", "mp3_44100_128", "mp3_44100_192", "mp3_44100_32", "mp3_44100_64", "mp3_44100_96", "opus_48000_128", "opus_48000_192", "opus_48000_32", "opus_48000_64", "opus_48000_96", "pcm_16000", "pcm_22050", "pcm_24000", "pcm_32000", "pcm_44100", "pcm_48000", "pcm_8000", "ulaw_8000")),), request="json", response="passthrough", billable=True, idempotency="none"),
    Action("audio-isolation", "Isolate a voice", "audio-isolation", "POST", "/v1/audio-isolation", request="multipart", response="passthrough", billable=True, idempotency="none"),
    Action("audio-isolation-stream", "Isolate a voice, streamed", "audio-isolation", "POST", "/v1/audio-isolation/stream", request="multipart", response="stream", billable=True, idempotency="none"),
    Action("create-dubbing", "Start a dub", "dubbing", "POST", "/v1/dubbing", request="multipart", job=Job("dubbing_id", "get-dubbing", status="status", pending=("queued", "preparing", "dubbing"), done=("dubbed",)), billable=True, idempotency="none"),
    Action("get-dubbing", "Read a dub", "dubbing", "GET", "/v1/dubbing/{dubbing_id}"),
    Action("get-dubbed-audio", "Download a dub", "dubbing", "GET", "/v1/dubbing/{dubbing_id}/audio/{language_code}", response="passthrough"),
    Action("delete-dubbing", "Remove a dub", "dubbing", "DELETE", "/v1/dubbing/{dubbing_id}", destructive=True, idempotency=None),
    Action("get-history", "List history", "history", "GET", "/v1/history", query=(Param("page_size", "integer", default=100, minimum=1, maximum=1000), Param("start_after_history_item_id"), Param("voice_id"), Param("model_id"), Param("date_before_unix", "integer"), Param("date_after_unix", "integer"), Param("sort_direction", enum=("asc", "desc")), Param("search"), Param("source", enum=("TTS", "STS", "Flows"))), pages=Pages(cursor="start_after_history_item_id", size="page_size", items="history", next="last_history_item_id")),
    Action("get-history-item", "Read a history item", "history", "GET", "/v1/history/{history_item_id}"),
    Action("get-history-audio", "Download history audio", "history", "GET", "/v1/history/{history_item_id}/audio", response="passthrough"),
    Action("delete-history-item", "Remove a history item", "history", "DELETE", "/v1/history/{history_item_id}", destructive=True, idempotency=None),
    Action("get-user", "Read own user", "account", "GET", "/v1/user"),
    Action("get-subscription", "Read subscription", "account", "GET", "/v1/user/subscription"),
)
