"""Files too long for an agent's answer: kept for a day behind a signed link."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from credentials.crypto import SealedError
from jobs import database, parcels
from services.errors import NotFound, Unavailable
from services.following import showing
from services.following.door import Visit
from services.following.links import for_anybody

_SALT = "services.agents.parcels"
_SHOWN = ("audio/", "video/", "image/png", "image/jpeg", "image/webp", "image/gif")


async def kept(visit: Visit, content: bytes, kind: str) -> dict[str, Any]:
    """Put the bytes away; where anybody finds them, and until when."""
    row = await database.run(parcels.keep, visit.caller.org.id, content, kind)
    path = f"/api/ai-proxy/parcels/{signing.dumps(str(row.pk), salt=_SALT)}"
    base = settings.PUBLIC_URL.rstrip("/")
    url = f"{base}{path}" if base else visit.request.build_absolute_uri(path)
    return {"url": url, "expires_at": showing.moment(row.expires_at)}


async def _fetched(request: HttpRequest, token: str) -> HttpResponseBase:
    try:
        name = uuid.UUID(signing.loads(token, salt=_SALT, max_age=parcels.KEPT))
        found = await database.run(parcels.fetched, name)
    except (signing.BadSignature, ValueError):
        raise NotFound from None
    except SealedError:
        raise Unavailable("The file cannot be read.", code="answer_unreadable") from None
    except (DatabaseError, InterfaceError) as exc:
        raise Unavailable(code="directory_unavailable") from exc
    if found is None:
        raise NotFound
    content, kind = found
    headers = {"Cache-Control": "private, max-age=3600"}
    if not kind.startswith(_SHOWN):
        kind = "application/octet-stream"  # no page of a vendor's is shown in our name
    headers["Content-Disposition"] = "inline" if kind.startswith(_SHOWN) else "attachment"
    return HttpResponse(content, content_type=kind, headers=headers)


parcel = for_anybody(_fetched)
