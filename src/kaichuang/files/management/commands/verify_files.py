"""`kaichuang manage verify_files`: every kept file is there and unchanged."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kaichuang.files.queries.integrity import Finding, check_contents

_EVERY = 1000


class Command(BaseCommand):
    help = _("核对每个附件的内容与登记的校验值是否一致。")

    def handle(self, *args: Any, **options: Any) -> None:
        checked, findings = 0, 0
        for sha256, finding in check_contents():
            checked += 1
            if finding is not Finding.SOUND:
                findings += 1
                self.stdout.write(f"{sha256} {finding.label}")
            if checked % _EVERY == 0:
                self.stdout.write(_("已核对 %(count)d 个文件…") % {"count": checked})
        if findings:
            raise CommandError(
                _("共核对 %(checked)d 个文件，%(findings)d 个有问题。请从备份恢复。")
                % {"checked": checked, "findings": findings}
            )
        self.stdout.write(_("共核对 %(count)d 个文件，全部完好。") % {"count": checked})
