"""`kaichuang manage create_programme`: the first programme of an installation and its first administrator."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused
from kaichuang.parties.models import Role
from kaichuang.parties.operations import grant_role
from kaichuang.places.models import Programme
from kaichuang.places.operations import create_programme
from kaichuang.places.queries import find_division


class Command(BaseCommand):
    help = "Found a programme for a place and name its first administrator (an existing login)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="代号 / short name in addresses, e.g. ninghai")
        parser.add_argument("place", help="地区名称或代码 / name or code of the place, e.g. 宁海县")
        parser.add_argument("--name", default="", help="项目名称 / name of the programme")
        parser.add_argument("--administrator", default="", help="管理员账号 / login of the administrator")
        parser.add_argument("--superior", default="", help="上级项目代号 / slug of the programme above")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            programme = self._found(options)
        except User.DoesNotExist as error:
            name = options["administrator"]
            raise CommandError(f"没有账号“{name}”，请先建立 / no login {name}, create it first") from error
        except Programme.DoesNotExist as error:
            raise CommandError(f"没有上级项目“{options['superior']}” / no such programme above") from error
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{programme.slug}: {programme.name}（{programme.place.name}）")

    @transaction.atomic
    def _found(self, options: dict[str, Any]) -> Programme:
        now = timezone.now()
        actor = Actor.system("create_programme")
        place = find_division(options["place"])
        superior = Programme.objects.get(slug=options["superior"]) if options["superior"] else None
        programme = create_programme(
            slug=options["slug"],
            name=options["name"] or f"{place.name}双创",
            place=place,
            superior=superior,
            actor=actor,
            now=now,
        )
        if options["administrator"]:
            grant_role(
                user=User.objects.get(username=options["administrator"]),
                programme=programme,
                role=Role.ADMINISTRATOR,
                since=timezone.localdate(now),
                actor=actor,
                now=now,
            )
        return programme
