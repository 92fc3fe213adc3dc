"""Whether a matter and its workflow fit: nothing that the matter orders is without effect, and no case gets stuck."""

from __future__ import annotations

from collections.abc import Iterator

from ..flow import Flaw, reachable, waiting
from ..problems import nearest
from ..schema.matters import Matter, MatterFile
from ..schema.workflows import Move, Workflow

SETTING = {"review": "review", "no_review": "review", "report": "report", "no_report": "report"}
"""Requirements that a matter settles once for all of its cases."""
RUN = ("publicise", "decide")
"""Moves by these names are made for everybody at once where nobody applies."""


def flaws_of(file: MatterFile, said: frozenset[str]) -> list[Flaw]:
    """What the matter says and the table has no use for, and the reverse. ``said``: the fields that were written."""
    return [
        *_desks(file, said), *_days(file), *_window(file), *_parts(file, said), *_money(file, said), *_way(file),
    ]  # fmt: skip


def possible(workflow: Workflow, matter: Matter) -> Workflow:
    """The table with only those moves that cases of the matter can make."""

    def open_(move: Move) -> bool:
        for need in move.needs:
            if need in SETTING:
                given = getattr(matter, SETTING[need]) is not None
                if given == need.startswith("no_"):
                    return False
        return True

    return workflow.model_copy(update={"moves": tuple(move for move in workflow.moves if open_(move))})


def _desks(file: MatterFile, said: frozenset[str]) -> Iterator[Flaw]:
    matter, flow = file.matter, file.workflow
    desks = {state.desk for state in flow.states if state.desk != "applicant"}
    if "desks" in said:
        for desk in matter.desks:
            if desk not in desks | {"lead", "leader", "finance"}:
                zh, en = f"流程中没有席位“{desk}”", f"the workflow has no desk “{desk}”"
                yield Flaw(("desks", desk), zh, en, nearest(desk, desks), code="desk")
    for desk in sorted(desks - set(matter.desks)):
        if "lead" not in matter.desks and not (desk == "recommender" and matter.districts):
            zh, en = f"席位“{desk}”没有单位", f"no unit sits at the desk “{desk}”"
            yield Flaw(("desks",), zh, en, "desks: {lead: …}", code="desk")
    if "recommender" in desks and not matter.districts and "recommender" not in matter.desks:
        zh = "流程经县（区）推荐，事项没有写由哪些单位推荐"
        en = "the workflow goes through recommenders, and the matter names none"
        yield Flaw(("workflow",), zh, en, 'districts: {"330226": …}', code="desk")
    if matter.districts and "recommender" not in desks:
        zh, en = (
            "流程没有推荐席位，districts 不起作用",
            "the workflow has no recommender: districts have no effect",
        )
        yield Flaw(("districts",), zh, en, "workflow: recommended", code="desk")


def _days(file: MatterFile) -> Iterator[Flaw]:
    states = {state.id: state for state in file.workflow.states}
    for name in file.matter.days:
        if name not in states:
            zh, en = f"没有状态“{name}”", f"no such state: “{name}”"
            yield Flaw(("days", name), zh, en, nearest(name, states), code="states")
        elif states[name].kind == "end":
            zh, en = f"“{name}”是终点，没有时限", f"“{name}” is an end and has no limit"
            yield Flaw(("days", name), zh, en, code="states")


def _window(file: MatterFile) -> Iterator[Flaw]:
    matter, flow = file.matter, file.workflow
    opening = [move for move in flow.out_of(flow.start.id) if "submit" in move.does]
    if matter.window == "round" and not all("open" in move.needs for move in opening):
        zh = "按批次申报，但提交不以批次开放为条件（needs: open）"
        en = "is offered in rounds, but handing in does not need an open one (needs: open)"
        yield Flaw(("window",), zh, en, code="window")
    if matter.window != "none":
        return
    if matter.measure is None:
        zh, en = "免申即享须有措施，否则无从比对", "without application there must be a measure to match by"
        yield Flaw(("window",), zh, en, code="window")
    if not flow.start.days and flow.start.id not in matter.days:
        zh, en = "免申即享的确认没有时限", "confirming what nobody applied for has no limit"
        yield Flaw(("window",), zh, en, f"days: {{{flow.start.id}: 15}}", code="window")
    if any("open" in move.needs or "complete" in move.needs for move in opening):
        zh = "免申即享的事项用了须自行申报的流程"
        en = "nobody applies, but the workflow begins with an application"
        yield Flaw(("workflow",), zh, en, "workflow: automatic", code="window")
    names = {move.id for move in flow.moves}
    for name in RUN:
        if name not in names:
            zh, en = (
                f"免申即享的流程须有“{name}”一步",
                f"without application the workflow needs the move “{name}”",
            )
            yield Flaw(("workflow",), zh, en, "workflow: automatic", code="window")


