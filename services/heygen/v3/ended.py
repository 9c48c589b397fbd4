"""The old actions that v3 has nothing for: why, and what comes nearest. Literals only."""

from __future__ import annotations

from collections.abc import Mapping

from services.service import Ended

_STREAMING = "interactive avatars moved to LiveAvatar, where HeyGen's keys do not work"

ENDED: Mapping[str, Ended] = {
    "list-avatars-v1": Ended("its answer was never documented", "list-avatars"),
    "list-voices-v1": Ended("its answer was never documented", "list-voices"),
    "list-voice-locales": Ended("v3 has no list of locales, but languages on its voices", "v3-list-voices"),
    "preview-voice": Ended("its answer was never documented", "v3-create-speech"),
    "create-photo-avatar": Ended("its request was never documented", "v3-create-avatar"),
    "generate-talking-photo": Ended("its request was never documented; a character of type talking_photo renders the same", "generate-video"),
    "generate-photo-avatar-photos": Ended("v3 makes an avatar from a prompt, and no pictures to choose from", "v3-create-avatar"),
    "generate-photo-avatar-looks": Ended("v3 makes a look from a prompt, and no pictures to choose from", "v3-create-avatar"),
    "get-photo-generation-status": Ended("v3 makes no pictures to choose from", "v3-get-avatar-look"),
    "train-photo-avatar-group": Ended("v3 has no training; what it makes is ready without", "v3-create-avatar"),
    "add-photo-avatar-motion": Ended("v3 takes a motion_prompt with each video", "v3-create-video"),
    "add-photo-avatar-sound-effect": Ended("v3 has no sound on avatars, but sounds to search", "v3-search-audio-sounds"),
    "upscale-photo-avatar": Ended("v3 takes a resolution with each video", "v3-create-video"),
    "search-public-avatar-groups": Ended("HeyGen withdrew it, and v3 has no search for text or tags", "v3-list-avatars"),
    "create-video-avatar": Ended("its answer was never documented, and v3 takes the avatar and the consent in two calls", "v3-create-avatar"),
    "list-brand-voices": Ended("its answer was never documented", "v3-list-brand-glossaries"),
    "update-brand-voice": Ended("v3's request was never documented", "v3-update-brand-glossary"),
    "share-video": Ended("v3 makes no share links; a video has its video_page_url", "v3-get-video"),
    "list-folders": Ended("v3 has no list of folders", "v3-get-folder"),
    "update-folder": Ended("v3 renames no folders", "v3-create-folder"),
    "trash-folder": Ended("v3 has no trash", "v3-get-folder"),
    "restore-folder": Ended("v3 has no trash", "v3-get-folder"),
    "add-personalized-contact": Ended("v3 has no personalized videos, but templates with variables", "v3-generate-template-video"),
    "get-personalized-project": Ended("v3 has no personalized videos", "v3-list-videos"),
    "get-personalized-audience": Ended("v3 has no personalized videos", "v3-list-videos"),
    "create-streaming-session": Ended(_STREAMING, "liveavatar:create-session-token"),
    "start-streaming-session": Ended(_STREAMING, "liveavatar:start-session"),
    "submit-streaming-ice": Ended("LiveAvatar leaves it to LiveKit, where HeyGen's keys do not work", "liveavatar:start-session"),
    "send-streaming-task": Ended("LiveAvatar takes it as the event avatar.speak_text of LiveKit", "liveavatar:start-session"),
    "interrupt-streaming-task": Ended("LiveAvatar takes it as the event avatar.interrupt of LiveKit", "liveavatar:start-session"),
    "stop-streaming-session": Ended(_STREAMING, "liveavatar:stop-session"),
    "keep-alive-streaming-session": Ended(_STREAMING, "liveavatar:keep-session-alive"),
    "create-streaming-token": Ended(_STREAMING, "liveavatar:create-session-token"),
    "list-streaming-sessions": Ended(_STREAMING, "liveavatar:list-sessions"),
    "list-streaming-history": Ended(_STREAMING, "liveavatar:list-sessions"),
    "list-streaming-avatars": Ended(_STREAMING, "liveavatar:list-public-avatars"),
    "list-knowledge-bases": Ended(_STREAMING, "liveavatar:list-contexts"),
    "create-knowledge-base": Ended(_STREAMING, "liveavatar:create-context"),
    "update-knowledge-base": Ended(_STREAMING, "liveavatar:update-context"),
    "delete-knowledge-base": Ended(_STREAMING, "liveavatar:delete-context"),
}
