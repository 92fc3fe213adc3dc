"""Workflows of other systems fit into the tables: Hypha's and the award review of Simpler.Grants.gov, move for move.

`flows/originals.yaml` holds the facts: which action leads from which state, and who may take it. The other files say the
same in the words of this platform.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kaichuang.accounts.models import User
from kaichuang.cases import registry
from kaichuang.cases.models import Case, Decision, Matter
from kaichuang.cases.operations.adopt import adopt_matters
from kaichuang.cases.operations.draft import begin_case
from kaichuang.cases.operations.matters import revise_matter
from kaichuang.cases.operations.move import move_case
from kaichuang.cases.permissions import may_move
from kaichuang.journal import workflow as journal
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.kit.problems import NotAllowed, Refused, Stale
from kaichuang.packs.flow import flaws, reachable
from kaichuang.packs.loader import load_pack
from kaichuang.packs.schema.workflows import Move, Workflow
from kaichuang.packs.yamlfile import read_yaml
from kaichuang.parties.models import Membership, Party, RoleGrant
from kaichuang.places.models import Division, Programme
from kaichuang.policy.operations.adopt_pack import adopt_into

FLOWS = Path(__file__).parent / "flows"
ROLES = ("applicant", "clerk", "officer", "finance", "administrator", "leader", "auditor", "expert")
STAFF = frozenset({"officer", "leader", "administrator"})
"""Hypha's staff, lead and admin."""
PRIVILEGES = {
    "drafter": "applicant",
    "pqc_reviewer": "clerk",
    "gms_reviewer": "officer",
    "fmo_reviewer": "finance",
    "gmo_reviewer": "administrator",
    "final_approver": "leader",
}
"""The privileges of Simpler.Grants.gov and the roles that stand for them here."""
PROGRAMME, PARTY = 1, 7
_number = count(1)


@dataclass(frozen=True)
class Original:
    """What another system allows: (state, action, role) → the state it leads to."""

    table: str
    states: tuple[str, ...]
    actions: tuple[str, ...]
    allows: dict[tuple[str, str, str], str]


def _data(name: str) -> Any:
    file = read_yaml(FLOWS / name, name)
    assert not file.problems
    return file.data


def _table(name: str) -> Workflow:
    return Workflow.model_validate(_data(f"{name}.yaml"))


def _hypha(entry: dict[str, Any]) -> Original:
    who = {"applicant": {"applicant"}, "staff": STAFF, "both": STAFF | {"applicant"}}
    rows = [
        (state, target, role)
        for state, targets in entry["actions"].items()
        for target, by in targets.items()
        for role in who[by]
    ]
    allows = {(state, target, role): target for state, target, role in rows}
    targets = tuple(dict.fromkeys(target for _state, target, _role in rows))
    return Original(entry["table"], tuple(entry["actions"]), targets, allows)


def _simpler(entry: dict[str, Any]) -> Original:
    named = [(f"{row['event']}.{row.get('response', '')}".rstrip("."), row) for row in entry["events"]]
    approvals = {row["event"] for row in entry["events"] if "response" in row}
    answered = [f"{event}.{response}" for event in sorted(approvals) for response in entry["responses"]]
    plain = [name for name, row in named if "response" not in row]
    allows = {(row["from"], name, PRIVILEGES[row["by"]]): row["to"] for name, row in named}
    return Original(entry["table"], tuple(entry["states"]), (*plain, *answered), allows)


def _originals() -> list[Original]:
    facts = _data("originals.yaml")
    return [*(_hypha(entry) for entry in facts["hypha"]), _simpler(facts["simpler"])]


ORIGINALS = _originals()
each = pytest.mark.parametrize("original", ORIGINALS, ids=lambda original: original.table)


def _moves_for(table: Workflow, action: str) -> list[Move]:
    """The moves that stand for an action: in Hypha those that lead to its state, else those of its name."""
    if action in {state.id for state in table.states}:
        return [move for move in table.moves if move.to == action]
    event, _dot, response = action.partition(".")
    desk = event.removeprefix("receive_").removesuffix("_approval")
    name = event if response in {"", "approved"} else f"{desk}_{response}"
    return [move for move in table.moves if move.id == name]


def _machine(table: Workflow) -> journal.Workflow:
    """The table as cases run it."""
    return journal.Workflow(
        *(
            journal.Move(
                name=move.id,
                label=move.title.zh,
                sources=move.from_,
                target=move.to,
                permission=partial(may_move, move),
                guards=tuple(registry.requirement(word) for word in move.needs),
                needs_reason=move.reason,
            )
            for move in table.moves
        )
    )


def _actor(role: str) -> Actor:
    party = PARTY if role == "applicant" else None
    roles = frozenset() if role == "applicant" else frozenset({role})
    return Actor(
        kind=ActorKind.USER, user_id=1, name=role, programme_id=PROGRAMME, party_id=party, roles=roles
    )


@each
def test_the_table_is_sound_and_has_the_states_of_the_original(original: Original) -> None:
    table = _table(original.table)
    assert flaws(table) == []
    assert tuple(state.id for state in table.states) == original.states
    assert reachable(table, {table.start.id}) == set(original.states)


