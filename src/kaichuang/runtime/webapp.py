"""What each web process loads: the WSGI application, bound to the life of the web server."""

from __future__ import annotations

import importlib

from kaichuang.runtime.processes import die_with_parent

# Reached by name: the application lies on a higher floor than its runtime.
application = importlib.import_module("kaichuang.wsgi").application
die_with_parent()
