"""The bureau settles what the text leaves open: readings, and figures of un-priced measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.entitlement.permissions import may_set
from kaichuang.entitlement.queries.books import compiled, unpacked
from kaichuang.entitlement.words import language, localised
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.packs.problems import PackErrors
from kaichuang.packs.settings import parse_settings
from kaichuang.parties.models import Role
from kaichuang.policy.models import PackVersion
from kaichuang.policy.operations.adopt_pack import adopt_pack


def change_settings(
    *, actor: Actor, now: datetime, version: PackVersion, settings: Mapping[str, Any], reason: str
) -> PackVersion:
    """The same pack with other settings, as a new version; past answers keep theirs.

    ``settings`` is a settings document (see ``packs.settings``). Raises ``Refused`` with everything that is wrong.
    """
    require(may_set(actor, version.programme_id))
    pack, book = compiled(version)
    problems = [] if reason.strip() else [Problem("reason_required", _("请写明修改理由。"), field="reason")]
    try:
        parse_settings({**settings, "pack": pack.id}, pack, book)
    except PackErrors as errors:
        problems += [
            Problem(found.code, found.en if language() == "en" else localised(found.zh))
            for found in errors.problems
        ]
    refuse_if(problems)
    # Adopting also loads the pack's units, which asks for an administrator; here they are as they were.
    adopter = replace(actor.acting_for(actor.party_id), roles=actor.roles | {Role.ADMINISTRATOR})
    with unpacked(version) as files:
        return adopt_pack(
            actor=adopter,
            now=now,
            programme=version.programme,
            pack=files,
            settings=dict(settings),
            reason=reason.strip()[:200],
        )
