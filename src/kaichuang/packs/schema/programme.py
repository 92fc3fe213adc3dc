"""What a programme runs on besides its measures: targets, budgets, recognition, vouchers, loans, funds, sanctions."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from kaichuang.rules.measures.facts import Clause, Id, Name
from kaichuang.rules.measures.model import Condition, MeasureKind
from kaichuang.rules.measures.values import Day, Fen, Part, Text

from .documents import Named


class Target(Part):
    """A quantified aim. ``comparator`` follows the wording: 以上/bare number ``>=``, 超过 ``>``, 左右 ``~``."""

    id: Id
    clause: Clause
    title: Text
    indicator: Name
    """The statistic it is measured by; shared with report forms and the open data."""
    comparator: Literal[">=", ">", "~", "=", "each>=", "range"]
    value: int
    upper: int | None = None
    unit: str
    due: Day | None = None
    kind: Literal["stock", "increment", "coverage", "list"] = "stock"
    soft: bool = False
    """An aim the text only strives for (争取); reported apart from the others."""
    part_of: Id | None = None
    among: Name | None = None
    """For coverage: the vocabulary or layout whose members must each reach the value."""
    responsible: tuple[Id, ...] = ()
    counts: Text | None = None
    """What is counted, in words."""
    filter: dict[str, Any] = Field(default_factory=dict)
    """How the platform's own registers are counted: register, level, kind, since …"""
    catalogue: tuple[str, ...] = ()
    readings: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _range_has_upper(self) -> Self:
        if (self.comparator == "range") != (self.upper is not None):
            raise ValueError("range 必须写 upper,其余不写 | upper belongs to range")
        return self


class Earmark(Part):
    """One line of a budget."""

    id: Id
    amount: Fen | None
    title: Text
    clause: Clause


class Budget(Part):
    """Money set aside. ``total: null`` is an amount the finance bureau still has to enter."""

    id: Id
    title: Text
    clause: Clause
    catalogue: tuple[str, ...] = ()
    payer: Text
    """Whose money it is: the county, the city, the districts."""
    period: Literal["year", "validity"] = "year"
    total: Fen | None
    lines: tuple[Earmark, ...] = Field(min_length=1)
    when_short: Literal["refuse", "queue"] = "queue"
    """What happens to a commitment that no longer fits."""
    readings: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        amounts = [line.amount for line in self.lines]
        known = [amount for amount in amounts if amount is not None]
        if self.total is not None and len(known) == len(amounts) and sum(known) != self.total:
            raise ValueError("各支出项之和不等于总额 | the lines do not add up to the total")
        return self


class Level(Part):
    """One level or tier of a recognition scheme, lowest first."""

    id: Name
    title: Text
    clause: Clause
    also: tuple[str, ...] = ()
    """Other names under which the text speaks of the same level."""
    decided_by: Literal["here", "higher"] = "here"
    conditions: tuple[Condition, ...] = ()


class Scheme(Part):
    """A recognition (认定): what is recognised, on which levels, on which conditions, with what papers."""

    id: Id
    title: Text
    clause: Clause
    clauses: tuple[Clause, ...] = ()
    catalogue: tuple[str, ...] = ()
    subject: str
    fact: Name | None = None
    """The fact that holds the level in rules."""
    levels: tuple[Level, ...] = Field(min_length=1)
    nested: bool = True
    """A higher level counts as the lower ones too (县级以上)."""
    conditions: tuple[Condition, ...] = ()
    materials: tuple[str, ...] = ()
    responsible: tuple[Id, ...] = ()
    publicity_days: int | None = None
    valid_years: int | None = None
    readings: tuple[Id, ...] = ()
    notes: tuple[Text, ...] = ()


