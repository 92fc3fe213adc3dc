"""Promises that the database keeps by trigger."""

from __future__ import annotations

import pgtrigger


def append_only(name: str = "append_only") -> pgtrigger.Protect:
    """Rows may be inserted, never changed or deleted, by whatever way: ORM, admin or SQL."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


def one_door(field: str = "state", *, name: str = "one_door") -> pgtrigger.Trigger:
    """`field` changes only inside `journal.operations.transition`, which names the row it is moving.

    The door sets a transaction-local variable to `table:pk:target`; any other UPDATE of the column is refused.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=pgtrigger.UpdateOf(field),
        when=pgtrigger.Before,
        condition=pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}),
        func=f"""
            IF coalesce(current_setting('kaichuang.door', true), '')
               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.{field} THEN
                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_{name}';
            END IF;
            RETURN NEW;
        """,
    )
