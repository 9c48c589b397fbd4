"""The file of an upload, from the request to the disk: its name, its type, its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from urllib.parse import unquote

from django.conf import settings
from django.http import HttpRequest

from services import envelope
from services.action import Upload, shown
from services.errors import BadRequest, UnsupportedMedia

NAME_HEADER = "HTTP_X_FILENAME"
MAX_NAME = 200  # characters
_UNTYPED = ("", "application/octet-stream", "binary/octet-stream")
_BY_ENDING = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "wav": "audio/wav",
    "pdf": "application/pdf",
    "srt": "application/x-subrip",
}
_OTHER_WORDS = {
    "image/jpg": "image/jpeg",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
}
_UNUSABLE = re.compile(r'[\x00-\x1f\x7f"\\/]')


@dataclass(frozen=True, slots=True)
class File:
    """A file that is here whole, on disk unless it is small; close it in the end."""

    name: str
    kind: str  # its media type
    sha256: str
    upload: Upload

    @property
    def size(self) -> int:
        return self.upload.size

    async def chunks(self, told: Callable[[int], None]) -> AsyncIterator[bytes]:
        """Its bytes from the start; `told` hears how many have been taken."""
        taken = 0
        async for chunk in self.upload.chunks():
            taken += len(chunk)
            told(taken)
            yield chunk

    def close(self) -> None:
        self.upload.close()


async def read(request: HttpRequest, name: str, types: frozenset[str]) -> File:
    """The request's one file: its whole body, or the one part of a form.

    `name` is what the query calls it, which counts before the header and the part's own. Raises
    BadRequest, TooLarge, UnsupportedMedia, StorageFull.
    """
    name = name or unquote(request.META.get(NAME_HEADER, ""), errors="replace")
    is_form = (request.content_type or "").lower() == "multipart/form-data"
    if not is_form:  # before a byte of it is read
        _kind(request.META.get("CONTENT_TYPE", ""), name, types)
    seen = hashlib.sha256()
    upload = await envelope.one_file(request, settings.MAX_ASSET_BYTES, seen.update)
    try:
        name = name or upload.filename or ""
        kind = _kind(upload.content_type or "", name, types)
        if not upload.size:
            raise BadRequest("The file is empty.", code="empty_file")
        return File(_plain(name, kind), kind, seen.hexdigest(), upload)
    except BaseException:
        upload.close()
        raise


def _kind(given: str, name: str, types: frozenset[str]) -> str:
    """The file's media type, by its name where nothing better was said."""
    told = given.partition(";")[0].strip().lower()
    kind = _OTHER_WORDS.get(told, told)
    if kind in _UNTYPED:
        kind = _BY_ENDING.get(name.rpartition(".")[2].lower(), kind)
    if kind not in types:
        what = shown(kind) or "file without a type"
        raise UnsupportedMedia(f"The vendor takes no {what}, but {', '.join(sorted(types))}.")
    return kind


def _plain(name: str, kind: str) -> str:
    """The last part of a name, as every form and file system can hold it."""
    last = _UNUSABLE.sub("_", re.split(r"[/\\]", name)[-1]).strip(" .")[-MAX_NAME:]
    if last.isprintable() and last:
        return last
    endings = (ending for ending, known in _BY_ENDING.items() if known == kind)
    return f"upload.{next(endings, 'bin')}"