class VoucherProgramme(Part):
    """Innovation or start-up vouchers. Figures left open by the text are parameters of the measure."""

    id: Id
    title: Text
    clause: Clause
    catalogue: tuple[str, ...] = ()
    kind: Literal["innovation", "startup"]
    measure: Id
    issuer: Literal["space", "district", "park", "bureau"]
    issuers: tuple[Id, ...] = ()
    holders: tuple[str, ...]
    services: Name
    """The vocabulary of services it pays for."""
    responsible: tuple[Id, ...] = ()
    transferable: bool = False
    status: Literal["planned", "pilot", "running"] = "running"
    readings: tuple[Id, ...] = ()


class LoanProduct(Part):
    """A bank's product or a guarantee scheme named in the text."""

    id: Id
    title: Text
    clause: Clause
    lender: Id | None = None
    kind: Literal["credit", "guarantee", "risk_pool", "startup_guaranteed", "pledge"]
    measure: Id | None = None
    printed: str = ""
    """The name as printed, where the print is damaged."""
    purpose: Text | None = None


class Fund(Part):
    """A fund, a guidance fund or a risk pool."""

    id: Id
    title: Text
    clause: Clause
    kind: Literal["angel", "guidance", "venture", "seed", "risk_pool", "incubation", "guarantee"]
    manager: Id | None = None
    measure: Id | None = None
    invests_in: Text | None = None
    status: Literal["named", "to_explore", "running"] = "named"


class Sanction(Part):
    """What follows from a failure: the measure that computes it, what is lost with it, whom a ban keeps out."""

    id: Id
    title: Text
    clause: Clause
    measure: Id
    subject: str
    actions: tuple[Literal["notice", "rectify", "delist", "revoke", "ban", "recover", "publish"], ...]
    cascade: tuple[str, ...] = ()
    """Qualifications (codes of ``cascade_vocabulary``) revoked at the same time."""
    vocabulary: Name | None = None
    bars: tuple[MeasureKind | Literal["recognition"], ...] = ()
    responsible: tuple[Id, ...] = ()
    readings: tuple[Id, ...] = ()


class Zone(Part):
    """An area or a node of a layout with its focus."""

    id: Id
    title: Text
    tier: str = ""
    areas: tuple[str, ...] = ()
    """GB/T 2260 codes or printed names of the areas."""
    focus: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    role: Text | None = None
    partners: tuple[str, ...] = ()
    least: int = 0


class Layout(Part):
    """A spatial plan (空间布局)."""

    id: Id
    title: Text
    clause: Clause
    clauses: tuple[Clause, ...] = ()
    catalogue: tuple[str, ...] = ()
    tiers: tuple[Named, ...] = ()
    zones: tuple[Zone, ...]
    open_ended: bool = False
    """Whether further zones may be added (等, X)."""


class Entry(Part):
    """A member of a list."""

    code: str
    title: Text
    also: tuple[str, ...] = ()
    clause: Clause | None = None
    note: Text | None = None
    data: dict[str, Any] = Field(default_factory=dict)


class Vocabulary(Part):
    """A controlled list: forms, modes, groups, service classes."""

    id: Name
    title: Text
    clauses: tuple[Clause, ...] = ()
    catalogue: tuple[str, ...] = ()
    ordered: bool = False
    open_ended: bool = False
    items: tuple[Entry, ...]


class Catalogue(Part):
    """A list of things that the programme offers or names: contests, events, brands, services, platforms, plans."""

    id: Name
    kind: Literal[
        "contest",
        "event",
        "brand",
        "service",
        "platform",
        "plan",
        "carrier",
        "body",
        "indicator",
        "task",
        "partner",
    ]
    title: Text
    clauses: tuple[Clause, ...] = ()
    catalogue: tuple[str, ...] = ()
    owner: Id | None = None
    open_ended: bool = False
    items: tuple[Entry, ...]


class Form(Part):
    """A report form that carriers or units must fill in. The facts context reads further keys from it."""

    model_config = ConfigDict(extra="allow", frozen=True, str_strip_whitespace=True)

    id: Id
    title: Text
    clause: Clause
    reporter: str
    period: Literal["month", "quarter", "year", "once"]
