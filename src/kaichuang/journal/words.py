"""What the journal's codes mean, in the reader's language.

A context whose verbs are its own tells them once, from `AppConfig.ready`:

    words.name_actions("cases", {"accept": pgettext_lazy("journal", "受理")})
"""

from __future__ import annotations

from collections.abc import Mapping

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import pgettext_lazy

from kaichuang.journal.models import Entry
from kaichuang.kit.problems import type_str

_COMMON: dict[str, type_str] = {
    "accept": pgettext_lazy("journal", "接受"),
    "add_quota": pgettext_lazy("journal", "设置限额"),
    "add_resource": pgettext_lazy("journal", "登记资源"),
    "add_respondent": pgettext_lazy("journal", "确定填报单位"),
    "adopt_budget": pgettext_lazy("journal", "下达预算"),
    "adopt_pack": pgettext_lazy("journal", "载入政策包"),
    "adopt_packs": pgettext_lazy("journal", "采用政策包"),
    "answer": pgettext_lazy("journal", "答复"),
    "appeal": pgettext_lazy("journal", "申诉"),
    "approve": pgettext_lazy("journal", "批准"),
    "ask": pgettext_lazy("journal", "提问"),
    "attach": pgettext_lazy("journal", "上传"),
    "book": pgettext_lazy("journal", "预约"),
    "bring_population": pgettext_lazy("journal", "上传总体数据"),
    "cancel": pgettext_lazy("journal", "取消"),
    "carry_over": pgettext_lazy("journal", "年终结转"),
    "change_member": pgettext_lazy("journal", "更改成员身份"),
    "check": pgettext_lazy("journal", "核对"),
    "clear_day": pgettext_lazy("journal", "删除日历中的一天"),
    "close": pgettext_lazy("journal", "注销"),
    "compile": pgettext_lazy("journal", "编制"),
    "confirm": pgettext_lazy("journal", "确认"),
    "create": pgettext_lazy("journal", "建立"),
    "cut_short": pgettext_lazy("journal", "要求提前结束"),
    "deactivate": pgettext_lazy("journal", "停用"),
    "declare_limit": pgettext_lazy("journal", "设置上限"),
    "declare_outage": pgettext_lazy("journal", "登记停用"),
    "decline": pgettext_lazy("journal", "不予受理"),
    "describe": pgettext_lazy("journal", "修改说明项"),
    "discard": pgettext_lazy("journal", "丢弃"),
    "download": pgettext_lazy("journal", "下载"),
    "end_feed": pgettext_lazy("journal", "停止日历订阅"),
    "end_member": pgettext_lazy("journal", "结束成员身份"),
    "end_outage": pgettext_lazy("journal", "恢复使用"),
    "end_relation": pgettext_lazy("journal", "结束关系"),
    "fail": pgettext_lazy("journal", "失败"),
    "finish": pgettext_lazy("journal", "完成"),
    "freeze": pgettext_lazy("journal", "冻结"),
    "grant_role": pgettext_lazy("journal", "授予角色"),
    "import": pgettext_lazy("journal", "导入"),
    "import_days": pgettext_lazy("journal", "导入日历"),
    "import_organisations": pgettext_lazy("journal", "导入名单"),
    "issue": pgettext_lazy("journal", "签发"),
    "keep": pgettext_lazy("journal", "保留原文"),
    "keep_calculation": pgettext_lazy("journal", "保存测算结果"),
    "lapse": pgettext_lazy("journal", "失效"),
    "lift_suspension": pgettext_lazy("journal", "恢复预约资格"),
    "load_units": pgettext_lazy("journal", "载入责任单位"),
    "make_batch": pgettext_lazy("journal", "编制支付批次"),
    "meet_deadline": pgettext_lazy("journal", "时限内完成"),
    "miss": pgettext_lazy("journal", "未到场"),
    "move": pgettext_lazy("journal", "改期"),
    "observe": pgettext_lazy("journal", "记录数据"),
    "offer": pgettext_lazy("journal", "候补递补"),
    "open_correction": pgettext_lazy("journal", "开始更正"),
    "open_report": pgettext_lazy("journal", "下发报表"),
    "overdue": pgettext_lazy("journal", "发现逾期"),
    "pause_deadline": pgettext_lazy("journal", "中止时限"),
    "publish": pgettext_lazy("journal", "发布"),
    "publish_form": pgettext_lazy("journal", "发布报表"),
    "purge": pgettext_lazy("journal", "清除内容"),
    "rate": pgettext_lazy("journal", "评价"),
    "reactivate": pgettext_lazy("journal", "启用"),
    "reassign": pgettext_lazy("journal", "转办"),
    "reconcile_batch": pgettext_lazy("journal", "核对银行结果"),
    "record_relation": pgettext_lazy("journal", "登记关系"),
    "register": pgettext_lazy("journal", "登记"),
    "reject": pgettext_lazy("journal", "不批准"),
    "release": pgettext_lazy("journal", "发布"),
    "remove_quota": pgettext_lazy("journal", "取消限额"),
    "remove_rung": pgettext_lazy("journal", "删除失约规则"),
    "rename": pgettext_lazy("journal", "改名"),
    "renew": pgettext_lazy("journal", "延续"),
    "renew_feed": pgettext_lazy("journal", "更换日历订阅地址"),
    "repeal": pgettext_lazy("journal", "废止"),
    "resume_deadline": pgettext_lazy("journal", "恢复时限"),
    "retry": pgettext_lazy("journal", "重试"),
    "return": pgettext_lazy("journal", "退回"),
    "reveal": pgettext_lazy("journal", "查看完整号码"),
    "revoke": pgettext_lazy("journal", "撤销"),
    "revoke_role": pgettext_lazy("journal", "撤销角色"),
    "route": pgettext_lazy("journal", "转交"),
    "send": pgettext_lazy("journal", "送出"),
    "set_business_date": pgettext_lazy("journal", "设置业务日期"),
    "set_day": pgettext_lazy("journal", "更改日历中的一天"),
    "set_hours": pgettext_lazy("journal", "设置开放时间"),
    "set_rung": pgettext_lazy("journal", "设置失约规则"),
    "settle": pgettext_lazy("journal", "办结"),
    "sign": pgettext_lazy("journal", "签署"),
    "simulate": pgettext_lazy("journal", "政策模拟"),
    "start": pgettext_lazy("journal", "开始"),
    "start_deadline": pgettext_lazy("journal", "开始计时"),
    "strike": pgettext_lazy("journal", "记录失约"),
    "submit": pgettext_lazy("journal", "提交"),
    "supersede": pgettext_lazy("journal", "替代"),
    "suspend": pgettext_lazy("journal", "暂停预约资格"),
    "update": pgettext_lazy("journal", "修改"),
    "upload_table": pgettext_lazy("journal", "上传数据表"),
    "wait": pgettext_lazy("journal", "加入候补"),
    "withdraw": pgettext_lazy("journal", "撤回"),
}
_of_context: dict[str, dict[str, type_str]] = {}