def _parts(file: MatterFile, said: frozenset[str]) -> Iterator[Flaw]:
    """Review, publicity and report each need their place in the table."""
    matter, does = file.matter, {word for move in file.workflow.moves for word in move.does}
    for given, effect, key, zh, en in (
        (matter.review is not None, "review", "review", "评审", "a review"),
        (matter.report is not None, "report", "report", "使用报告", "a report"),
        ("publicity" in said, "publicise", "publicity", "公示", "publicity"),
    ):
        if given and effect not in does:
            text = f"流程“{file.workflow.id}”没有{zh}环节，{key} 不起作用"
            yield Flaw(
                (key,), text, f"the workflow “{file.workflow.id}” has no place for {en}", code="workflow"
            )
    for at, move in enumerate(file.workflow.moves):
        if matter.review is None and "review" in move.does and "review" not in move.needs:
            zh = f"流程必经专家评审（{move.title.zh}），事项没有写 review"
            yield Flaw(("workflow",), zh, f"“{move.id}” (move {at + 1}) needs a review, and the matter has none",
                       "review: {criteria: […]}", code="workflow")  # fmt: skip


def _money(file: MatterFile, said: frozenset[str]) -> Iterator[Flaw]:
    """Tranches and the rule for a pot that is too small are about money."""
    matter = file.matter
    for key, zh, en in (
        ("tranches", "分期拨付", "tranches"),
        ("shortfall", "资金不足时的办法", "a shortfall"),
    ):
        if key in said and getattr(matter, key) and not file.workflow.pays:
            text = f"流程“{file.workflow.id}”不拨付资金，{zh}不起作用"
            yield Flaw((key,), text, f"the workflow “{file.workflow.id}” pays nothing: {en} has no effect",
                       code="workflow")  # fmt: skip
    if matter.shortfall == "by_score" and matter.review is None and file.workflow.pays:
        zh, en = "按得分分配，但事项没有评审", "shares out by score, and nothing is scored"
        yield Flaw(("shortfall",), zh, en, "review: {criteria: […]}", code="review")
    for at, tranche in enumerate(matter.tranches):
        if tranche.share <= 0:
            zh, en = "每期比例应大于零", "the share of a tranche is above zero"
            yield Flaw(("tranches", at, "share"), zh, en, code="share")


def _way(file: MatterFile) -> Iterator[Flaw]:
    """With the moves that are left to cases of this matter, each still comes to an end, and can be granted."""
    flow = possible(file.workflow, file.matter)
    there = reachable(flow, {flow.start.id})
    ends = {state.id for state in flow.states if state.kind == "end"}
    finishing = reachable(flow, ends, backwards=True)
    for state in flow.states:
        if state.id not in there:
            continue
        if state.id not in finishing:
            zh, en = (
                f"本事项的办件到了“{state.title.zh}”就无法继续",
                f"cases of this matter get stuck in “{state.id}”",
            )
            yield Flaw(("workflow",), zh, en, code="workflow")
        for event in waiting(flow, state):
            zh = f"本事项的办件在“{state.title.zh}”等不到结果（{event}）"
            yield Flaw(
                ("workflow",),
                zh,
                f"in “{state.id}” nothing follows on {event} for this matter",
                code="workflow",
            )
        if "lapsed" in {move.on for move in flow.out_of(state.id)} and not file.matter.days.get(
            state.id, state.days
        ):
            zh = f"“{state.title.zh}”没有时限，逾期不会发生"
            yield Flaw(("days",), zh, f"“{state.id}” has no limit, so that nothing lapses", f"days: {{{state.id}: 15}}",
                       code="states")  # fmt: skip
    if not there & {state.id for state in flow.states if state.outcome == "granted"}:
        zh, en = "本事项的办件无法获准", "no case of this matter can be granted"
        yield Flaw(("workflow",), zh, en, code="workflow")
