"""Orgs, their keys and credentials, and what can be called: one row each, read on every call."""

from __future__ import annotations

import hashlib
from typing import ClassVar

from cryptography.fernet import Fernet
from django.db import models

from benchmarks.obvious import settings


class Org(models.Model):
    objects: ClassVar[models.Manager[Org]] = models.Manager()
    slug = models.SlugField(unique=True)


class ApiKey(models.Model):
    objects: ClassVar[models.Manager[ApiKey]] = models.Manager()
    org = models.ForeignKey(Org, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)

    is_authenticated = True  # what DRF's IsAuthenticated asks of a user


class Service(models.Model):
    objects: ClassVar[models.Manager[Service]] = models.Manager()
    slug = models.SlugField(unique=True)
    base_url = models.URLField()
    auth_header = models.CharField(max_length=64)
    is_enabled = models.BooleanField(default=True)


class Action(models.Model):
    objects: ClassVar[models.Manager[Action]] = models.Manager()
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    slug = models.SlugField()
    method = models.CharField(max_length=8)
    path_template = models.CharField(max_length=200)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        unique_together = (("service", "slug"),)


class Credential(models.Model):
    org = models.ForeignKey(Org, on_delete=models.CASCADE)
    service = models.ForeignKey(Service, on_delete=models.CASCADE)
    sealed = models.BinaryField()

    class Meta:
        unique_together = (("org", "service"),)

    def seal(self, secret: str) -> None:
        self.sealed = Fernet(settings.FERNET_KEY).encrypt(secret.encode())

    def open(self) -> str:
        return Fernet(settings.FERNET_KEY).decrypt(bytes(self.sealed)).decode()


def digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
