from kaichuang.facts.operations.apply_import import apply_import, run_import
from kaichuang.facts.operations.compare import Comparison, compare
from kaichuang.facts.operations.fill import check_report, import_workbook, save_cells
from kaichuang.facts.operations.hand_in import sign_report, submit_report
from kaichuang.facts.operations.imports import drop_import, preview_import, upload_table
from kaichuang.facts.operations.observe import observe, withdraw
from kaichuang.facts.operations.open_reports import open_due, open_reports
from kaichuang.facts.operations.publish import definitions_in, publish_definitions
from kaichuang.facts.operations.publish_forms import forms_in, publish_forms
from kaichuang.facts.operations.respondents import add_respondent, end_respondent
from kaichuang.facts.operations.review import accept_report, freeze_report, open_correction, return_report
from kaichuang.facts.operations.staging import Told

__all__ = [
    "Comparison",
    "Told",
    "accept_report",
    "add_respondent",
    "apply_import",
    "check_report",
    "compare",
    "definitions_in",
    "drop_import",
    "end_respondent",
    "forms_in",
    "freeze_report",
    "import_workbook",
    "observe",
    "open_correction",
    "open_due",
    "open_reports",
    "preview_import",
    "publish_definitions",
    "publish_forms",
    "return_report",
    "run_import",
    "save_cells",
    "sign_report",
    "submit_report",
    "upload_table",
    "withdraw",
]
