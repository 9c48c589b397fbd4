"""Routes of the pages about signing in, in front of the admin's own."""

from django.contrib import admin
from django.urls import path

from console.security import views

app_name = "security"
guarded = admin.site.admin_view
urlpatterns = [
    path("password_change/", guarded(views.change_password), name="password"),
    path("security/password/", guarded(views.sudo), name="sudo"),
    path("security/code/", guarded(views.verify), name="verify"),
    path("security/", guarded(views.overview), name="factor"),
    path("security/set-up/", guarded(views.enrol), name="enrol"),
    path("security/recovery-codes/", guarded(views.renew), name="renew"),
    path("security/remove/", guarded(views.remove), name="remove"),
]
