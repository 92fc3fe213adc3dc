"""Whether the words of a workflow table can have effect where they stand: each would fail or do nothing otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .flaw import Flaw
from .reach import reachable
from .schema.workflows import Effect, Move, Need, State, Workflow

BEFORE: Mapping[Need, Effect] = {
    "scored": "review", "publicised": "publicise", "paid": "pay", "reported": "report", "corrected": "correct",
    "kept": "pay", "report_open": "report",
}  # fmt: skip
"""Requirements that only a consequence earlier in the table can bring about."""
OPPOSITES: tuple[tuple[Need, Need], ...] = (
    ("review", "no_review"), ("report", "no_report"), ("kept", "not_kept"), ("report_open", "report_closed"),
)  # fmt: skip
TOLD_IN: Mapping[str, str] = {
    "scored": "panel", "contested": "publicity", "relisted": "publicity", "cleared": "publicity",
    "struck": "publicity", "unlisted": "publicity", "paid": "payment",
}  # fmt: skip
"""In which kind of state an event can meet a case."""
ENTERED_BY: Mapping[str, Effect] = {"panel": "review", "publicity": "publicise", "payment": "pay"}
"""What makes the thing that a state waits for."""
OFFICIAL = frozenset({
    "propose", "decide", "refuse", "revoke", "commit", "pay", "recover", "review", "publicise", "correct", "register",
})  # fmt: skip
"""What no applicant may bring about."""
UNGRANTED = frozenset({"refused", "withdrawn", "lapsed"})


def words(workflow: Workflow) -> Iterator[Flaw]:
    """Every word that is out of its place. The states that moves name exist."""
    yield from _start(workflow)
    states = {state.id: state for state in workflow.states}
    for at, state in enumerate(workflow.states):
        yield from _state(workflow, state, ("states", at))
    for at, move in enumerate(workflow.moves):
        yield from _needs(workflow, move, ("moves", at))
        yield from _event(workflow, move, ("moves", at), states)
        yield from _effects(workflow, move, ("moves", at), states)
    yield from _held(workflow)


def _start(workflow: Workflow) -> Iterator[Flaw]:
    """The first state is the applicant's; whoever leaves it hands in, or ends."""
    start, ends = workflow.start, {state.id for state in workflow.states if state.kind == "end"}
    if start.desk != "applicant":
        zh, en = "第一个状态应在申请人处（desk: applicant）", "the first state lies with the applicant"
        yield Flaw(("states", 0, "desk"), zh, en, "desk: applicant")
    if start.stage != "draft":
        zh, en = "第一个状态的阶段应为 draft", "the stage of the first state is draft"
        yield Flaw(("states", 0, "stage"), zh, en, "stage: draft")
    for at, move in enumerate(workflow.moves):
        if start.id in move.from_ and move.to not in ends | {start.id} and "submit" not in move.does:
            zh = f"“{move.title.zh}”离开填报却没有提交（does: submit），办件没有编号和留存"
            en = f"“{move.id}” leaves the draft without handing it in (does: submit)"
            yield Flaw(("moves", at, "does"), zh, en, "does: [submit]")


def _state(workflow: Workflow, state: State, path: tuple[str | int, ...]) -> Iterator[Flaw]:
    title = state.title.zh
    if state.kind == "end" and (state.days is not None or state.pauses):
        zh, en = f"终点“{title}”没有时限", f"the end “{state.id}” has no limit"
        yield Flaw((*path, "days" if state.days is not None else "pauses"), zh, en)
    if state.pauses and state.desk != "applicant":
        zh = f"“{title}”在办理单位处，承诺时限不能停计"
        en = f"“{state.id}” lies with an office: the promised time does not stand still"
        yield Flaw((*path, "pauses"), zh, en, "去掉 pauses | leave out pauses")
    effect = ENTERED_BY.get(state.kind)
    kinds = {one.id: one.kind for one in workflow.states}
    for move in workflow.moves if effect is not None else ():
        inside = all(kinds[source] == state.kind for source in move.from_)
        if move.to == state.id and not inside and effect not in move.does:
            zh = f"“{move.title.zh}”进入“{title}”却没有 {effect}，等不到结果"
            en = f"“{move.id}” enters “{state.id}” without {effect}: what it waits for is never made"
            yield Flaw(("moves", workflow.moves.index(move), "does"), zh, en, f"does: [{effect}]")


