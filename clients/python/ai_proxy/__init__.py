"""Calls the AI proxy: discover, invoke, upload, wait, download."""

from .answers import Answer, FileAnswer
from .client import Client
from .errors import JobFailed, ProxyError
from .files import FileLike
from .job import Job
from .progress import Bar

__all__ = ["Answer", "Bar", "Client", "FileAnswer", "FileLike", "Job", "JobFailed", "ProxyError"]
