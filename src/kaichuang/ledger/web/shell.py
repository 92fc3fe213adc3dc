"""What the ledger hangs into the shell: navigation, figures of the front page, work."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.actor import Actor
from kaichuang.kit.money import format_wan
from kaichuang.ledger.enums import BatchState
from kaichuang.ledger.models import Account
from kaichuang.ledger.permissions import SEE_ALL
from kaichuang.ledger.queries import batches_for, due_payments_for, held_payments_for
from kaichuang.parties.models import Role
from kaichuang.ui import home, navigation, work
from kaichuang.ui.navigation import Area
from kaichuang.ui.work import WorkItem, WorkList


def hang() -> None:
    """Called once at start-up."""
    navigation.register(
        label=gettext_lazy("预算执行"),
        url_name="ledger:budgets",
        area=Area.DATA,
        icon="coins",
        text=gettext_lazy("每一笔专项资金的安排、预留、批复和支付。"),
        order=30,
    )
    navigation.register(
        label=gettext_lazy("按政策措施看资金"),
        url_name="ledger:measures",
        area=Area.PUBLICITY,
        icon="report-money",
        text=gettext_lazy("每项政策措施花了多少钱，依据哪一条。"),
        order=40,
    )
    section = gettext_lazy("资金")
    for order, (label, name, icon, roles) in enumerate(_PAGES):
        navigation.register(
            label=label,
            url_name=name,
            area=Area.WORKSPACE,
            icon=icon,
            section=section,
            order=60 + order,
            roles=roles,
        )
    work.register(
        key="payments",
        label=gettext_lazy("支付批次"),
        roles={Role.FINANCE},
        icon="receipt-2",
        order=30,
        to_do=batches_to_do,
    )
    home.register_figure(key="paid", order=30, ask=paid_so_far)


_EVERYBODY: frozenset[str] = frozenset()
_PAGES = (
    (gettext_lazy("账户"), "ledger:accounts", "credit-card", _EVERYBODY),
    (gettext_lazy("资金占用"), "ledger:claims", "receipt", _EVERYBODY),
    (gettext_lazy("支付批次"), "ledger:batches", "receipt-2", frozenset(SEE_ALL)),
    (gettext_lazy("限额"), "ledger:limits", "ruler", frozenset(SEE_ALL)),
    (gettext_lazy("试算平衡"), "ledger:trial_balance", "scale", frozenset(SEE_ALL)),
)


def batches_to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
    """Batches that wait for a checker, for sending or for results; then whether payments are due or held."""
    open_states = [BatchState.DRAFT, BatchState.APPROVED, BatchState.SENT]
    batches = list(batches_for(actor).filter(state__in=open_states).order_by("pk"))
    items = [
        WorkItem(
            title=_("支付批次 %(number)s") % {"number": batch.number},
            url=reverse("ledger:batch", args=[batch.pk]),
            state=BatchState(batch.state).label,
            tone="warning",
        )
        for batch in batches
    ]
    due = due_payments_for(actor).filter(due_on__lte=today).count()
    if due:
        items.append(
            WorkItem(
                title=_("%(count)d笔款项已到期，待编制批次") % {"count": due},
                url=reverse("ledger:make_batch"),
            )
        )
    held = held_payments_for(actor).count()
    if held:
        items.append(
            WorkItem(
                title=_("%(count)d笔款项被银行退回，待更正账户或核实放行") % {"count": held},
                url=reverse("ledger:batches"),
                tone="warning",
            )
        )
    return WorkList(tuple(items[:limit]), len(items), reverse("ledger:batches"))


def paid_so_far(actor: Actor, today: date) -> home.Figure | None:
    """How much this year's budgets have paid."""
    balances = Account.objects.filter(
        programme_id=actor.programme_id or 0, budget_line__budget__year=today.year, kind="paid"
    ).values_list("balance__balance", flat=True)
    paid = sum(map(int, balances))
    if not paid:
        return None
    return home.Figure(
        label=_("本年已支付扶持资金"),
        value=format_wan(paid),
        unit=_("万元"),
        url=reverse("ledger:budgets"),
        icon="coins",
    )
