"""Send a kept file: with its Chinese name, never interpreted by the browser, resumable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from kaichuang.files import store
from kaichuang.files.models import Attachment

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")


def file_response(request: HttpRequest, attachment: Attachment) -> HttpResponseBase:
    """200, 206 for one range, 304 when the browser has it, 416 for a range beyond the end (RFC 9110).

    Raises FileNotFoundError when the bytes are gone.
    """
    content = attachment.content
    etag = f'"{content.sha256}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = _body(request, content.sha256, content.size, etag)
    if response.status_code in {200, 206}:
        response["Content-Type"] = content.media_type
        response["Content-Disposition"] = content_disposition_header(True, attachment.name) or "attachment"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _body(request: HttpRequest, sha256: str, size: int, etag: str) -> HttpResponseBase:
    wanted = _wanted(request, size, etag)
    if wanted is None:
        return FileResponse(store.open_content(sha256))
    start, end = wanted
    if start >= size or start > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    response = StreamingHttpResponse(_part(store.open_content(sha256), start, end), status=206)
    response["Content-Range"] = f"bytes {start}-{end}/{size}"
    response["Content-Length"] = str(end - start + 1)
    return response


def _wanted(request: HttpRequest, size: int, etag: str) -> tuple[int, int] | None:
    """The one range asked for, both ends included; None for the whole. Several ranges get the whole, as allowed."""
    if request.headers.get("If-Range", etag) != etag:
        return None
    match = _RANGE.match(request.headers.get("Range", ""))
    if match is None or match[0] == "bytes=-":
        return None
    if not match[1]:
        return max(size - int(match[2]), 0), size - 1
    return int(match[1]), min(int(match[2]), size - 1) if match[2] else size - 1


def _part(stream: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    with stream:
        stream.seek(start)
        left = end - start + 1
        while left > 0 and (chunk := stream.read(min(store.CHUNK, left))):
            left -= len(chunk)
            yield chunk
