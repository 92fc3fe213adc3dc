from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.files.web import views
from kaichuang.files.web.verify import verify

app_name = "files"
urlpatterns: list[URLPattern | URLResolver] = [
    path("attachments/", views.attachment_list, name="attachments"),
    path("attachments/upload/", views.upload, name="upload"),
    path("attachments/<int:pk>/", views.attachment, name="attachment"),
    path("attachments/<int:pk>/download/", views.download, name="download"),
    path("documents/", views.document_list, name="documents"),
    path("documents/<int:pk>/", views.document, name="document"),
    path("verify/", verify, name="verify"),
]
