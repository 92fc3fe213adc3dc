"""What the workflow editor does to a matter: plain data in, plain data out, nothing kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

Content = dict[str, Any]


def edited(content: Content, given: QueryDict) -> Content:
    """The matter with what was typed into the editor's tables."""
    made = deepcopy(content)
    _states(made, given)
    _moves(made, given)
    _matter(made["matter"], given)
    return made


def _states(content: Content, given: QueryDict) -> None:
    days = content["matter"].setdefault("days", {})
    for at, state in enumerate(content["workflow"]["states"]):
        _title(state, given, f"s{at}-title")
        if f"s{at}-days" in given:
            state["days"] = _whole(given[f"s{at}-days"])
            days.pop(state["id"], None)
        if given.get(f"s{at}-desk"):
            state["desk"] = given[f"s{at}-desk"]


def _moves(content: Content, given: QueryDict) -> None:
    for at, move in enumerate(content["workflow"]["moves"]):
        _title(move, given, f"m{at}-title")
        if f"m{at}-shown" not in given:
            continue
        move["by"] = given.getlist(f"m{at}-by") or move["by"]
        if given.get(f"m{at}-to"):
            move["to"] = given[f"m{at}-to"]
        move["reason"] = f"m{at}-reason" in given
        move["most"] = _whole(given.get(f"m{at}-most", ""))


def _matter(matter: Content, given: QueryDict) -> None:
    if "publicity-days" in given:
        matter["publicity"]["days"] = _whole(given["publicity-days"])
    if "promise" in given:
        matter["promise"] = _whole(given["promise"])
    for desk in list(matter["desks"]) + [name[5:] for name in given if name.startswith("desk-")]:
        if f"desk-{desk}" in given:
            if given[f"desk-{desk}"]:
                matter["desks"][desk] = given[f"desk-{desk}"]
            else:
                matter["desks"].pop(desk, None)
    if "papers-shown" in given:
        matter["papers"] = list(_papers(matter, given))
        matter["evidence"] = []
    if "review-shown" in given:
        matter["review"] = _review(matter.get("review"), given) if "review-on" in given else None


def papers_of(matter: Mapping[str, Any]) -> list[Content]:
    """Every paper with its terms: those of `papers`, and the codes of `evidence`."""
    own = {paper["code"] for paper in matter["papers"]}
    return [
        *matter["papers"],
        *({"code": code, "required": True} for code in matter["evidence"] if code not in own),
    ]


def _papers(matter: Content, given: QueryDict) -> Iterator[Content]:
    taken = set()
    for paper in papers_of(matter):
        if f"paper-drop-{paper['code']}" not in given:
            taken.add(paper["code"])
            yield {**paper, "required": f"paper-required-{paper['code']}" in given}
    added = given.get("paper-add", "")
    if added and added not in taken:
        yield {"code": added, "required": True}


def _review(review: Content | None, given: QueryDict) -> Content:
    made: Content = deepcopy(review) if review else {"criteria": []}
    for name in ("seats", "quota", "pass_mark", "divergence"):
        if f"review-{name}" in given:
            made[name] = _whole(given[f"review-{name}"])
    if made.get("seats") is None:
        made["seats"] = 5
    made["days"] = _whole(given.get("review-days", "")) or 10
    made["aggregate"] = given.get("review-aggregate") or "mean"
    made["blind"] = "review-blind" in given
    criteria = []
    for at, one in enumerate([*made["criteria"], {}]):
        title = given.get(f"c{at}-title", "").strip()
        if not title:
            continue
        kept = one.get("title") or {}
        title_ = {**kept, "zh": title} if kept.get("zh") != title else kept
        most = _whole(given.get(f"c{at}-most", "")) or one.get("most") or 10
        criteria.append({**one, "code": one.get("code") or f"c{at + 1}", "title": title_, "most": most})
    made["criteria"] = criteria
    return made


def _title(part: Content, given: QueryDict, name: str) -> None:
    title = given.get(name, "").strip()
    if title and title != part["title"]["zh"]:
        part["title"] = {**part["title"], "zh": title}


