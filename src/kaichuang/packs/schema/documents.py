"""A policy document: its metadata, its validity and its outline in our own words."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from kaichuang.rules.measures.facts import Clause, Id
from kaichuang.rules.measures.model import Validity
from kaichuang.rules.measures.values import Day, Part, Text

DocumentId = Annotated[str, StringConstraints(pattern=r"^[A-Z]+$")]
Reference = Annotated[
    str,
    StringConstraints(
        pattern=r"^(([一二三四五六七八九十]+(\([一二三四五六七八九十]+\))?(\d+)?(¶\d)?)|末|前言)$"
    ),
]
"""A place in an outline: ``三``, ``三(二)``, ``二(一)1``, ``三(二)¶2`` (second paragraph), ``前言``, ``末`` (closing)."""


class Place(Part):
    """The administrative division that a pack belongs to (GB/T 2260)."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    name: Text
    level: Literal["county", "city", "province", "nation"]
    parents: tuple[str, ...] = ()


class PackInfo(Part):
    """What the pack is and where it belongs."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_-]*$")]
    title: Text
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+$")]
    place: Place | None = None
    """Absent only for a vocabulary pack that others use."""
    main: DocumentId | None = None
    """The document that gives the pack its validity."""
    uses: tuple[str, ...] = ()
    """Packs whose vocabulary (facts, evidence, suppliers, general conditions) this one builds on."""
    calendar: Literal["CN"] = "CN"
    authors: tuple[str, ...] = ()
    summary: Text | None = None


class Basis(Part):
    """A document of a higher level, or of another bureau, that this one rests on or refers to."""

    number: str = ""
    title: Text
    relation: Literal["basis", "relies_on"] = "basis"
    repealed: Day | None = None
    note: Text | None = None


class Figure(Part):
    """A number that the clause states, for readers and for search."""

    value: str
    unit: str = ""
    means: Text


class OutlineEntry(Part):
    """One clause: its number, a short heading and its gist in our own words, and its figures."""

    ref: Reference
    heading: Text
    gist: Text | None = None
    figures: tuple[Figure, ...] = ()
    catalogue: tuple[str, ...] = ()


class Document(Part):
    """One document (an annex counts as a document of its own)."""

    id: DocumentId
    title: Text
    form: Literal["notice", "opinion", "plan", "annex", "measures"]
    annex_of: DocumentId | None = None
    issuer: Text | None = None
    number: str = ""
    signed: Day | None = None
    published: Day | None = None
    status: Literal["in_force", "expired", "repealed", "superseded"] = "in_force"
    """As printed or known; validity on a given day is computed from the dates."""
    validity: Validity
    basis: tuple[Basis, ...] = ()
    outline: tuple[OutlineEntry, ...]
    notes: tuple[Text, ...] = ()


class Unit(Part):
    """A body with a responsibility; kept under its printed name, with its later name where it has one."""

    id: Id
    name: Text
    kind: Literal[
        "government", "department", "park", "body", "carrier", "school", "bank", "company", "association"
    ]
    aliases: tuple[str, ...] = ()
    successor: Text | None = None
    members: tuple[Id, ...] = ()
    note: Text | None = None


class Responsibility(Part):
    """Who answers for a clause. ``printed`` tells whether the text itself marks the lead."""

    clause: Clause
    lead: Id
    cooperating: tuple[Id, ...] = ()
    lead_is_read: bool = True
    """True where the text lists units without marking a lead and the first listed is taken."""
    task: Text | None = None


class Named(Part):
    """A code with its words: a kind of evidence, a supplier of facts, a subject."""

    code: str
    title: Text
    note: Text | None = None


class Accepted(Part):
    """A doubt of ``pack lint`` that was looked at and is right as it is."""

    code: str
    at: str
    """The id of the item that the doubt is about."""
    reason: Text
