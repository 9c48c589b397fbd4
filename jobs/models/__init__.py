"""What outlives a call."""

from jobs.models.attempts import Attempt
from jobs.models.batches import Batch, BatchItem
from jobs.models.inbound import InboundEvent, Receiver
from jobs.models.jobs import Job, JobEvent
from jobs.models.outbound import Delivery, DeliveryTry, Endpoint, Message
from jobs.models.owned import Owned
from jobs.models.pace import Pace
from jobs.models.spend import Spend
from jobs.models.tickets import TicketUse

# Rows with a sealed text, which a rotation of the encryption key rewraps.
SEALED = (Attempt, BatchItem, Receiver, Endpoint)

__all__ = [
    "SEALED",
    "Attempt",
    "Batch",
    "BatchItem",
    "Delivery",
    "DeliveryTry",
    "Endpoint",
    "InboundEvent",
    "Job",
    "JobEvent",
    "Message",
    "Owned",
    "Pace",
    "Receiver",
    "Spend",
    "TicketUse",
]
