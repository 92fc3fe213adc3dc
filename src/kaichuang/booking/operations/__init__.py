from kaichuang.booking.operations.appeal import answer_appeal, appeal
from kaichuang.booking.operations.book import Override, Refusal, book
from kaichuang.booking.operations.change import (
    accept_offer,
    approve,
    cancel,
    check_in,
    finish,
    miss,
    move,
    reject,
)
from kaichuang.booking.operations.keep import (
    add_exception,
    add_resource,
    edit_resource,
    remove_exception,
    set_hours,
)
from kaichuang.booking.operations.outage import declare_outage, end_outage
from kaichuang.booking.operations.repeat import preview, repeat
from kaichuang.booking.operations.rules import add_quota, remove_quota, remove_rung, set_rung
from kaichuang.booking.operations.scan import catch_up
from kaichuang.booking.operations.wait import wait, withdraw

__all__ = [
    "Override",
    "Refusal",
    "accept_offer",
    "add_exception",
    "add_quota",
    "add_resource",
    "answer_appeal",
    "appeal",
    "approve",
    "book",
    "cancel",
    "catch_up",
    "check_in",
    "declare_outage",
    "edit_resource",
    "end_outage",
    "finish",
    "miss",
    "move",
    "preview",
    "reject",
    "remove_exception",
    "remove_quota",
    "remove_rung",
    "repeat",
    "set_hours",
    "set_rung",
    "wait",
    "withdraw",
]
