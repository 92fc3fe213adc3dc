from kaichuang.ledger.queries.accounts import accounts_for, claims_for, limits_for, transfers_for
from kaichuang.ledger.queries.budgets import Usage, budgets_for, usage_of
from kaichuang.ledger.queries.measures import money_by_measure
from kaichuang.ledger.queries.party_statement import Section, party_statement
from kaichuang.ledger.queries.payments import (
    batches_for,
    due_payments_for,
    held_payments_for,
    payments_for,
)
from kaichuang.ledger.queries.statement import Statement, opening_balance, statement
from kaichuang.ledger.queries.trial_balance import TrialBalance, trial_balance
from kaichuang.ledger.queries.verify import Finding, Verification, verify

__all__ = [
    "Finding",
    "Section",
    "Statement",
    "TrialBalance",
    "Usage",
    "Verification",
    "accounts_for",
    "batches_for",
    "budgets_for",
    "claims_for",
    "due_payments_for",
    "held_payments_for",
    "limits_for",
    "money_by_measure",
    "opening_balance",
    "party_statement",
    "payments_for",
    "statement",
    "transfers_for",
    "trial_balance",
    "usage_of",
    "verify",
]
