"""``kaichuang pack load``: a programme adopts a pack. The other pack commands need neither Django nor a database."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kaichuang.packs.cli import open_pack, pack

if TYPE_CHECKING:
    from kaichuang.packs.loader import Pack

__all__ = ["pack"]


@pack.command()
@click.argument("name", metavar="PACK")
@click.option("--programme", "slug", required=True, help="Slug of the programme that adopts the pack.")
@click.option("--reason", default="", help="Why; stands in the journal and on the pack's page.")
def load(name: str, slug: str, reason: str) -> None:
    """Load a pack into the database: its units, facts, outlines and rules, for one programme."""
    from kaichuang.packs.check import ensure
    from kaichuang.packs.problems import PackErrors

    found = open_pack(name)
    try:
        ensure(found)
    except PackErrors as error:
        for problem in error.problems:
            click.secho(str(problem), fg="red", err=True)
        sys.exit(1)
    import django

    django.setup()
    _adopt(found, slug, reason)


def _adopt(found: Pack, slug: str, reason: str) -> None:
    from django.utils import timezone

    from kaichuang.kit.actor import Actor
    from kaichuang.places.models import Programme
    from kaichuang.policy.operations import adopt_into

    programme = Programme.objects.select_related("place").filter(slug=slug).first()
    if programme is None:
        known = ", ".join(Programme.objects.values_list("slug", flat=True)) or "—"
        raise click.ClickException(f"没有项目 {slug} / no such programme; {known}")
    actor = Actor.system("pack load", programme_id=programme.pk)
    before = programme.pack_versions.count()
    version = adopt_into(actor=actor, now=timezone.now(), programme=programme, pack=found, reason=reason)
    if programme.pack_versions.count() == before:
        click.echo(
            f"{version.pack} {version.version} {version.sha256[:12]} 已是 {slug} 的当前版本 / already current"
        )
    else:
        click.secho(f"✓ {slug}: {version.pack} {version.version} {version.sha256[:12]}", fg="green")
