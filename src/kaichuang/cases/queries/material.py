"""What readers of a case see of it: each statement with its title, in words."""

from __future__ import annotations

from kaichuang.cases.models import Case
from kaichuang.cases.queries.computing import asked_of
from kaichuang.entitlement.words import shown, title_of


def material_of(case: Case) -> list[tuple[str, str]]:
    """Pairs of title and text: the statements, the rows of tables, and the amount asked for."""
    asked = asked_of(case)
    if asked is None:
        return [(name, str(value)) for name, value in case.answers.get("f", {}).items()]
    book, values = asked.book, asked.answers.known
    pairs = [(title_of(book, name), shown(book, name, values)) for name in asked.told.facts]
    for code, rows in asked.told.tables.items():
        columns = {column.code: column.title.zh for column in book.collections[code].columns}
        for number, row in enumerate(rows, 1):
            text = "；".join(f"{columns[name]}：{cell}" for name, cell in row.items() if name in columns)
            pairs.append((f"{title_of(book, code)} {number}", text))
    return pairs
