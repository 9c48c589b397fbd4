"""The pages of the staff: signing in, then the admin's and the console's own."""

from django.contrib import admin
from django.urls import include, path

# Here and not at start-up: a worker that only carries calls never needs them.
admin.autodiscover()

urlpatterns = [
    path("", include("console.security.urls")),
    path("", admin.site.urls),
]
