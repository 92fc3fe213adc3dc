"""Migrates many tables quickly: a step renders the models that it changes, not all that are related.

After a step Django renders every model that is related to the changed one, at any distance. Here all roads lead
to the user, so each of 400 steps rendered most of 120 models, which was five sixths of the time that an empty
database took. But a new model, field, index, constraint or trigger leaves those models as they are that the changed
one points at. Only the changed model itself is rendered, and what holds its class by a field or as a base. Steps
that alter or remove relations are left to Django.

Data migrations see no difference: `is_delayed` is Django's own mark on a state whose models may lack what lately
began to point at them, and makes `RunPython` render all of them first. `kaichuang manage migrate` is Django's
command as it is, should there ever be a doubt.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations import executor
from django.db.migrations.state import ModelState, ProjectState

Key = tuple[str, str]


@contextmanager
def narrow() -> Iterator[None]:
    """Migrations that are run forwards inside use `NarrowState`."""
    # Django has no public way to another class of state: its executor makes one by the name that it imported.
    names = vars(executor)
    before, names["ProjectState"] = names["ProjectState"], NarrowState
    try:
        yield
    finally:
        names["ProjectState"] = before


class NarrowState(ProjectState):
    """A project state that renders little after a step that only adds."""

    def clone(self) -> NarrowState:
        # Django's own names its class.
        copy = NarrowState()
        vars(copy).update(vars(super().clone()))
        return copy

    def add_model(self, model_state: ModelState) -> None:
        with self._rendering_only((model_state.app_label, model_state.name_lower)):
            super().add_model(model_state)

    def add_field(self, app_label: str, model_name: str, *rest: Any, **more: Any) -> None:
        with self._rendering_only((app_label, model_name)):
            super().add_field(app_label, model_name, *rest, **more)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        if delay:
            with self._rendering_only((app_label, model_name)):
                pass
        else:
            super().reload_model(app_label, model_name, delay)

    @contextmanager
    def _rendering_only(self, key: Key) -> Iterator[None]:
        """Change the state without its rendered models, then render what holds that model."""
        apps = self.__dict__.pop("apps", None)
        yield
        if apps is None:
            return
        self.apps, self.is_delayed = apps, True
        outdated = self._holders(key)
        with apps.bulk_update():
            for label, name in outdated:
                apps.unregister_model(label, name)
            apps.render_multiple([self.models[other] for other in outdated])

    def _holders(self, key: Key) -> set[Key]:
        """The model and all whose classes hold its class, directly or through others."""
        found, new = set(), {key}
        while new:
            found |= new
            labels = {".".join(other) for other in new}
            related = {holder for other in new for holder in self.relations.get(other, ())}
            inheriting = {
                other
                for other, model in self.models.items()
                if any(isinstance(base, str) and base.lower() in labels for base in model.bases)
            }
            new = (related | inheriting) - found
        return found
