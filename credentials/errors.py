"""Why a caller or a credential is refused; `services.access` gives each its place in HTTP."""


class AccessError(Exception):
    """Base of this module's errors; the text is for logs and holds no secret."""


class MissingKey(AccessError):
    """No key came with the request, or not in a scheme that we read."""


class InvalidKey(AccessError):
    """A key that is malformed, unknown, revoked, expired, or of an inactive org."""


class InvalidTicket(InvalidKey):
    """No ticket of ours, or one whose API key works no more."""


class ExpiredTicket(InvalidKey):
    """A ticket of ours whose time is over."""


class NoTicket(AccessError):
    """A valid ticket, where only API keys are taken."""


class WrongOrg(AccessError):
    """A valid key of another org."""


class NoSourceAllowed(AccessError):
    """The policy allows neither the org's own credential nor the platform's."""


class NoCredential(AccessError):
    """The allowed sources hold no credential."""


class CredentialUnreadable(AccessError):
    """The credential is there and does not open: wrong key ring, moved row, or damage."""


class NoSpare(AccessError):
    """The credential has no staged, or no previous, secret to take."""


class DirectoryUnavailable(AccessError):
    """The database cannot be asked, so nobody can be recognised."""
