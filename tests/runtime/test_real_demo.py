"""The promise to a newcomer: one command, and the programme answers."""

from __future__ import annotations

import pytest

from .conftest import Installation, wait_for
from .terminal import Terminal, page


@pytest.mark.slow
def test_demo_of_the_whole_programme_serves_and_stops(fresh: Installation) -> None:
    demo = Terminal(fresh)
    try:
        address = demo.wait_ready(150)
        assert "<html" in (page(address) or "")
        assert wait_for(lambda: "stories are complete" in demo.output, 150), demo.output
        assert "Traceback" not in demo.output
        assert "Warning" not in demo.output
        assert demo.press_ctrl_c() == 0
        assert not fresh.processes
        again = Terminal(fresh)
        try:
            again.wait_ready()
            assert again.press_ctrl_c() == 0
        finally:
            again.close()
    finally:
        demo.close()
