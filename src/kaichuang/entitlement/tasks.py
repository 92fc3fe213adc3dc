"""Background jobs."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from kaichuang.entitlement.operations.simulate import TASK, run_simulation


@app.task(name=TASK)
def simulate(simulation_id: int) -> None:
    """Answer a large simulation."""
    run_simulation(simulation_id=simulation_id, now=timezone.now())
