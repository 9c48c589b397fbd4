"""The scenarios, one module each; `run` of each gives its part of the report."""

from benchmarks.scenarios import inflight, lists, startup, status, transfer

SCENARIOS = {
    "status": status.run,
    "inflight": inflight.run,
    "list": lists.run,
    "transfer": transfer.run,
    "startup": startup.run,
}