def test_the_originals_are_those_that_were_asked_for() -> None:
    sizes = {original.table: len(original.states) for original in ORIGINALS}
    assert sizes == {
        "hypha_request": 10,
        "hypha_same_time": 10,
        "hypha_external": 13,
        "hypha_community": 15,
        "hypha_external_internal": 14,
        "hypha_concept_proposal": 22,
        "simpler_award_review": 13,
    }


@each
def test_every_state_and_action_is_allowed_exactly_as_in_the_original(original: Original) -> None:
    table = _table(original.table)
    machine = _machine(table)
    legal = illegal = 0
    for state in original.states:
        case = Case(programme_id=PROGRAMME, party_id=PARTY, state=state)
        for role in ROLES:
            open_to = {m.name: m.target for m, permit in machine.available(_actor(role), case) if permit}
            for action in original.actions:
                found = {open_to[move.id] for move in _moves_for(table, action) if move.id in open_to}
                wanted = original.allows.get((state, action, role))
                assert found == ({wanted} if wanted else set()), (state, action, role)
                legal, illegal = legal + bool(wanted), illegal + (not wanted)
    assert legal == len(original.allows)
    assert illegal > legal


@each
def test_the_table_has_no_move_that_the_original_lacks(original: Original) -> None:
    table = _table(original.table)
    standing = {move.id for action in original.actions for move in _moves_for(table, action)}
    assert standing == {move.id for move in table.moves}


@dataclass
class Office:
    """A place where the tables are really in use."""

    programme: Programme
    matter: Matter
    now: datetime
    party: Party
    actors: dict[str, Actor]


@pytest.fixture
def office(db: None) -> Office:
    day = date(2017, 11, 30)
    now = datetime(2017, 11, 30, 2, tzinfo=UTC)
    division, _made = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    programme = Programme.objects.create(slug="office", name="宁海双创", place=division, business_date=day)
    system = Actor.system("test", programme_id=programme.pk)
    adopt_into(actor=system, now=now, programme=programme, pack=load_pack("ninghai-2016"))
    programme.refresh_from_db()
    adopt_matters(programme=programme, actor=system, now=now)
    party = Party.objects.create(kind="organisation", name="测试众创空间有限公司")
    actors = {role: _person(programme, party, role) for role in ROLES}
    return Office(programme, programme.matters.get(code="NH-S13"), now, party, actors)


def _person(programme: Programme, party: Party, role: str) -> Actor:
    user = User.objects.create_user(username=f"f{next(_number)}", name=role, password="x")
    base = Actor(kind=ActorKind.USER, user_id=user.pk, name=role, programme_id=programme.pk)
    if role == "applicant":
        Membership.objects.create(party=party, user=user, kind="owner", since=date(2010, 1, 1))
        return replace(base, party_id=party.pk)
    RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2010, 1, 1))
    return replace(base, roles=frozenset({role}), strong=True)


def _walk(table: Workflow) -> list[Move]:
    """The first way from the start to the grant that goes deep before it goes wide, meeting no state twice."""
    goal = next(state.id for state in table.states if state.outcome == "granted")

    def go(state: str, seen: frozenset[str]) -> list[Move] | None:
        if state == goal:
            return []
        for move in table.out_of(state):
            if move.to not in seen and (rest := go(move.to, seen | {move.to})) is not None:
                return [move, *rest]
        return None

    way = go(table.start.id, frozenset({table.start.id}))
    assert way is not None
    return way


def test_a_case_really_goes_through_each_of_the_tables(office: Office) -> None:
    """On the database, by the one door: each step is made, and beforehand every illegal one is refused."""
    for original in ORIGINALS:
        table = _table(original.table)
        assert office.matter.current is not None
        file = office.matter.current.file
        revise_matter(
            matter=office.matter,
            content=file.model_copy(update={"workflow": table}),
            reason=f"试用 {table.id}",
            actor=office.actors["leader"],
            now=office.now,
        )
        office.matter.refresh_from_db()
        case = begin_case(matter=office.matter, actor=office.actors["applicant"], now=office.now)
        for move in _walk(table):
            _refuses_all_others(office, table, case)
            case = _make(office, case, move, move.by[0])
            assert case.state == move.to
        assert table.state(case.state).outcome == "granted"
        assert Decision.objects.get(case=case).kind == "granted"


def _make(office: Office, case: Case, move: Move, role: str) -> Case:
    return move_case(case=case, move=move.id, actor=office.actors[role], now=office.now, reason="按规定办理")


def _refuses_all_others(office: Office, table: Workflow, case: Case) -> None:
    legal = {move.id for move in table.out_of(case.state)}
    for move in table.moves:
        if move.id not in legal:
            with pytest.raises(Stale):
                _make(office, case, move, move.by[0])
        else:
            role = next(role for role in ROLES if role not in move.by)
            with pytest.raises((NotAllowed, Refused)):
                _make(office, case, move, role)