def name_actions(app_label: str, names: Mapping[str, type_str]) -> None:
    """Tell what a context's own verbs mean; they come before the common ones."""
    _of_context.setdefault(app_label, {}).update(names)


def action_in_words(entry: Entry) -> str:
    """The verb of an entry; the code itself where nobody has named it."""
    own = _of_context.get(entry.subject_type.partition(".")[0], {})
    return str(own.get(entry.action) or _COMMON.get(entry.action) or entry.action)


def actions_named(text: str) -> list[str]:
    """The codes of the verbs whose words hold `text`, and `text` itself as a code."""
    names = [_COMMON, *_of_context.values()]
    return [text, *(code for known in names for code, words in known.items() if text in str(words))]


def subjects_named(text: str) -> list[str]:
    """The labels of the models whose names hold `text`, and `text` itself as a label."""
    models = apps.get_models()
    return [text, *(model._meta.label_lower for model in models if text in str(model._meta.verbose_name))]


def state_in_words(entry: Entry, state: str) -> str:
    """A state as the model's own choices name it."""
    return str(_states_of(entry.subject_type).get(state, state))


def states_in_words(entry: Entry) -> str:
    """“from → to”, whichever of them there are."""
    return " → ".join(state_in_words(entry, state) for state in (entry.from_state, entry.to_state) if state)


def subject_in_words(subject_type: str) -> str:
    """The model's name; its label when the model is gone."""
    try:
        return str(apps.get_model(subject_type)._meta.verbose_name)
    except LookupError:
        return subject_type


def _states_of(subject_type: str) -> dict[str, type_str]:
    try:
        field = apps.get_model(subject_type)._meta.get_field("state")
    except (LookupError, FieldDoesNotExist):
        return {}
    return dict(getattr(field, "flatchoices", ()))