def _whole(typed: object) -> int | None:
    """A whole number as typed; none where the field is empty or no number."""
    text = str(typed or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None


def insert_step(content: Content, move_id: str) -> Content:
    """A step of one's own between a move and where it leads: the move leads to it, an officer passes it on."""
    made = deepcopy(content)
    workflow = made["workflow"]
    at = next((at for at, move in enumerate(workflow["moves"]) if move["id"] == move_id), None)
    if at is None:
        return made
    move = workflow["moves"][at]
    names = {state["id"] for state in workflow["states"]} | {move["id"] for move in workflow["moves"]}
    number = next(n for n in range(1, 1000) if f"step{n}" not in names and f"pass{n}" not in names)
    target = next(state for state in workflow["states"] if state["id"] == move["to"])
    desk = target["desk"] if target["desk"] != "applicant" else "lead"
    step = {
        "id": f"step{number}",
        "title": {"zh": _("新增环节%(n)s") % {"n": number}, "en": f"Added step {number}"},
        "kind": "work",
        "stage": target["stage"] if target["stage"] not in {"closed", "draft"} else "review",
        "desk": desk,
        "level": target.get("level", ""),
        "days": 5,
        "pauses": False,
        "outcome": None,
    }
    workflow["states"].insert(workflow["states"].index(target), step)
    passing = {
        "id": f"pass{number}",
        "title": {"zh": _("通过"), "en": "Pass"},
        "from": [step["id"]],
        "to": move["to"],
        "by": ["officer"],
    }
    move["to"] = step["id"]
    workflow["moves"].insert(at + 1, passing)
    return made


def removable(content: Content) -> set[str]:
    """The states that can be taken out without loss: passed on by one move of staff that has no consequences."""
    return {
        state["id"]
        for state in content["workflow"]["states"][1:]
        if state["kind"] == "work" and _way_out(content, state["id"]) is not None
    }


def _way_out(content: Content, state: str) -> Content | None:
    ends = {one["id"] for one in content["workflow"]["states"] if one["kind"] == "end"}
    forward = [
        move
        for move in content["workflow"]["moves"]
        if state in move["from"]
        and not move.get("returns")
        and move["to"] not in ends
        and move["by"] != ["applicant"]
    ]
    if len(forward) != 1 or forward[0].get("does") or forward[0].get("on"):
        return None
    found: Content = forward[0]
    return found


def drop_step(content: Content, state: str) -> Content:
    """Take a step out: what led to it leads to where it led."""
    made = deepcopy(content)
    way = _way_out(made, state) if state in removable(made) else None
    if way is None:
        return made
    workflow = made["workflow"]
    for move in workflow["moves"]:
        if move["to"] == state:
            move["to"] = way["to"]
        move["from"] = [source for source in move["from"] if source != state]
    workflow["moves"] = [move for move in workflow["moves"] if move["from"]]
    workflow["states"] = [one for one in workflow["states"] if one["id"] != state]
    made["matter"].get("days", {}).pop(state, None)
    return made


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not as in the version before; empty where it was not, or is no longer, there."""

    where: str
    then: str
    now: str


def differences(old: Content, new: Content) -> list[Difference]:
    """How a matter differs from another version, in the words of its tables."""
    found = list(_parts(old["workflow"]["states"], new["workflow"]["states"], _("状态")))
    found += _parts(old["workflow"]["moves"], new["workflow"]["moves"], _("流转"))
    for name in sorted({*old["matter"], *new["matter"]}):
        then, now = old["matter"].get(name), new["matter"].get(name)
        found += _values(_names().get(name, name), then, now)
    return found


def _names() -> dict[str, str]:
    return {
        "title": _("名称"),
        "desks": _("单位"),
        "days": _("时限"),
        "promise": _("承诺时限"),
        "papers": _("材料"),
        "evidence": _("材料"),
        "review": _("专家评审"),
        "publicity": _("公示"),
        "shortfall": _("资金不足时"),
        "window": _("申报方式"),
    }


def _parts(old: list[Content], new: list[Content], kind: str) -> Iterator[Difference]:
    before = {one["id"]: one for one in old}
    after = {one["id"]: one for one in new}
    for id_ in dict.fromkeys([*before, *after]):
        then, now = before.get(id_), after.get(id_)
        title = (now or then or {})["title"]["zh"]
        if then is None or now is None:
            there = _("有")
            yield Difference(f"{kind}“{title}”", there if then else "", there if now else "")
            continue
        for name in sorted({*then, *now}):
            yield from _values(f"{kind}“{title}” {name}", then.get(name), now.get(name))


def _values(where: str, then: Any, now: Any) -> Iterator[Difference]:
    blank: tuple[Any, ...] = (None, "", False, [], {}, ())
    if then == now or (then in blank and now in blank):
        return
    if isinstance(then, dict) and isinstance(now, dict):
        for name in sorted({*then, *now}):
            yield from _values(f"{where} {name}", then.get(name), now.get(name))
        return
    yield Difference(where, _shown(then), _shown(now))


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dict):
        return str(
            value.get("zh") or value.get("code") or "、".join(f"{k}={v}" for k, v in value.items() if v)
        )
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)
    return str(value)
