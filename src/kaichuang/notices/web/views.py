"""Inbox and preferences."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kaichuang.kit.http import Request
from kaichuang.notices.models import Preference
from kaichuang.notices.operations import mark_all_read, mark_read, save_preference
from kaichuang.notices.queries import inbox_for, words_of
from kaichuang.notices.web.forms import InboxFilter, PreferenceForm
from kaichuang.notices.web.tables import INBOX, level_badge
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.ui.tables import respond


@login_required
@require_safe
def inbox(request: Request) -> HttpResponse:
    """One's own notices."""
    filters = InboxFilter(request.GET)
    rows = inbox_for(request.actor)
    if filters.values.get("unread"):
        rows = rows.filter(read_at=None)
    if level := filters.values.get("level"):
        rows = rows.filter(notice__level=level)
    return respond(request, table=INBOX, rows=rows, filters=filters, template="notices/inbox.html")


@login_required
@require_safe
def notice(request: Request, pk: int) -> HttpResponse:
    """One notice. The page itself tells that it was read, by a request of its own: asking for it changes nothing."""
    receipt = get_object_or_404(inbox_for(request.actor), pk=pk)
    context = {
        "receipt": receipt,
        "words": words_of(receipt.notice),
        "badge": level_badge(receipt),
        "crumbs": [(_("消息"), reverse("notices:inbox"))],
    }
    return render(request, "notices/notice.html", context)


@login_required
@require_POST
def opened(request: Request, pk: int) -> HttpResponse:
    """Mark one notice as read and go where it points, in the programme that it is about."""
    receipt = get_object_or_404(inbox_for(request.actor), pk=pk)
    mark_read(receipts=[receipt.pk], actor=request.actor, now=request.now)
    if request.htmx:
        return HttpResponse(status=204)
    notice, link = receipt.notice, receipt.notice.link
    if not link:
        return HttpResponseRedirect(reverse("notices:inbox"))
    if notice.programme is not None and notice.programme != request.programme:
        link += f"{'&' if '?' in link else '?'}{urlencode({'programme': notice.programme.slug})}"
    return HttpResponseRedirect(link)


@login_required
@require_POST
def read(request: Request) -> HttpResponse:
    """Mark the selected notices as read."""
    chosen = [int(value) for value in request.POST.getlist("selected") if value.isascii() and value.isdigit()]
    count = mark_read(receipts=chosen, actor=request.actor, now=request.now)
    messages.success(request, _("已将 %(count)d 条标为已读。") % {"count": count})
    return HttpResponseRedirect(reverse("notices:inbox"))


@login_required
@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark everything as read."""
    count = mark_all_read(actor=request.actor, now=request.now)
    messages.success(request, _("已将 %(count)d 条标为已读。") % {"count": count})
    return HttpResponseRedirect(reverse("notices:inbox"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: Request) -> HttpResponse:
    """How one wants to be told: in general, and for single programmes."""
    programmes = {programme.slug: programme for programme in programmes_for(request.actor)}
    bound = PreferenceForm(request.POST) if request.method == "POST" else None
    if bound is not None and bound.is_valid():
        values = dict(bound.cleaned_data)
        programme = programmes.get(values.pop("programme"))
        save_preference(actor=request.actor, programme=programme, **values)
        messages.success(request, _("已保存。"))
        return HttpResponseRedirect(reverse("notices:preferences"))
    own = {row.programme_id: row for row in Preference.objects.filter(user=request.user)}
    entries = []
    for slug, label, pk in [
        ("", _("所有项目"), None),
        *((p.slug, p.name, p.pk) for p in programmes.values()),
    ]:
        if bound is not None and bound.data.get("programme", "") == slug:
            entries.append((label, bound, pk in own))
            continue
        row = own.get(pk) or own.get(None) or Preference()
        initial = {name: getattr(row, name) for name in ("mail", "quiet_from", "quiet_until", "digest_at")}
        form = PreferenceForm(initial={**initial, "programme": slug}, auto_id=f"id_{slug or 'all'}_%s")
        entries.append((label, form, bool(slug) and pk in own))
    context = {"entries": entries, "crumbs": [(_("消息"), reverse("notices:inbox"))]}
    return render(request, "notices/preferences.html", context, status=422 if bound is not None else 200)
