from kaichuang.parties.models.membership import Membership
from kaichuang.parties.models.party import Party, PartyKind
from kaichuang.parties.models.relation import Relation, RelationKind
from kaichuang.parties.models.role import Role, RoleGrant
from kaichuang.parties.models.unit import Unit

__all__ = [
    "Membership",
    "Party",
    "PartyKind",
    "Relation",
    "RelationKind",
    "Role",
    "RoleGrant",
    "Unit",
]
