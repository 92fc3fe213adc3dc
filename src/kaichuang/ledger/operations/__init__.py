from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.operations.accounts import (
    Pool,
    close_account,
    open_account,
    open_pool,
    party_account,
    pool_named,
    yuan,
)
from kaichuang.ledger.operations.batches import (
    approve_batch,
    cancel_batch,
    make_batch,
    request_payment,
    send_batch,
)
from kaichuang.ledger.operations.budgets import (
    LinePlan,
    adjust_budget,
    adopt_budget,
    carry_over,
    close_budget,
    supplement_budget,
)
from kaichuang.ledger.operations.claims import bounce, cancel, commit, order, pay, release, reserve
from kaichuang.ledger.operations.claw_back import claw_back, receive
from kaichuang.ledger.operations.correct import correct_transfer, demand_back, receive_back
from kaichuang.ledger.operations.expire import expire_due
from kaichuang.ledger.operations.hold import redirect_payment, release_payment
from kaichuang.ledger.operations.limits import declare_limit
from kaichuang.ledger.operations.post import post, post_each, post_together
from kaichuang.ledger.operations.reconcile import Reconciliation, reconcile
from kaichuang.ledger.operations.reverse import reverse
from kaichuang.ledger.operations.seal import seal
from kaichuang.ledger.operations.share import reserve_shared
from kaichuang.ledger.operations.statements import issue_party_statement, issue_statement

__all__ = [
    "Draft",
    "LinePlan",
    "Pool",
    "Posted",
    "Reconciliation",
    "adjust_budget",
    "adopt_budget",
    "approve_batch",
    "bounce",
    "cancel",
    "cancel_batch",
    "carry_over",
    "claw_back",
    "close_account",
    "close_budget",
    "commit",
    "correct_transfer",
    "declare_limit",
    "demand_back",
    "expire_due",
    "issue_party_statement",
    "issue_statement",
    "make_batch",
    "open_account",
    "open_pool",
    "order",
    "party_account",
    "pay",
    "pool_named",
    "post",
    "post_each",
    "post_together",
    "receive",
    "receive_back",
    "reconcile",
    "redirect_payment",
    "release",
    "release_payment",
    "request_payment",
    "reserve",
    "reserve_shared",
    "reverse",
    "seal",
    "send_batch",
    "supplement_budget",
    "yuan",
]
