from kaichuang.experts.operations.answer import accept, recuse, recuse_item, start
from kaichuang.experts.operations.close import cancel_panel, close_panel
from kaichuang.experts.operations.draw import announce, draw
from kaichuang.experts.operations.open_panel import ItemSpec, PanelRules, add_items, open_panel
from kaichuang.experts.operations.pool import (
    admit_expert,
    decline_expert,
    edit_expert,
    end_expert,
    propose_expert,
)
from kaichuang.experts.operations.replace import add_reader, replace
from kaichuang.experts.operations.score import return_score, save_score, submit_scores

__all__ = [
    "ItemSpec",
    "PanelRules",
    "accept",
    "add_items",
    "add_reader",
    "admit_expert",
    "announce",
    "cancel_panel",
    "close_panel",
    "decline_expert",
    "draw",
    "edit_expert",
    "end_expert",
    "open_panel",
    "propose_expert",
    "recuse",
    "recuse_item",
    "replace",
    "return_score",
    "save_score",
    "start",
    "submit_scores",
]
