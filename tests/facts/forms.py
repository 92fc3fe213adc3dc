"""A small form with every kind of row and column."""

from __future__ import annotations

from typing import Any

from kaichuang.facts.reporting.schema import FormSpec, read_form

FORM: dict[str, Any] = {
    "id": "T-Q1",
    "title": {"zh": "季度数据", "en": "Quarterly data"},
    "clause": "LS 二(三)",
    "reporter": "centre",
    "period": "quarter",
    "due": 10,
    "columns": [
        {
            "title": {"zh": "期末状况", "en": "State"},
            "columns": [
                {"code": "end", "title": {"zh": "期末数", "en": "At the end"}},
                {
                    "code": "before",
                    "title": {"zh": "上期末数", "en": "Before"},
                    "kind": "last",
                    "of": ["end"],
                },
            ],
        },
        {
            "title": {"zh": "本期发生", "en": "Movement"},
            "columns": [
                {"code": "quarter", "title": {"zh": "本季", "en": "Quarter"}},
                {
                    "code": "year",
                    "title": {"zh": "本年累计", "en": "Year"},
                    "kind": "cumulative",
                    "of": ["quarter"],
                },
            ],
        },
    ],
    "rows": [
        {
            "title": "一、企业",
            "rows": [
                {
                    "code": "incubating",
                    "title": {"zh": "在孵企业", "en": "In incubation"},
                    "unit": "家",
                    "columns": ["end", "before"],
                    "facts": {"end": "t_incubating"},
                    "fill": "fact",
                    "swing": "30%",
                    "rows": [
                        {
                            "code": "small",
                            "title": {"zh": "其中：科技型", "en": "Technology firms"},
                            "unit": "家",
                            "columns": ["end", "before"],
                            "part_of": "incubating",
                            "fill": "last",
                        }
                    ],
                }
            ],
        },
        {
            "code": "revenue",
            "title": {"zh": "营业收入", "en": "Revenue"},
            "type": "money",
            "columns": ["quarter", "year"],
            "facts": {"quarter": "t_revenue"},
            "sum": ["tech", "other"],
        },
        {"code": "tech", "title": "其中：技术", "type": "money", "columns": ["quarter", "year"]},
        {"code": "other", "title": "其中：其他", "type": "money", "columns": ["quarter", "year"]},
        {"code": "remarks", "title": "说明", "type": "text", "columns": ["end"], "required": False},
    ],
    "checks": [
        {
            "id": "has-revenue",
            "kind": "explain",
            "test": "incubating.end = 0 OR revenue.quarter > 0",
            "message": {"zh": "有在孵企业但没有收入，请核实", "en": "Enterprises but no revenue"},
            "cells": ["revenue.quarter"],
        }
    ],
}

FACTS = [
    {
        "code": "t_incubating",
        "title": "在孵企业数",
        "subject_kind": "centre",
        "type": "int",
        "unit": "家",
        "period": "quarter",
        "source": "reported",
    },
    {
        "code": "t_revenue",
        "title": "在孵企业收入",
        "subject_kind": "centre",
        "type": "money",
        "unit": "元",
        "period": "quarter",
        "source": "reported",
    },
    {
        "code": "t_is_centre",
        "title": "属于双创中心",
        "subject_kind": "centre",
        "type": "bool",
        "period": "moment",
        "source": "reported",
    },
]


def form(**changes: Any) -> FormSpec:
    return read_form({**FORM, **changes})
