"""Plugins of the whole suite: pytest takes them from the root only."""

pytest_plugins = ["tests.fixtures.browser", "tests.fixtures.ground"]
