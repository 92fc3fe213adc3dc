from kaichuang.parties.models.membership import Admission, AdmissionState, Membership, MembershipKind
from kaichuang.parties.models.party import Party, PartyKind
from kaichuang.parties.models.relation import Relation, RelationKind
from kaichuang.parties.models.role import STAFF, Role, RoleGrant
from kaichuang.parties.models.unit import Unit

__all__ = [
    "STAFF",
    "Admission",
    "AdmissionState",
    "Membership",
    "MembershipKind",
    "Party",
    "PartyKind",
    "Relation",
    "RelationKind",
    "Role",
    "RoleGrant",
    "Unit",
]
