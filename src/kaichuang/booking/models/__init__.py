from kaichuang.booking.models.booking import Booking, Claim, Series, State
from kaichuang.booking.models.conduct import Ladder, Strike, Suspension
from kaichuang.booking.models.feed import Feed
from kaichuang.booking.models.opening import OpeningException, OpeningHours
from kaichuang.booking.models.outage import Outage
from kaichuang.booking.models.quota import Quota, QuotaUse
from kaichuang.booking.models.resource import Resource, ResourceKind
from kaichuang.booking.models.waiting import WaitEntry

__all__ = [
    "Booking",
    "Claim",
    "Feed",
    "Ladder",
    "OpeningException",
    "OpeningHours",
    "Outage",
    "Quota",
    "QuotaUse",
    "Resource",
    "ResourceKind",
    "Series",
    "State",
    "Strike",
    "Suspension",
    "WaitEntry",
]
