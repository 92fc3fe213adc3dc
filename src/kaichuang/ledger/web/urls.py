from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from kaichuang.ledger.web import batches, books, budgets, corrections, statements

app_name = "ledger"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", budgets.budgets, name="budgets"),
    path("budgets/new/", budgets.adopt, name="adopt"),
    path("budgets/<int:pk>/", budgets.budget, name="budget"),
    path("budgets/<int:pk>/adjust/", budgets.change, {"kind": "adjust"}, name="adjust"),
    path("budgets/<int:pk>/supplement/", budgets.change, {"kind": "supplement"}, name="supplement"),
    path("budgets/<int:pk>/carry-over/", budgets.carry, name="carry_over"),
    path("budgets/<int:pk>/close/", budgets.close, name="close"),
    path("measures/", budgets.measures, name="measures"),
    path("accounts/", books.accounts, name="accounts"),
    path("accounts/<int:pk>/", books.account, name="account"),
    path("accounts/<int:pk>/pdf/", statements.account_pdf, name="account_pdf"),
    path("parties/<int:pk>/statement/", statements.party, name="party_statement"),
    path("parties/<int:pk>/statement/pdf/", statements.party_pdf, name="party_statement_pdf"),
    path("transfers/<int:pk>/", books.transfer, name="transfer"),
    path("transfers/<int:pk>/reverse/", corrections.reverse_transfer, name="reverse"),
    path("transfers/<int:pk>/claw-back/", corrections.demand, name="demand"),
    path("transfers/<int:pk>/receive/", corrections.receive, name="receive"),
    path("claims/", books.claims, name="claims"),
    path("claims/<int:pk>/", books.claim, name="claim"),
    path("limits/", books.limits, name="limits"),
    path("limits/new/", corrections.new_limit, name="new_limit"),
    path("limits/<int:pk>/", books.limit, name="limit"),
    path("trial-balance/", books.trial, name="trial_balance"),
    path("batches/", batches.batches, name="batches"),
    path("batches/new/", batches.make, name="make_batch"),
    path("payments/<int:pk>/release/", batches.release, name="release_payment"),
    path("batches/<int:pk>/", batches.batch, name="batch"),
    path("batches/<int:pk>/approve/", batches.approve, name="approve"),
    path("batches/<int:pk>/send/", batches.send, name="send"),
    path("batches/<int:pk>/cancel/", batches.cancel, name="cancel"),
    path("batches/<int:pk>/results/", batches.results, name="results"),
]
