"""Are the kept bytes still what was handed in?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _

from kaichuang.files import store
from kaichuang.files.models import Content


class Finding(models.TextChoices):
    SOUND = "sound", _("完好")
    MISSING = "missing", _("文件缺失")
    CHANGED = "changed", _("内容被改动")


def check_contents() -> Iterator[tuple[str, Finding]]:
    """(hash, finding) of every content that should be there; reads every byte."""
    contents = Content.objects.filter(purged_at=None).order_by("pk").values_list("sha256", flat=True)
    for sha256 in contents.iterator(chunk_size=1000):
        path = store.path_of(sha256)
        if not path.is_file():
            yield sha256, Finding.MISSING
        elif store.hash_of(path) != sha256:
            yield sha256, Finding.CHANGED
        else:
            yield sha256, Finding.SOUND
