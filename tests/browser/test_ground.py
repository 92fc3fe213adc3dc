from datetime import date
import pytest
from kaichuang.accounts.models import User
from kaichuang.accounts import demo as ad
from kaichuang.parties import demo
from kaichuang.parties.models import Party
from kaichuang.places import demo as pd
from django.utils import timezone
pytestmark = pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("size", [dict(width=1366,height=900), dict(width=390,height=844)], ids=["desktop","phone"])
def test_pages(visit, settings, size):
    settings.DEMO=True
    for p in (ad,pd,demo): p.load(now=timezone.now())
    user=User.objects.get(username="administrator-ninghai")
    firm=Party.objects.get(name__contains="新芽",division="330226")
    from kaichuang.places.models import Programme
    bad=[]
    w=visit(size=size, user=user)
    w.go("/?programme=ninghai")
    k="d" if size["width"]>1000 else "p"
    for name,path in [("mine","/parties/"),("register","/parties/register/"),("party",f"/parties/{firm.pk}/"),("new","/parties/new/organisation/"),("roles","/parties/roles/"),("conf","/parties/conflicts/?first=%E6%96%B0%E8%8A%BD&second=%E7%A7%91%E6%8A%80%E9%93%B6%E8%A1%8C&depth=4"),("year","/clock/calendar/cn/2026/"),("edit","/clock/calendar/cn/2026/edit/"),("dead","/clock/deadlines/"),("audit","/audit/"),("hist",f"/audit/rows/places.programme/{Programme.objects.get(slug='ninghai').pk}/"),("ver","/audit/verification/"),("div","/places/divisions/?q=宁海"),("one","/places/divisions/370282/"),("prog","/places/programmes/ninghai/"),("date","/places/programmes/ninghai/date/"),("reveal",f"/parties/{firm.pk}/reveal/phone/")]:
        w.go(path)
        try: w.check(f"ground-{name}-{k}")
        except AssertionError as e: bad.append((name,str(e)[:600])); w.page.screenshot(path=f"/tmp/kcb/shots-{name}-{k}.png", full_page=True)
        w.errors.clear()
    assert not bad, "\n".join(map(str,bad))
