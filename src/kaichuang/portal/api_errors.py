"""How the API refuses: always JSON, every problem at once, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from kaichuang.kit.problems import NotAllowed, Problem, Refused, Stale

_SENTENCES: Mapping[str, Any] = {
    "missing": gettext_lazy("缺少此项。"),
    "int_parsing": gettext_lazy("应为整数。"),
    "int_type": gettext_lazy("应为整数。"),
    "int_from_float": gettext_lazy("应为整数。"),
    "bool_parsing": gettext_lazy("应为 true 或 false。"),
    "date_from_datetime_parsing": gettext_lazy("应为日期，例如 2026-03-01。"),
    "date_parsing": gettext_lazy("应为日期，例如 2026-03-01。"),
    "datetime_from_date_parsing": gettext_lazy("应为时间，例如 2026-03-01T09:00:00+08:00。"),
    "datetime_parsing": gettext_lazy("应为时间，例如 2026-03-01T09:00:00+08:00。"),
    "uuid_parsing": gettext_lazy("应为 UUID。"),
    "string_type": gettext_lazy("应为文字。"),
    "string_too_short": gettext_lazy("文字至少 %(min_length)s 个字。"),
    "string_too_long": gettext_lazy("文字最多 %(max_length)s 个字。"),
    "string_pattern_mismatch": gettext_lazy("格式不符：%(pattern)s。"),
    "greater_than_equal": gettext_lazy("不能小于 %(ge)s。"),
    "greater_than": gettext_lazy("应大于 %(gt)s。"),
    "less_than_equal": gettext_lazy("不能大于 %(le)s。"),
    "less_than": gettext_lazy("应小于 %(lt)s。"),
    "enum": gettext_lazy("应为以下之一：%(expected)s。"),
    "literal_error": gettext_lazy("应为以下之一：%(expected)s。"),
    "json_invalid": gettext_lazy("请求内容不是有效的 JSON。"),
    "extra_forbidden": gettext_lazy("没有这一项，请删除。"),
}
"""pydantic's kinds of error in our words."""


def install(api: NinjaAPI) -> None:
    """Give the API its handlers."""

    def answer(request: HttpRequest, status: int, problems: list[Problem]) -> HttpResponse:
        listed = [
            {"code": one.code, "message": str(one.message), "field": one.field, "clause": one.clause}
            for one in problems
        ]
        return api.create_response(request, {"problems": listed}, status=status)

    @api.exception_handler(Refused)
    def refused(request: HttpRequest, error: Refused) -> HttpResponse:
        status = 422
        if isinstance(error, NotAllowed):
            status = 401 if "login_required" in error.codes else 403
        elif isinstance(error, Stale):
            status = 409
        return answer(request, status, list(error.problems))

    @api.exception_handler(ValidationError)
    def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return answer(request, 422, [_problem(detail) for detail in error.errors])

    @api.exception_handler(DataError)
    @api.exception_handler(OverflowError)
    def too_large(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(request, 422, [Problem("out_of_range", _("数值或文字超出范围，请检查后重试。"))])

    @api.exception_handler(Http404)
    def absent(request: HttpRequest, error: Http404) -> HttpResponse:
        return answer(request, 404, [Problem("not_found", _("没有找到，或您无权查看。"))])

    @api.exception_handler(AuthenticationError)
    def anonymous(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        return answer(request, 401, [Problem("login_required", _("请先登录。"))])

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        return answer(request, error.status_code, [Problem("refused", str(error))])


def _problem(detail: Mapping[str, Any]) -> Problem:
    kind = str(detail.get("type", ""))
    context = detail.get("ctx") or {}
    sentence = _SENTENCES.get(kind)
    message = str(sentence) % context if sentence is not None else str(detail.get("msg", kind))
    where = ".".join(str(part) for part in detail.get("loc", ()) if part not in ("body", "query", "path"))
    return Problem(kind or "invalid", message, field=where)
