"""Where this worker is in its life: whether it is leaving, and whether the whole service is."""

from __future__ import annotations

CLOSE = (b"connection", b"close")  # what answers of a leaving worker carry


class Life:
    """Two switches that are only ever turned on."""

    def __init__(self) -> None:
        self.leaving = False  # answers say `Connection: close`, so that kept connections move on
        self.draining = False  # not ready any more: load balancers send no new calls

    def leave(self) -> None:
        """This worker is being replaced; the service goes on."""
        self.leaving = True

    def drain(self) -> None:
        """The service as a whole stops soon."""
        self.leaving = self.draining = True


life = Life()
