"""A report as a workbook and back: export, fill in, import is the identity."""

from kaichuang.facts.workbook.reading import read_workbook
from kaichuang.facts.workbook.writing import write_workbook

__all__ = ["read_workbook", "write_workbook"]
