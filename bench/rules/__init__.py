"""The rule engine beside OpenFisca, zen-engine and a compiled loop."""
