"""Second factors of the staff: what the database holds of them lets nobody sign in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from base64 import b32decode, b32encode
from typing import Any
from urllib.parse import quote, urlencode

from django.db import models
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from credentials import vault
from credentials.crypto import Row, SealedError

ISSUER = "AI proxy"
STEP, DIGITS = 30, 6  # what every authenticator app assumes (RFC 6238)
CODES = 10


class Authenticator(TimestampMixin, ThrottlingMixin, Device):
    """An app that shows a new code every half minute; its key is sealed by the vault's ring."""

    sealed = models.TextField()
    last_step = models.BigIntegerField(default=-1)  # no code counts twice

    audited_as = "second_factor"  # as `credentials.rotation` records it

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user",), name="one_authenticator"),)

    @classmethod
    def of(cls, user: Any, *, confirmed: bool = True) -> Authenticator | None:
        """This person's app, if one was set up to the end (or, not `confirmed`, begun)."""
        found: Authenticator | None = cls.objects.filter(user=user, confirmed=confirmed).first()
        return found

    @classmethod
    def begin(cls, user: Any) -> Authenticator:
        """A new key for the app that this person is setting up, in place of one begun before.

        Raises SealedError without a key ring.
        """
        key = b32encode(secrets.token_bytes(20)).decode()
        sealed = vault.ring().seal(key, _row(user.pk))
        cls.objects.filter(user=user, confirmed=False).delete()
        made: Authenticator = cls.objects.create(
            user=user, confirmed=False, sealed=sealed, name="app"
        )
        return made

    @property
    def key(self) -> str:
        """What the app shares with us, in base32. Raises SealedError when it does not open."""
        return vault.ring().open(self.sealed, self.row).reveal()

    @property
    def row(self) -> Row:
        """The place that its key is sealed for."""
        return _row(self.user_id)

    @property
    def url(self) -> str:
        """What the QR code says (Key Uri Format of Google Authenticator)."""
        label = quote(f"{ISSUER}:{self.user.get_username()}", safe=":")
        told = {"secret": self.key, "issuer": ISSUER, "period": STEP, "digits": DIGITS}
        return f"otpauth://totp/{label}?{urlencode(told, quote_via=quote)}"

    def verify_token(self, token: str) -> bool:
        """Whether this is a code of now, half a minute before or after, not used before."""
        if not self.verify_is_allowed()[0]:
            return False
        if not self._matches(token):
            self.throttle_increment()
            return False
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def _matches(self, token: str) -> bool:
        if not (token.isascii() and token.isdigit() and len(token) == DIGITS):
            return False
        try:
            totp = TOTP(b32decode(self.key), STEP, 0, DIGITS, 0)
        except SealedError:
            return False
        totp.time = time.time()
        if not totp.verify(int(token), tolerance=1, min_t=self.last_step + 1):
            return False
        self.last_step = totp.t()
        return True

    def get_throttle_factor(self) -> int:
        return 1  # second after the first wrong code, then 2, 4, 8...


class RecoveryCodes(TimestampMixin, ThrottlingMixin, Device):
    """For a lost phone: codes of 80 random bits, each for one use, kept as digests."""

    digests = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user",), name="one_set_of_codes"),)

    @classmethod
    def renew(cls, user: Any) -> list[str]:
        """New codes in place of all that were left; they cannot be read again."""
        codes = [_code() for _ in range(CODES)]
        digests = [_digest(user, code) for code in codes]
        cls.objects.update_or_create(user=user, defaults={"digests": digests, "name": "codes"})
        return codes

    @classmethod
    def left(cls, user: Any) -> int:
        """How many of this person's codes are still good."""
        row = cls.objects.filter(user=user).first()
        return len(row.digests) if row else 0

    def verify_token(self, token: str) -> bool:
        """Whether this is one of the codes; it is used up then."""
        if not self.verify_is_allowed()[0]:
            return False
        given = _digest(self.user, token)
        rest = [digest for digest in self.digests if not hmac.compare_digest(digest, given)]
        if len(rest) == len(self.digests):
            self.throttle_increment()
            return False
        self.digests = rest
        self.throttle_reset(commit=False)
        self.set_last_used_timestamp(commit=False)
        self.save()
        return True

    def get_throttle_factor(self) -> int:
        return 1


def _row(user: Any) -> Row:
    """What an app's key is sealed for: in another person's row it does not open."""
    return Row(id=str(user), scope="staff", org="", service="totp", version=1)


def _code() -> str:
    text = b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digest(user: Any, code: str) -> str:
    plain = code.lower().replace("-", "").replace(" ", "")
    return hashlib.sha256(f"{user.pk}:{plain}".encode()).hexdigest()
