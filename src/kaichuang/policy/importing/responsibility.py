"""Who a clause makes responsible: labels (责任单位:) and closing brackets ((…负责))."""

from __future__ import annotations

import re

from kaichuang.policy.importing.model import ImportWarning, ParsedDocument, Responsible
from kaichuang.policy.importing.runs import Run, body_runs, clause_runs
from kaichuang.policy.importing.source import SourceText

_LABEL = re.compile(
    r"[【\[]?((?:责任|牵头|配合|参与|参加|落实|实施|负责|主办|协办|协同|承办|主责|协作|共同牵头)(?:单位|部门|机构)|责任主体|主要责任单位|牵头|配合|协同)"
    r"(?:\([^()]{1,8}\))?[】\]]?\s?:"
)
_ROLE = re.compile(
    r"((?:等(?:有关|相关|各)?(?:部门|单位)?)?(?:按(?:照)?(?:各自)?(?:职责|职能)(?:分工)?(?:协同|共同|分别)?(?:负责|落实|配合|推进)?|分工负责|共同负责|分别负责"
    r"|负责牵头|牵头负责|牵头组织|牵头|负责组织实施|组织实施|负责落实|负责|配合落实|配合|参与|参加|落实|实施|协助))(?=[,;、。)]|$)"
)
_UNIT_HINT = re.compile(
    r"(?:府|厅|局|委|办|会|院|部|门|行|社|心|司|区|县|市|州|旗|盟|位|学|校|所|企|署|团|联|组|构|台|店|站|海关|集团|镇|乡|街道|园|业|基地|工会|妇联|科协|侨联|公安|协会|队|室|馆|农场|银行|商)$"
)
_ELSE = re.compile(
    r"(?:及|和|以及|与)(?=其他|其它|各|相关|有关|省直|市直|县直|[省市县区][\u4e00-\u9fff]{1,8}(?:厅|局|委|办|部|会|院)$)"
)
_ETC = re.compile(r"等(?!级)((?:省级|市级|县级|省直|市直|县直)?(?:有关|相关|各)?(?:部门|单位|职能部门)?)$")
_OVERALL = re.compile(
    r"由([^,。;:]{2,60}?)(负责牵头组织实施|牵头组织实施|负责组织实施|组织实施|负责解释|会同[^,。;]{2,40}负责解释|解释)"
)


def split_units(text: str) -> list[str]:
    """Unit names of a list; separators inside brackets do not count."""
    names, depth, current = [], 0, ""
    for char in text:
        depth += (char in "(（") - (char in ")）")
        if depth <= 0 and char in "、,，；; \u3000\t\xa0/\n":
            names.append(current)
            current = ""
        else:
            current += char
    names.append(current)
    names = _join_levels(names)
    units: list[str] = []
    for name in names:
        for single in _ELSE.split(name.strip(" 。.：:")):
            rest = _ETC.search(single)
            if rest and rest.start():
                units.append(single[: rest.start()])
                single = rest.group(1)
            units.append(single)
    return [unit for unit in units if unit]


def _join_levels(names: list[str]) -> list[str]:
    """各市、县、区政府 is one addressee, not three."""
    joined: list[str] = []
    for name in names:
        if joined and re.fullmatch(r"各(?:[市县区州旗乡镇](?:[(（][市县区州旗][)）])?、?)+", joined[-1]):
            joined[-1] = f"{joined[-1]}、{name}"
        else:
            joined.append(name)
    return joined


def _closing_bracket(run: Run) -> tuple[int, int] | None:
    """Inside of the last bracket of a paragraph, nesting allowed."""
    text = run.text.rstrip("。 ;")
    if not text.endswith(")"):
        return None
    depth = 0
    for offset in range(len(text) - 1, -1, -1):
        depth += (text[offset] == ")") - (text[offset] == "(")
        if depth == 0:
            return offset + 1, len(text) - 1
    return None


def _from_labels(run: Run, low: int, high: int) -> list[tuple[str, str]]:
    found = []
    labels = [m for m in _LABEL.finditer(run.text, low, high) if _is_label_place(run.text, m)]
    for label, following in zip(labels, [*labels[1:], None], strict=False):
        end = following.start() if following else high
        end = _end_of_list(run.text, label.end(), end)
        for unit in split_units(run.printed[label.end() : end].strip().rstrip("。；;)）")):
            found.append((unit, label.group(1)))
    return found


def _end_of_list(text: str, start: int, end: int) -> int:
    """Where a list of units ends: a full stop, a wide gap or a closing bracket opened before it."""
    depth = 0
    for offset in range(start, end):
        char = text[offset]
        depth += (char == "(") - (char == ")")
        if (
            char == "。"
            or depth < 0
            or (char == " " and text[offset : offset + 2] == "  " and offset > start + 1)
        ):
            return offset
    return end