def _needs(workflow: Workflow, move: Move, path: tuple[str | int, ...]) -> Iterator[Flaw]:
    done = {word for one in workflow.moves for word in one.does}
    for need in move.needs:
        effect = BEFORE.get(need)
        if effect is not None and effect not in done:
            zh = f"“{move.title.zh}”要求 {need}，但流程中没有 {effect}，永远不能进行"
            en = f"“{move.id}” needs {need}, and nothing in the table does {effect}"
            yield Flaw((*path, "needs"), zh, en, f"does: [{effect}]")
    for one, other in OPPOSITES:
        if one in move.needs and other in move.needs:
            zh, en = (
                f"“{move.title.zh}”的要求相互矛盾：{one}、{other}",
                f"“{move.id}” needs {one} and {other}",
            )
            yield Flaw((*path, "needs"), zh, en)


def _event(
    workflow: Workflow, move: Move, path: tuple[str | int, ...], states: Mapping[str, State]
) -> Iterator[Flaw]:
    if move.on is None:
        return
    for source in move.from_:
        state = states[source]
        if move.on == "lapsed" and state.desk != "applicant":
            zh = f"“{state.title.zh}”不在申请人处，不会逾期视为放弃"
            en = f"“{source}” does not lie with the applicant: nothing lapses there"
            yield Flaw((*path, "from"), zh, en)
        elif move.on in TOLD_IN and state.kind != TOLD_IN[move.on]:
            zh = f"在“{state.title.zh}”不会发生 {move.on}（须为 kind: {TOLD_IN[move.on]}）"
            en = f"{move.on} does not happen in “{source}” (kind: {TOLD_IN[move.on]})"
            yield Flaw((*path, "from"), zh, en, f"kind: {TOLD_IN[move.on]}")
        for earlier in workflow.moves[: int(path[1])]:
            if earlier.on == move.on and source in earlier.from_ and set(earlier.needs) <= set(move.needs):
                zh = f"“{move.title.zh}”永远轮不到：“{earlier.title.zh}”先于它"
                en = f"“{move.id}” is never made: “{earlier.id}” comes first"
                yield Flaw(path, zh, en, "写不同的 needs | give them different needs")
    if move.reason:
        zh, en = f"“{move.title.zh}”由系统执行，没有人填写理由", f"nobody gives a reason for “{move.id}”"
        yield Flaw((*path, "reason"), zh, en)


def _effects(
    workflow: Workflow, move: Move, path: tuple[str | int, ...], states: Mapping[str, State]
) -> Iterator[Flaw]:
    taken = sorted(OFFICIAL & set(move.does)) if "applicant" in move.by else []
    if taken:
        zh = f"“{move.title.zh}”由申请人执行，不能 {'、'.join(taken)}"
        en = f"“{move.id}” is made by the applicant, who cannot {', '.join(taken)}"
        yield Flaw((*path, "does"), zh, en)
    if "correct" in move.does and states[move.to].desk != "applicant":
        zh = f"“{move.title.zh}”要求补正，却没有退到申请人处"
        en = f"“{move.id}” asks for corrections and does not lead to the applicant"
        yield Flaw((*path, "to"), zh, en)
    undecided = reachable(workflow, {workflow.start.id}, without="decide")
    for effect in ("revoke", "recover"):
        early = [source for source in move.from_ if source in undecided - _only_refused(workflow)]
        if effect in move.does and early:
            zh = f"“{move.title.zh}”在“{states[early[0]].title.zh}”还没有可以撤销的决定"
            en = f"“{move.id}”: in “{early[0]}” nothing has been granted yet"
            yield Flaw((*path, "from"), zh, en)
    if "appeal" in move.does:
        refused = {one.to for one in workflow.moves if "refuse" in one.does}
        for source in move.from_:
            if source not in refused:
                zh = f"“{states[source].title.zh}”没有可以申诉的决定"
                en = f"there is no refusal to appeal against in “{source}”"
                yield Flaw((*path, "from"), zh, en)


def _only_refused(workflow: Workflow) -> set[str]:
    return {state.id for state in workflow.states if state.outcome in UNGRANTED}


def _held(workflow: Workflow) -> Iterator[Flaw]:
    """Money held for a case that is not granted is given back."""
    holding: set[str] = set()
    while True:
        new = {
            move.to
            for move in workflow.moves
            if "release" not in move.does and ({"hold"} & set(move.does) or holding & set(move.from_))
        }
        if new <= holding:
            break
        holding |= new
    lost = {state.id for state in workflow.states if state.outcome in UNGRANTED}
    for at, move in enumerate(workflow.moves):
        if move.to in lost and "release" not in move.does and holding & set(move.from_) - lost:
            zh = f"“{move.title.zh}”结束办件却不释放占用的资金（does: release）"
            en = f"“{move.id}” ends the case and keeps the money that was held for it (does: release)"
            yield Flaw(("moves", at, "does"), zh, en, "does: [release]")
