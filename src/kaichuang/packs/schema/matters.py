"""Matters (事项): what can be applied for, by whom, when, with what papers, and through which workflow."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kaichuang.rules.measures.facts import Clause, Id, Name
from kaichuang.rules.measures.values import Part, Ratio, Text

from .workflows import Workflow

Shortfall = Literal["refuse", "queue", "by_score", "first_come", "pro_rata", "carry_over"]
"""What happens when a pot is too small; declared before a window opens. queue: in the order of decision, next year
too · by_score: the best first · first_come: by the time of submission · pro_rata: the same share for all ·
carry_over: the rest from next year's pot."""


class Paper(Part):
    """A paper to hand in. ``when`` is a yes/no fact; where it is no, the paper is not asked for."""

    code: str
    required: bool = True
    when: Name | None = None
    per_row: Name | None = None
    """One for each row of a table (an invoice for each purchase)."""
    note: Text | None = None


class Key(Part):
    """What must not be claimed twice: a column of a table, or a fact, brought to one spelling."""

    kind: Literal["invoice", "contract", "patent", "person", "project", "event"]
    table: Name | None = None
    name: Name
    exclusive: bool = True
    """Refused while another case holds it; else only shown to the officer."""


class Criterion(Part):
    """One line of an experts' sheet."""

    code: Name = Field(max_length=40)
    title: Text
    most: int = Field(ge=1, le=1000)
    hint: Text | None = None


class Review(Part):
    """How experts review: how many, of which specialities, on which sheet, and how scores become one."""

    seats: int = Field(default=5, ge=1, le=25)
    specialities: tuple[str, ...] = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1, max_length=40)
    aggregate: Literal["mean", "trimmed", "median"] = "mean"
    pass_mark: int | None = Field(default=None, ge=0)
    quota: int | None = Field(default=None, ge=1)
    divergence: int | None = Field(default=None, ge=1)
    """Points between the highest and the lowest score from which another expert reads."""
    blind: bool = False
    days: int = Field(default=10, ge=1, le=250)
    ties: tuple[str, ...] = ()


class Publicity(Part):
    """How results are made public before they are final."""

    days: int = Field(default=5, ge=1, le=250)
    """Working days."""
    shows: tuple[Literal["party", "measure", "amount", "clause", "unit"], ...] = Field(
        default=("party", "measure", "amount", "clause"), min_length=1
    )
    clause: Clause | None = None


class Tranche(Part):
    """One part of the payment and what it waits for."""

    id: Name
    title: Text
    share: Ratio
    papers: tuple[str, ...] = ()
    clause: Clause | None = None


class Report(Part):
    """The report on the use of earmarked money."""

    months: int = Field(default=12, ge=1)
    papers: tuple[str, ...] = ("use_report",)


class Matter(Part):
    """Something that can be applied for. What is left out follows from its measure."""

    id: Id
    title: Text
    clause: Clause | None = None
    measure: Id | None = None
    scheme: Id | None = None
    applicants: tuple[str, ...] = ()
    window: Literal["rolling", "round", "none"] = "rolling"
    """round: only while a round is open · none: nobody needs to apply (免申即享)."""
    workflow: Id = "award"
    desks: dict[Name, Id] = Field(default_factory=dict)
    """Which unit sits at which desk; ``lead`` is the first responsible unit of the measure unless said otherwise."""
    districts: dict[str, Id] = Field(default_factory=dict)
    """Which unit sits at the desk ``recommender``, by the applicant's administrative division (GB/T 2260 code)."""
    days: dict[Name, Annotated[int, Field(ge=1, le=365)]] = Field(default_factory=dict)
    """Working-day limits of states, in place of the workflow's own."""
    promise: int | None = Field(default=None, ge=1)
    """Working days from acceptance to the decision, as promised to the public."""
    asks: tuple[Name, ...] = ()
    """Facts and tables asked for besides those that the measure needs."""
    evidence: tuple[str, ...] = ()
    papers: tuple[Paper, ...] = ()
    keys: tuple[Key, ...] = ()
    review: Review | None = None
    publicity: Publicity = Publicity()
    tranches: tuple[Tranche, ...] = ()
    report: Report | None = None
    shortfall: Shortfall = "queue"
    notes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _tranches_are_whole(self) -> Self:
        if self.tranches and sum(tranche.share for tranche in self.tranches) != 1:
            raise ValueError("各期拨付比例之和应为 100% | the shares of the tranches add up to 100%")
        return self

    @property
    def all_papers(self) -> tuple[Paper, ...]:
        """Every paper: those with terms of their own, and the codes of ``evidence``."""
        own = {paper.code for paper in self.papers}
        return (*self.papers, *(Paper(code=code) for code in self.evidence if code not in own))


class MatterFile(Part):
    """A matter with its workflow, as it is kept for cases: everything that was promised, in one document."""

    matter: Matter
    workflow: Workflow
