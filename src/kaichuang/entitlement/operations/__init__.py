from kaichuang.entitlement.operations.change_settings import change_settings
from kaichuang.entitlement.operations.keep_calculation import keep_calculation
from kaichuang.entitlement.operations.simulate import (
    ask_simulation,
    bring_population,
    preview,
    run_simulation,
)

__all__ = [
    "ask_simulation",
    "bring_population",
    "change_settings",
    "keep_calculation",
    "preview",
    "run_simulation",
]
