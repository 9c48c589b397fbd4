"""What of the database the staff sees, and how it changes: secrets go in and never come out."""

from django.contrib import admin

from console import routes
from console.admin import api_keys, credentials, orgs, policies  # noqa: F401  they register

admin.site.index_template = "console/home.html"
admin.site.extra_urls = routes.site  # type: ignore[attr-defined]  # read by unfold's site
