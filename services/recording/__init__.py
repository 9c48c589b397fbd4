"""The ledger's part in a call: claimed before it is sent, settled before it is answered."""

from services.recording.recorder import Work, named, recorded
from services.recording.steady import finish, kept, whole

__all__ = ["Work", "finish", "kept", "named", "recorded", "whole"]
