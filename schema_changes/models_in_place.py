"""Migrating in a fraction of the time: a table, an index or a constraint more does not make the other models anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from django.db.migrations.state import ModelState, ProjectState


@contextmanager
def models_in_place() -> Iterator[None]:
    """Inside, what Django notes of a new index or constraint is noted on the model it has, and a new model is the only one made.

    Django 6.1 makes every model anew that has to do with the one changed, and those that have to do with these, which is most of
    what migrating an empty database costs. No operation needs it: PostgreSQL's schema editor takes the index or constraint from
    the operation, other operations read the names from the state, and a model that points at others finds them where they are, as
    it does when an application starts. Measured in docs/adr/0018-migrating-in-place.md.
    """
    with patch.object(ProjectState, "_append_option", _note), patch.object(ProjectState, "add_model", _add):
        yield


def _note(state: ProjectState, app_label: str, model_name: str, option: str, added: Any) -> None:
    model_state = state.models[app_label, model_name]
    model_state.options[option] = [*model_state.options[option], added]
    if "apps" in state.__dict__:
        setattr(state.apps.get_model(app_label, model_name)._meta, option, list(model_state.options[option]))


def _add(state: ProjectState, model_state: ModelState) -> None:
    """Models look for who points at them in the registry they were made in: only if that is this one, they may stay."""
    key = model_state.app_label, model_state.name_lower
    models = list(state.apps.get_models()) if "apps" in state.__dict__ else []
    if key in state.models or not models or any(model._meta.apps is not state.apps for model in models):
        return _usual_add(state, model_state)
    state.models[key] = model_state
    if state._relations is not None:  # type: ignore[attr-defined]
        state.resolve_model_relations(key)
    state.apps.render_multiple([model_state])


_usual_add = ProjectState.add_model
