"""Front-end files: exactly those of the manifest, checked by hash. npm itself is not called here."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kaichuang.runtime import assets
from kaichuang.runtime.errors import RuntimeProblem

ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' class="icon"><path stroke="none" d="M0 0h24v24H0z"/><path d="{}"/></svg>'
)


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small node_modules with its manifest."""
    source, folder = tmp_path / "assets", tmp_path / "node_modules"
    (folder / "kit" / "icons").mkdir(parents=True)
    (folder / "kit" / "kit.min.js").write_text("run();\n//# sourceMappingURL=kit.min.js.map")
    (folder / "kit" / "kit.css").write_text("a{}\n/*# sourceMappingURL=kit.css.map */\n")
    for name in ("check", "x"):
        (folder / "kit" / "icons" / f"{name}.svg").write_text(ICON.format(name))
    source.mkdir()
    manifest = {
        "files": [{"from": "kit/*.css", "to": "css/"}, {"from": "kit/kit.min.js", "to": "kit.js"}],
        "sprite": {"from": "kit/icons", "names": "icons.txt", "to": "icons.svg"},
    }
    (source / "manifest.json").write_text(json.dumps(manifest))
    (source / "icons.txt").write_text("# names\ncheck\nx\n")
    for name in ("package.json", "package-lock.json"):
        (source / name).write_text("{}")
    monkeypatch.setattr(assets, "SOURCE", source)
    monkeypatch.setattr(assets, "TARGET", tmp_path / "static" / "vendor")
    return folder


def test_files_are_published_without_source_maps(modules: Path) -> None:
    assert assets.problems()
    assets._publish(modules)
    assert assets.problems() == []
    assert (assets.TARGET / "kit.js").read_text() == "run();\n"
    assert (assets.TARGET / "css" / "kit.css").read_text() == "a{}\n"


def test_sprite_has_a_symbol_for_each_icon(modules: Path) -> None:
    assets._publish(modules)
    root = ElementTree.parse(assets.TARGET / "icons.svg").getroot()
    assert [symbol.get("id") for symbol in root] == ["check", "x"]
    assert root[0].get("viewBox") == "0 0 24 24"
    assert len(root[0]) == 1


def test_changed_file_and_changed_manifest_are_noticed(modules: Path) -> None:
    assets._publish(modules)
    (assets.TARGET / "kit.js").write_text("other")
    assert "kit.js" in assets.problems()[0]
    (assets.SOURCE / "icons.txt").write_text("check\n")
    assert "out of date" in assets.problems()[0]


def test_file_that_left_the_manifest_is_removed(modules: Path) -> None:
    assets._publish(modules)
    (assets.SOURCE / "manifest.json").write_text(
        (assets.SOURCE / "manifest.json").read_text().replace("kit.js", "new.js")
    )
    assets._publish(modules)
    assert not (assets.TARGET / "kit.js").exists()
    assert [folder.name for folder in assets.TARGET.parent.iterdir()] == ["vendor"]


def test_unknown_icon_leaves_the_old_files(modules: Path) -> None:
    assets._publish(modules)
    (assets.SOURCE / "icons.txt").write_text("unicorn\n")
    with pytest.raises(RuntimeProblem, match="unicorn"):
        assets._publish(modules)
    assert (assets.TARGET / "icons.svg").exists()


def test_lock_of_the_real_packages_names_no_address() -> None:
    source = Path(assets.PORTAL) / "assets"
    lock = json.loads((source / "package-lock.json").read_text())
    packages = [package for name, package in lock["packages"].items() if name]
    assert all(
        "resolved" not in package and package["integrity"].startswith("sha512-") for package in packages
    )
    wanted = json.loads((source / "package.json").read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
