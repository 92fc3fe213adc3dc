"""Other projects' fixtures run through our decision tables and expressions.

The fixtures are kept out of the project: the DMN technology compatibility kit (level 2) and zen-engine's expression and
graph tests.  ``python -m bench.rules.external FOLDER`` translates what our constructs cover, runs it, and says why the
rest does not apply.
"""
