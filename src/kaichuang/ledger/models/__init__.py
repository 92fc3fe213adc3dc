from kaichuang.ledger.models.account import Account, Balance
from kaichuang.ledger.models.budget import Budget, BudgetLine
from kaichuang.ledger.models.claim import Claim, Limit, LimitSum
from kaichuang.ledger.models.payment import Batch, Payment
from kaichuang.ledger.models.seal import Seal, Unsealed
from kaichuang.ledger.models.transfer import Posting, Transfer
from kaichuang.ledger.models.unit import Unit

__all__ = [
    "Account",
    "Balance",
    "Batch",
    "Budget",
    "BudgetLine",
    "Claim",
    "Limit",
    "LimitSum",
    "Payment",
    "Posting",
    "Seal",
    "Transfer",
    "Unit",
    "Unsealed",
]
