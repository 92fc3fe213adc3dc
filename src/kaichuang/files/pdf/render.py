"""`render_pdf(template, data)`: typst in, PDF out, the same bytes for the same input."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import segno
import typst
from django.core.serializers.json import DjangoJSONEncoder

import kaichuang
from kaichuang.files.pdf.fonts import font_folders, fonts

PACKAGE = Path(kaichuang.__file__).resolve().parent
ARCHIVE = ("a-2b",)
"""PDF/A-2b: readable in thirty years."""


class TemplateMissing(LookupError):
    """No such template in any context."""


def template_path(template: str) -> Path:
    """`files/notice` is `files/typst/notice.typ` in the package; every context brings its own."""
    context, _, name = template.partition("/")
    path = PACKAGE / context / "typst" / f"{name}.typ"
    if not (context.isidentifier() and name.replace("-", "_").isidentifier() and path.is_file()):
        raise TemplateMissing(template)
    return path


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    created: datetime,
    standards: Sequence[str] = ARCHIVE,
) -> bytes:
    """The PDF of `template` filled with `data`.

    `data` reaches the template only as JSON (`#let data = json(bytes(sys.inputs.data))`), so text of users is
    text and can never be markup. `created` is the PDF's creation date: the same arguments give the same bytes,
    as long as the versions of typst and the fonts are the same. Raises `TemplateMissing` and `typst.TypstError`.
    """
    result = typst.compile(  # type: ignore[call-overload]  # standards are checked by typst itself
        str(template_path(template)),
        root=str(PACKAGE),
        font_paths=fonts(tuple(font_folders())),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, sort_keys=True)},
        pdf_standards=list(standards),
        timestamp=int(created.timestamp()),
    )
    return bytes(result)


def qr_svg(text: str) -> str:
    """A QR code as SVG, for templates to draw (`image(bytes(data.qr))`)."""
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="svg", border=0, scale=4, xmldecl=False)
    return out.getvalue().decode()
