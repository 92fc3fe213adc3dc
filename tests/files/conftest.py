"""A programme, two parties and people who act for them; files to hand in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from kaichuang.accounts.models import User
from kaichuang.files.pdf import render_pdf
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.parties.models import Membership, Party, RoleGrant
from kaichuang.places.models import Division, Programme

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
Upload = SimpleUploadedFile


@pytest.fixture(autouse=True)
def _own_store(settings: object, tmp_path: Path, db: None) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path / "media"  # type: ignore[attr-defined]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def programme(db: None) -> Programme:
    place, _ = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(slug="ninghai", name="宁海县双创", place=place)


@pytest.fixture
def party(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="宁海星火众创空间有限公司")


@pytest.fixture
def other_party(db: None) -> Party:
    return Party.objects.create(kind="organisation", name="海湾创客空间有限公司")


MakeActor = Callable[..., Actor]


@pytest.fixture
def make_actor(programme: Programme) -> MakeActor:
    def make(name: str, *roles: str, party: Party | None = None) -> Actor:
        user, created = User.objects.get_or_create(username=name, defaults={"name": f"用户{name}"})
        if created:
            for role in roles:
                RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2020, 1, 1))
            if party is not None:
                Membership.objects.create(user=user, party=party, kind="owner", since=date(2020, 1, 1))
        return Actor(
            kind=ActorKind.USER,
            user_id=user.pk,
            name=user.name,
            programme_id=programme.pk,
            party_id=party.pk if party else None,
            roles=frozenset(roles),
            strong=True,
        )

    return make


@pytest.fixture
def owner(make_actor: MakeActor, party: Party) -> Actor:
    return make_actor("owner", "founder", party=party)


@pytest.fixture
def stranger(make_actor: MakeActor, other_party: Party) -> Actor:
    return make_actor("stranger", "founder", party=other_party)


@pytest.fixture
def officer(make_actor: MakeActor) -> Actor:
    return make_actor("officer", "officer")


@pytest.fixture
def auditor(make_actor: MakeActor) -> Actor:
    return make_actor("auditor", "auditor")


def pdf_bytes(title: str = "材料") -> bytes:
    data = {"title": title, "columns": ["序号"], "rows": [["1"]]}
    return render_pdf("files/statement", data, created=NOW, standards=())


def image_bytes(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "white").save(out, kind)
    return out.getvalue()


def zip_bytes(entries: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx_bytes(extra: dict[str, bytes] | None = None) -> bytes:
    return zip_bytes({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>", **(extra or {})})


@pytest.fixture
def pdf() -> Upload:
    return Upload("营业执照.pdf", pdf_bytes())
