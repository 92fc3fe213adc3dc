"""Ask what a change would cost, and answer it: at once when it is small, in the background when it is large."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from kaichuang.entitlement.models import Population, Simulation
from kaichuang.entitlement.permissions import may_simulate
from kaichuang.entitlement.queries.books import Loaded, compiled, loaded
from kaichuang.entitlement.simulation.frames import (
    as_parquet,
    brought_population,
    hash_of,
    known_population,
    slices,
)
from kaichuang.entitlement.simulation.run import Comparison, compare
from kaichuang.entitlement.simulation.upload import read_population
from kaichuang.entitlement.words import language, localised
from kaichuang.entitlement.workflow import SIMULATIONS
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.problems import PackErrors
from kaichuang.packs.settings import parse_settings
from kaichuang.places.models import Programme
from kaichuang.policy.models import PackVersion
from kaichuang.rules.lang.errors import RulesError

TASK = "entitlement.run_simulation"
AT_ONCE = 20_000
"""Up to so many rows are computed while the officer waits (a second or two)."""
SLICE = 50_000


def bring_population(
    *, actor: Actor, now: datetime, version: PackVersion, name: str, content: bytes
) -> Population:
    """Keep an uploaded population, or find it when it was brought before. Raises ``Refused`` with every problem."""
    require(may_simulate(actor, version.programme_id))
    brought = read_population(name, content, compiled(version)[1])
    sha256 = hash_of(brought.table)
    found = Population.objects.filter(programme=version.programme, sha256=sha256).defer("content").first()
    if found is not None:
        return found
    with transaction.atomic():
        population = Population.objects.create(
            programme=version.programme,
            name=name[:120],
            sha256=sha256,
            rows=brought.table.height,
            columns=brought.columns,
            groups=brought.groups,
            content=as_parquet(brought.table),
            brought_by_id=actor.user_id,
            brought_at=now,
        )
        record(
            actor=actor,
            now=now,
            action="bring_population",
            subject=population,
            scope=version.programme.slug,
            payload={"sha256": sha256, "rows": population.rows},
        )
    return population


def merged(settings: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """A settings document with another laid over it; an empty value takes a setting back."""
    laid = {**settings}
    for section in ("readings", "parameters"):
        both = {**dict(settings.get(section) or {}), **dict(changes.get(section) or {})}
        laid[section] = {name: value for name, value in both.items() if value is not None}
    return laid


def preview(
    *, before: Loaded, after: Loaded, table: pl.DataFrame, as_of: date, group_by: str = ""
) -> Comparison:
    """Both sides at once, nothing kept. Raises ``Refused`` for values that the rules refuse."""
    try:
        return compare(before, after, slices(table, SLICE), as_of=as_of, group_by=group_by)
    except RulesError as errors:
        raise Refused(
            *(Problem("fact", _told(found.zh, found.en)) for found in errors.problems[:20])
        ) from errors


def ask_simulation(
    *,
    actor: Actor,
    now: datetime,
    version: PackVersion,
    title: str,
    as_of: date,
    changes: Mapping[str, Any],
    population: Population | None = None,
    other_version: PackVersion | None = None,
    group_by: str = "",
) -> Simulation:
    """Keep the question and answer it. Raises ``Refused`` with everything that is wrong with it."""
    require(may_simulate(actor, version.programme_id))
    problems = [] if title.strip() else [Problem("title_required", _("请填写名称。"), field="title")]
    pack, book = compiled(version)
    try:
        parse_settings({**merged(version.settings, changes), "pack": pack.id}, pack, book)
    except PackErrors as errors:
        problems += [Problem(found.code, _told(found.zh, found.en)) for found in errors.problems]
    if problems:
        raise Refused(*problems)
    with transaction.atomic():
        simulation = Simulation.objects.create(
            programme=version.programme,
            version=version,
            other_version=other_version,
            title=title.strip()[:120],
            as_of=as_of,
            changes=dict(changes),
            settings=version.settings,
            group_by=group_by[:80],
            population=population,
            asked_by_id=actor.user_id,
            asked_at=now,
        )
        record(
            actor=actor, now=now, action="simulate", subject=simulation, scope=version.programme.slug,
            to_state=simulation.state, payload={"changes": dict(changes)},
        )  # fmt: skip
    table = table_of(simulation)
    if table.height <= AT_ONCE:
        return answer(simulation, table, now)
    app.configure_task(TASK).defer(simulation_id=simulation.pk)
    return simulation


def run_simulation(*, simulation_id: int, now: datetime) -> Simulation | None:
    """The background's part; None when it was answered already."""
    simulation = Simulation.objects.filter(pk=simulation_id, state="running").first()
    return None if simulation is None else answer(simulation, table_of(simulation), now)


def table_of(simulation: Simulation) -> pl.DataFrame:
    """The population that a simulation is about."""
    if simulation.population is not None:
        return brought_population(simulation.population)
    programme: Programme = simulation.programme
    return known_population(programme, compiled(simulation.version)[1], on=simulation.as_of)


def sides(simulation: Simulation) -> tuple[Loaded, Loaded]:
    """What is compared: the settings of then, and those with the changes (or another version)."""
    before = loaded(simulation.version, simulation.settings)
    if simulation.other_version is not None:
        return before, loaded(simulation.other_version)
    return before, loaded(simulation.version, merged(simulation.settings, simulation.changes))


def answer(simulation: Simulation, table: pl.DataFrame, now: datetime) -> Simulation:
    """Compute slice by slice and keep the results; what the rules refuse is written down in words."""
    actor = Actor.system("entitlement.simulate", programme_id=simulation.programme_id)
    pieces = list(slices(table, SLICE))
    facts = {"population_sha256": hash_of(table), "population_rows": table.height}
    rows = Simulation.objects.filter(pk=simulation.pk)
    rows.update(total=len(pieces), done=0)
    outcome: dict[str, Any]
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        rows.update(done=done)

    try:
        before, after = sides(simulation)
        comparison = compare(
            before, after, pieces, as_of=simulation.as_of, group_by=simulation.group_by, step=step
        )
        move, outcome = "finish", {"results": comparison.results()}
    except RulesError as errors:
        move, outcome = "fail", {"failure": "\n".join(_told(f.zh, f.en) for f in errors.problems[:20])}
    except pl.exceptions.PolarsError as error:  # a sum beyond 64 bits is refused by the column engine itself
        move, outcome = "fail", {"failure": str(error)[:500]}
    return transition(
        workflow=SIMULATIONS,
        instance=simulation,
        move=move,
        actor=actor,
        now=now,
        changes={**outcome, **facts},
        scope=simulation.programme.slug,
    )


def _told(zh: str, en: str) -> str:
    return en if language() == "en" else localised(zh)
