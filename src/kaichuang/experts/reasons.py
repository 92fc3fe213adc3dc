"""Why an item stands where it stands, in Chinese and English. Pure Python: a record can be read without a database.

The Chinese sentences are also the message ids of the catalogues (`gettext_noop` marks them for extraction).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def gettext_noop(text: str) -> str:
    return text


CHINESE = {
    "mean": gettext_noop("取%(count)s位评委总分的平均分。"),
    "trimmed": gettext_noop("去掉最高分%(high)s和最低分%(low)s，取其余%(count)s个评分的平均分。"),
    "trimmed_few": gettext_noop("只有%(count)s个评分，不足5个，不去掉最高分和最低分，取平均分。"),
    "median": gettext_noop("取%(count)s位评委总分的中位数。"),
    "missing": gettext_noop("应有%(expected)s个评分，实有%(count)s个，按实有评分计算。"),
    "no_score": gettext_noop("没有评分，不参加排名。"),
    "divergence": gettext_noop("评委最高分与最低分相差%(spread)s分，分歧界限为%(limit)s分。"),
    "extra_reader": gettext_noop("因分歧较大，已增加%(count)s位评委评审。"),
    "divergence_kept": gettext_noop("分歧较大，没有另外的评委评审，结束评审须说明理由。"),
    "tie_criterion": gettext_noop("与相邻项总分相同，按“%(title)s”得分高者在前。"),
    "tie_priority": gettext_noop("与相邻项总分相同，优先类别在前。"),
    "tie_submitted": gettext_noop("与相邻项总分相同，先提交者在前。"),
    "tie_draw": gettext_noop("与相邻项总分相同，按公布的种子抽签排序。"),
    "below_pass": gettext_noop("低于合格线%(mark)s分。"),
    "within_quota": gettext_noop("合格项中第%(place)s名，名额%(quota)s个，入围。"),
    "beyond_quota": gettext_noop("合格项中第%(place)s名，名额%(quota)s个，未入围。"),
    "recommended": gettext_noop("建议金额取%(count)s位评委建议的中位数。"),
}

ENGLISH = {
    "mean": "The mean of the totals of %(count)s readers.",
    "trimmed": "The highest (%(high)s) and the lowest score (%(low)s) are dropped; the mean of the other %(count)s.",
    "trimmed_few": "Only %(count)s scores, fewer than 5: none is dropped; their mean.",
    "median": "The median of the totals of %(count)s readers.",
    "missing": "%(count)s of %(expected)s expected scores are in; those in count.",
    "no_score": "No scores, hence not ranked.",
    "divergence": "Highest and lowest score differ by %(spread)s points; the limit is %(limit)s.",
    "extra_reader": "Because readers diverged, %(count)s more read it.",
    "divergence_kept": "Readers diverged and nobody else read it; closing needs a reason.",
    "tie_criterion": "Same total as its neighbour; more points for “%(title_en)s” come first.",
    "tie_priority": "Same total as its neighbour; the preferred category comes first.",
    "tie_submitted": "Same total as its neighbour; who handed in earlier comes first.",
    "tie_draw": "Same total as its neighbour; drawn by the published seed.",
    "below_pass": "Below the pass mark of %(mark)s.",
    "within_quota": "Number %(place)s of those that pass, %(quota)s places: within the quota.",
    "beyond_quota": "Number %(place)s of those that pass, %(quota)s places: beyond the quota.",
    "recommended": "The amount is the median of what %(count)s readers recommend.",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence: its code and what goes into it."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def zh(self) -> str:
        return CHINESE[self.code] % self.params

    @property
    def en(self) -> str:
        return ENGLISH[self.code] % self.params

    def plain(self) -> dict[str, object]:
        return {"code": self.code, "params": dict(self.params), "zh": self.zh, "en": self.en}


def points(value: Fraction) -> str:
    """Points for people: at most two decimals, rounded half up, without needless zeros."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    text = f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
