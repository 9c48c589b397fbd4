"""What outlives a call."""

from jobs.models.approvals import Approval
from jobs.models.attempts import Attempt
from jobs.models.batches import Batch, BatchItem
from jobs.models.inbound import InboundEvent, Receiver
from jobs.models.jobs import Job, JobEvent
from jobs.models.live import LiveSession
from jobs.models.outbound import Delivery, DeliveryTry, Endpoint, Message
from jobs.models.owned import Owned
from jobs.models.pace import Pace
from jobs.models.parcels import Parcel
from jobs.models.spend import Spend
from jobs.models.tickets import TicketUse

# Rows with a sealed text, which a rotation of the encryption key rewraps.
SEALED = (Approval, Attempt, BatchItem, Receiver, Endpoint, LiveSession, Parcel)

__all__ = [
    "SEALED",
    "Approval",
    "Attempt",
    "Batch",
    "BatchItem",
    "Delivery",
    "DeliveryTry",
    "Endpoint",
    "InboundEvent",
    "Job",
    "JobEvent",
    "LiveSession",
    "Message",
    "Owned",
    "Pace",
    "Parcel",
    "Receiver",
    "Spend",
    "TicketUse",
]