def _is_label_place(text: str, label: re.Match[str]) -> bool:
    """牵头 and 配合 alone are labels only after a boundary; 责任单位 is one anywhere."""
    if len(label.group(1)) > 2:
        return True
    return label.start() == 0 or text[label.start() - 1] in "。;,(、 【["


def _from_tail(run: Run) -> list[tuple[str, str]]:
    inside = _closing_bracket(run)
    if inside is None:
        return []
    low, high = inside
    text = run.text[low:high]
    if _LABEL.search(text):
        return []
    roles = list(_ROLE.finditer(text))
    if not roles or roles[-1].end() < len(text.rstrip("。")):
        return []
    found: list[tuple[str, str]] = []
    position = 0
    for role in roles:
        names = split_units(run.printed[low + position : low + role.start()].strip(",，、;； "))
        found.extend(
            (name, re.sub(r"^等?(?:有关|相关)?(?:部门|单位)?", "", role.group(1)) or "负责") for name in names
        )
        position = role.end()
    hinted = sum(bool(_UNIT_HINT.search(name)) for name, _ in found)
    return found if hinted * 2 >= len(found) else []


def units_of(run: Run) -> list[tuple[str, str]]:
    """(unit, role) pairs of one paragraph in printed order."""
    labelled = _from_labels(run, 0, len(run.text))
    return labelled or _from_tail(run)


def assign(source: SourceText, document: ParsedDocument) -> None:
    """Fills ``responsible`` of every clause and of the document, with warnings for names that look cut off."""
    runs = body_runs(source, document)
    names = _Names(runs)
    for clause in document.walk():
        for number, run in enumerate(r for r in clause_runs(source, clause) if r.where == "text"):
            clause.responsible.extend(Responsible(unit, role, number) for unit, role in units_of(run))
            document.warnings.extend(_unit_warnings(source, run, names))
    _note_mixed_separators(document, runs)
    _overall(document, runs)


def _overall(document: ParsedDocument, runs: list[Run]) -> None:
    for run in runs:
        if run.where != "closing" and not (run.clause and run.clause.family == "ARTICLE"):
            continue
        found = _OVERALL.search(run.text)
        if found and not found.group(1).startswith(("自", "于")):
            for unit in split_units(run.printed[found.start(1) : found.end(1)]):
                document.metadata.responsible.append(
                    Responsible(re.sub(r"(?:分别|共同)$", "", unit), found.group(2))
                )


def _unit_warnings(source: SourceText, run: Run, names: _Names) -> list[ImportWarning]:
    warnings = []
    for label in _LABEL.finditer(run.text):
        value = run.text[label.end() :].strip()
        if len(label.group(1)) > 2 and (not value or value[0] in "。;"):
            warnings.append(
                ImportWarning(
                    "EMPTY_LABEL",
                    run.line_at(source, label.start()),
                    label.group(),
                    None,
                    f"“{label.group(1)}”之后没有内容。",
                )
            )
    for unit, role in units_of(run):
        if _UNIT_HINT.search("".join(unit.split())) or unit.endswith((")", "）")):
            continue
        proposed = names.longer(unit)
        code = "TRUNCATED_UNIT" if proposed else "UNCERTAIN_UNIT"
        message = (
            "单位名称似不完整，文中另有较全的写法。" if proposed else "此处不像单位名称，请核对责任单位。"
        )
        offset = max(0, run.printed.find(unit))
        warnings.append(ImportWarning(code, run.line_at(source, offset), f"{role}:{unit}", proposed, message))
    return warnings


class _Names:
    """The names of a document, asked once for each shortened one."""

    def __init__(self, runs: list[Run]) -> None:
        self.whole = "\n".join(run.printed for run in runs)
        self.known: dict[str, str | None] = {}

    def longer(self, unit: str) -> str | None:
        """A fuller name of a unit that stands elsewhere in the document."""
        if unit not in self.known:
            found = re.search(
                rf"[省市县区州]?[“]?{re.escape(unit)}[”]?(?:办公室|办|局|委|厅|中心|部|会|领导小组)",
                self.whole,
            )
            self.known[unit] = re.sub("[“”]", "", found.group()) if found else None
        return self.known[unit]


def _note_mixed_separators(document: ParsedDocument, runs: list[Run]) -> None:
    mixed = [run for run in runs if run.clause and (tail := _tail_text(run)) and "、" in tail and "," in tail]
    if mixed:
        run = mixed[0]
        document.warnings.append(
            ImportWarning(
                "MIXED_SEPARATORS",
                run.line,
                _tail_text(run)[:60],
                None,
                f"责任单位之间混用顿号和逗号（共{len(mixed)}处），均按并列单位处理。",
            )
        )


def _tail_text(run: Run) -> str:
    inside = _closing_bracket(run)
    tail = _from_tail(run) if inside else []
    if inside is None or len({role for _, role in tail}) != 1:
        return ""
    return re.sub(r"\([^()]*\)", "", run.text[inside[0] : inside[1]])
