"""What the officer should look at before money is promised: each a sentence with a link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.cases.models import Case, ClaimKey, Decision, DecisionKind
from kaichuang.cases.queries.keys import shared_keys
from kaichuang.entitlement.queries.books import compiled
from kaichuang.kit.money import format_yuan
from kaichuang.parties.models import Membership, Party, Relation
from kaichuang.parties.queries.conflicts import conflicts
from kaichuang.support.models import PayeeAccount

MOST = 20
"""Of each sort of finding."""
OUTLYING = 3
"""Times the median from which an amount is told as unusual, among at least `ENOUGH` others."""
ENOUGH = 5

_KINDS = {
    "invoice": gettext_lazy("发票"),
    "contract": gettext_lazy("合同"),
    "patent": gettext_lazy("专利"),
    "person": gettext_lazy("人员"),
    "project": gettext_lazy("项目"),
    "event": gettext_lazy("活动"),
    "file": gettext_lazy("文件"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence, how grave it is (`danger`, `warning`, `info`), and where to look."""

    code: str
    tone: str
    text: str
    url: str = ""


def findings_of(case: Case) -> list[Finding]:
    """The same papers elsewhere, related claimants, earlier grants that count, and amounts out of the ordinary."""
    return [
        *_same_papers(case),
        *_related(case),
        *_earlier(case),
        *_unusual(case),
    ]


def _same_papers(case: Case) -> Iterator[Finding]:
    for key in shared_keys(case)[:MOST]:
        other = key.case
        text = _("%(kind)s“%(shown)s”也出现在%(number)s（%(place)s，%(matter)s，%(party)s）。") % {
            "kind": kind_label(key),
            "shown": key.shown,
            "number": other,
            "place": other.programme,
            "matter": other.matter,
            "party": other.party,
        }
        yield Finding("same_paper", "danger" if key.held else "warning", text, _link(case, other))


def kind_label(key: ClaimKey) -> str:
    return str(_KINDS.get(key.kind, key.kind))


def _related(case: Case) -> Iterator[Finding]:
    """Claimants of the same measure, or of the same papers, who are close to this one."""
    measure = case.matter.measure
    others = Case.objects.filter(submitted_at__isnull=False).exclude(party=case.party_id)
    same = others.filter(Q(matter__measure=measure) & ~Q(matter__measure="") | Q(pk__in=_sharing(case)))
    near = _neighbours(case.party_id)
    for other in same.filter(party__in=near).select_related("party", "matter", "programme")[:MOST]:
        paths = conflicts(between=case.party_id, and_=other.party_id, on=case.as_of, depth=2)
        if paths:
            text = _("%(party)s也申报了“%(matter)s”（%(number)s），两者有关联：%(how)s") % {
                "party": other.party,
                "matter": other.matter,
                "number": other,
                "how": paths[0],
            }
            yield Finding("related", "warning", text, _link(case, other))
    yield from _same_contacts(case, same.values_list("party", flat=True))


def _sharing(case: Case) -> list[int]:
    return [key.case_id for key in shared_keys(case)[:MOST]]


def _neighbours(party: int) -> set[int]:
    """Parties one or two relations away."""
    near: set[int] = {party}
    for _step in range(2):
        pairs = Relation.objects.filter(Q(source__in=near) | Q(target__in=near)).values_list(
            "source", "target"
        )[:2000]
        near |= {end for pair in pairs for end in pair}
    return near - {party}


def _same_contacts(case: Case, claimants: object) -> Iterator[Finding]:
    """The same bank account, person, mailbox or telephone as another claimant."""
    party = case.party
    others = Party.objects.filter(pk__in=claimants).exclude(pk=party.pk)  # type: ignore[misc]  # a values_list
    numbers = PayeeAccount.objects.filter(party=party.pk).values("number_hash")
    found: dict[tuple[int, str], Party] = {}
    accounts = PayeeAccount.objects.filter(number_hash__in=numbers).exclude(party=party.pk)
    for other in Party.objects.filter(pk__in=accounts.values("party"))[:MOST]:
        found[other.pk, _("收款账号")] = other
    people = Membership.objects.filter(party=party.pk, until=None).values("user")
    for other in others.filter(memberships__user__in=people, memberships__until=None).distinct()[:MOST]:
        found[other.pk, _("办事人员")] = other
    if party.email:
        for other in others.filter(email__iexact=party.email)[:MOST]:
            found[other.pk, _("电子邮箱")] = other
    if party.phone:
        for other in others.exclude(phone="").order_by("-pk")[:300]:
            if other.phone == party.phone:
                found[other.pk, _("联系电话")] = other
    for (_pk, what), other in list(found.items())[:MOST]:
        text = _("%(party)s与申请人使用同一%(what)s。") % {"party": other, "what": what}
        yield Finding("same_contact", "warning", text)


def _earlier(case: Case) -> Iterator[Finding]:
    """What the party was granted under the same measure, or under measures that do not go together with it."""
    measure = case.matter.measure
    if not measure:
        return
    beside = _not_together(case, measure)
    party = case.beneficiary_id or case.party_id
    granted = (
        Decision.objects.filter(
            Q(case__beneficiary=party) | Q(case__beneficiary=None, case__party=party),
            kind=DecisionKind.GRANTED,
            case__matter__measure__in={measure, *beside},
        )
        .exclude(case=case.pk)
        .exclude(case__decisions__kind=DecisionKind.REVOKED)
        .select_related("case__matter", "case__programme")
        .order_by("-decided_on")
    )
    for one in granted[:MOST]:
        rule = beside.get(one.case.matter.measure, "")
        text = _("此前已获“%(matter)s”%(amount)s元（%(day)s，%(number)s）。%(rule)s") % {
            "matter": one.case.matter,
            "amount": format_yuan(one.amount_fen),
            "day": one.decided_on,
            "number": one.case,
            "rule": rule,
        }
        yield Finding("earlier", "info", text, _link(case, one.case))


def _not_together(case: Case, measure: str) -> dict[str, str]:
    """Measures with which a stacking rule of the pack deals, and what it says."""
    pack = compiled(case.version.pack_version)[0]
    found: dict[str, str] = {}
    for rule in pack.own.stacking:
        if rule.kind not in {"highest_only", "exclusive", "prevails"}:
            continue
        together = rule.measures or tuple(one.id for one in pack.own.measures)
        if measure in (*together, *rule.over):
            found |= dict.fromkeys((*together, *rule.over), f"{rule.clause}：{rule.title.zh}")
    return {other: text for other, text in found.items() if other != measure}


def _unusual(case: Case) -> Iterator[Finding]:
    mine = case.requested_fen or case.ceiling_fen or 0
    others = Case.objects.filter(
        matter=case.matter_id, submitted_at__isnull=False, ceiling_fen__gt=0
    ).exclude(pk=case.pk)
    amounts = [fen or 0 for fen in others.order_by("-pk").values_list("ceiling_fen", flat=True)[:500]]
    if len(amounts) < ENOUGH or not mine:
        return
    middle = int(median(amounts))
    if mine > OUTLYING * middle:
        text = _("金额%(mine)s元，是同一事项中位数%(middle)s元的%(times)s倍以上。") % {
            "mine": format_yuan(mine),
            "middle": format_yuan(middle),
            "times": mine // middle,
        }
        yield Finding("unusual", "info", text)


def _link(case: Case, other: Case) -> str:
    """Cases of another programme are not open to this one's officers."""
    return reverse("cases:desk_case", args=[other.pk]) if other.programme_id == case.programme_id else ""
