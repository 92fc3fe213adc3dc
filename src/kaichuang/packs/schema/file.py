"""The sections a pack file may hold. Every file of a pack has this one shape; its name is free."""

from __future__ import annotations

from pydantic import Field

from kaichuang.rules.measures.decisions import Table
from kaichuang.rules.measures.facts import Collection, Fact, Grouping, Name, Total
from kaichuang.rules.measures.model import GeneralCondition, Measure, Parameter, Reading, StackingRule
from kaichuang.rules.measures.values import Part
from kaichuang.rules.scoring.model import Sheet

from .documents import Accepted, Document, Named, PackInfo, Responsibility, Unit
from .examples import Test
from .matters import Matter
from .programme import (
    Budget,
    Catalogue,
    Form,
    Fund,
    Layout,
    LoanProduct,
    Sanction,
    Scheme,
    Target,
    Vocabulary,
    VoucherProgramme,
)
from .workflows import Workflow


class Sections(Part):
    """All sections. A pack is the union of its files; lists are joined, ids are unique across files."""

    pack: PackInfo | None = None
    documents: tuple[Document, ...] = ()
    units: tuple[Unit, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    subjects: tuple[Named, ...] = ()
    evidence: tuple[Named, ...] = ()
    suppliers: tuple[Named, ...] = ()
    facts: tuple[Fact, ...] = ()
    collections: tuple[Collection, ...] = ()
    groupings: tuple[Grouping, ...] = ()
    totals: tuple[Total, ...] = ()
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    readings: tuple[Reading, ...] = ()
    tables: tuple[Table, ...] = ()
    conditions: tuple[GeneralCondition, ...] = ()
    measures: tuple[Measure, ...] = ()
    stacking: tuple[StackingRule, ...] = ()
    budgets: tuple[Budget, ...] = ()
    targets: tuple[Target, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    vouchers: tuple[VoucherProgramme, ...] = ()
    loans: tuple[LoanProduct, ...] = ()
    funds: tuple[Fund, ...] = ()
    sanctions: tuple[Sanction, ...] = ()
    layouts: tuple[Layout, ...] = ()
    vocabularies: tuple[Vocabulary, ...] = ()
    catalogues: tuple[Catalogue, ...] = ()
    workflows: tuple[Workflow, ...] = ()
    matters: tuple[Matter, ...] = ()
    forms: tuple[Form, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    tests: tuple[Test, ...] = ()
