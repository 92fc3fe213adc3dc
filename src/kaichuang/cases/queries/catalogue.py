"""What can be applied for: matters in the words of their packs, their way through the offices, and when they are open."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from kaichuang.cases.models import Matter, Round
from kaichuang.entitlement.queries.books import Loaded, loaded
from kaichuang.entitlement.words import localised, named, words
from kaichuang.kit.actor import Actor
from kaichuang.packs.schema.matters import Matter as MatterOfPack
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.packs.schema.workflows import Move, State, Workflow
from kaichuang.places.models import Programme
from kaichuang.places.queries.programmes import programmes_for
from kaichuang.rules.measures.model import Measure

_BOUND = {
    "review": lambda matter: matter.review is not None,
    "no_review": lambda matter: matter.review is None,
    "report": lambda matter: matter.report is not None,
    "no_report": lambda matter: matter.report is None,
}


def stage_title(stage: str) -> str:
    """The public's word for several states."""
    titles = {
        "draft": _("填报"),
        "acceptance": _("受理"),
        "review": _("审核"),
        "publicity": _("公示"),
        "decision": _("决定"),
        "payment": _("拨付"),
        "after": _("后续管理"),
        "closed": _("办结"),
    }
    return titles.get(stage, stage)


@dataclass(frozen=True, slots=True)
class Stop:
    """A state on the usual way of a case: at whose desk it lies, and how many working days are promised there."""

    state: State
    title: str
    unit: str
    days: int | None


@dataclass(frozen=True)
class Offer:
    """A matter as the public reads it."""

    matter: Matter
    file: MatterFile
    loaded: Loaded
    units: Mapping[str, str]
    round: Round | None
    now: datetime

    @property
    def spec(self) -> MatterOfPack:
        return self.file.matter

    @property
    def title(self) -> str:
        return words(self.spec.title)

    @cached_property
    def measure(self) -> Measure | None:
        return self.loaded.book.measure(self.spec.measure) if self.spec.measure else None

    @property
    def summary(self) -> str:
        """What it gives, in one sentence."""
        return words(self.measure.summary) if self.measure is not None else ""

    @property
    def subjects(self) -> list[tuple[str, str]]:
        """(code, title) of those who can apply."""
        return [(code, named(self.loaded.pack, "subjects", code)) for code in self.spec.applicants]

    @property
    def papers(self) -> list[tuple[str, bool, str]]:
        """(title, whether it must be there, note) of every paper."""
        return [
            (named(self.loaded.pack, "evidence", one.code), one.required, words(one.note))
            for one in self.spec.all_papers
        ]

    @property
    def when(self) -> str:
        """`open`, `soon` or `closed`; `automatic` where nobody needs to apply."""
        if self.spec.window == "none":
            return "automatic"
        if not self.matter.is_offered:
            return "closed"
        if self.spec.window == "rolling":
            return "open"
        if self.round is None:
            return "closed"
        return "open" if self.round.opens_at <= self.now else "soon"

    @property
    def days_left(self) -> int | None:
        """Whole days until the round closes or, before it, opens."""
        if self.round is None or self.spec.window != "round":
            return None
        until = self.round.closes_at if self.when == "open" else self.round.opens_at
        return (until - self.now).days

    @cached_property
    def way(self) -> list[Stop]:
        """The usual way of a case."""
        return way_of(self.file, self.units)

    @property
    def promised(self) -> list[Stop]:
        """The steps of the offices that have a limit."""
        return [stop for stop in self.way if stop.days is not None and stop.state.desk != "applicant"]

    @property
    def promised_days(self) -> int:
        """Working days from submission to payment, as promised altogether."""
        return sum(stop.days or 0 for stop in self.promised)


def matters_for(actor: Actor) -> QuerySet[Matter]:
    """The matters in force of every programme that the reader may see."""
    rows = Matter.objects.filter(programme__in=programmes_for(actor), current__isnull=False)
    return rows.select_related("programme__place", "current__pack_version").defer(
        "current__pack_version__content"
    )


def offers_of(programme: Programme, actor: Actor, now: datetime) -> list[Offer]:
    """Everything that a programme offers, in the order of its packs."""
    rows = list(matters_for(actor).filter(programme=programme, is_offered=True).order_by("pack", "pk"))
    return _offers(rows, programme, now)


def offer_of(matter: Matter, now: datetime) -> Offer:
    """One matter."""
    return _offers([matter], matter.programme, now)[0]


def _offers(rows: list[Matter], programme: Programme, now: datetime) -> list[Offer]:
    units = {unit.key: unit.name for unit in programme.units.all()}
    rounds: dict[int, Round] = {}
    for one in Round.objects.filter(matter__in=rows, closes_at__gt=now).order_by("opens_at"):
        rounds.setdefault(one.matter_id, one)
    packs: dict[int, Loaded] = {}
    found = []
    for row in rows:
        version = row.current
        assert version is not None  # the query asks for it
        if version.pack_version_id not in packs:
            packs[version.pack_version_id] = loaded(version.pack_version)
        found.append(Offer(row, version.file, packs[version.pack_version_id], units, rounds.get(row.pk), now))
    return found


def way_of(file: MatterFile, units: Mapping[str, str]) -> list[Stop]:
    """The shortest way from the start to a grant that the matter provides for; returns and disputes are left out."""
    flow, start = file.workflow, file.workflow.start.id
    came = {start: ""}
    queue = deque([start])
    while queue:
        source = queue.popleft()
        if flow.state(source).outcome == "granted":
            return [stop_of(file, state, units) for state in _back(flow, came, source)]
        for move in flow.out_of(source):
            if move.to not in came and not move.returns and _possible(move, file.matter):
                came[move.to] = source
                queue.append(move.to)
    return []


def stop_of(file: MatterFile, state: State, units: Mapping[str, str]) -> Stop:
    """A state with its unit and its limit."""
    key = file.matter.desks.get(state.desk) or file.matter.desks.get("lead", "")
    unit = "" if state.desk == "applicant" or state.kind == "end" else units.get(key, "")
    days = file.matter.days.get(state.id, state.days)
    if days is None and state.kind == "publicity":
        days = file.matter.publicity.days
    return Stop(state, words(state.title), localised(unit), days)


def _possible(move: Move, matter: MatterOfPack) -> bool:
    return all(_BOUND[word](matter) for word in move.needs if word in _BOUND)


def _back(flow: Workflow, came: Mapping[str, str], end: str) -> list[State]:
    way = [end]
    while came[way[-1]]:
        way.append(came[way[-1]])
    return [flow.state(id_) for id_ in reversed(way)]
