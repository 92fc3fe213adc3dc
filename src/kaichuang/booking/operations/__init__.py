from kaichuang.booking.operations.appeal import answer_appeal, appeal
from kaichuang.booking.operations.book import Refusal, book
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
from kaichuang.booking.operations.outage import declare_outage, end_outage
from kaichuang.booking.operations.repeat import repeat
from kaichuang.booking.operations.scan import catch_up
from kaichuang.booking.operations.wait import wait, withdraw

__all__ = [
    "Refusal",
    "accept_offer",
    "answer_appeal",
    "appeal",
    "approve",
    "book",
    "cancel",
    "catch_up",
    "check_in",
    "declare_outage",
    "end_outage",
    "finish",
    "miss",
    "move",
    "reject",
    "repeat",
    "wait",
    "withdraw",
]
