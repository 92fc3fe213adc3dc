"""The ledger as most Django projects write it; tables made by run_syncdb."""
