from kaichuang.parties.operations.import_organisations import import_organisations
from kaichuang.parties.operations.memberships import (
    answer_admission,
    ask_to_join,
    change_membership,
    end_membership,
    invite,
)
from kaichuang.parties.operations.register import (
    register_organisation,
    register_person,
    register_team,
)
from kaichuang.parties.operations.relations import end_relation, record_relation
from kaichuang.parties.operations.reveal import reveal
from kaichuang.parties.operations.roles import grant_role, revoke_role
from kaichuang.parties.operations.units import UnitSpec, load_units
from kaichuang.parties.operations.update_party import close_party, update_party

__all__ = [
    "UnitSpec",
    "answer_admission",
    "ask_to_join",
    "change_membership",
    "close_party",
    "end_membership",
    "end_relation",
    "grant_role",
    "import_organisations",
    "invite",
    "load_units",
    "record_relation",
    "register_organisation",
    "register_person",
    "register_team",
    "reveal",
    "revoke_role",
    "update_party",
]
