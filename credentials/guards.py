"""What makes the database refuse to change the audit record, in the words of each vendor.

On SQLite a migration that alters the table makes a new one: it must install them again.
"""

from __future__ import annotations

from typing import Any

TABLE = "credentials_auditevent"
_REFUSAL = "the audit record is append-only"
_INSTALL = {
    "sqlite": [
        *(
            f"""CREATE TRIGGER audit_no_{event.lower()} BEFORE {event} ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"""
            for event in ("UPDATE", "DELETE")
        ),
        # INSERT OR REPLACE deletes what is in its way, and asks no trigger on DELETE.
        f"""CREATE TRIGGER audit_no_replace BEFORE INSERT ON {TABLE}
            WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE seq = NEW.seq)
            BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END""",  # noqa: S608  a constant
    ],
    "postgresql": [
        f"""CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$""",
        f"""CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()""",
        # Also for who says that it is a replica (session_replication_role).
        f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER audit_no_change",
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER audit_no_{event}" for event in ("update", "delete", "replace")],
    "postgresql": [f"DROP TRIGGER audit_no_change ON {TABLE}", "DROP FUNCTION audit_refuse()"],
}


def install(apps: Any, schema_editor: Any) -> None:
    """Forbid it, as a migration does."""
    for statement in _INSTALL.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)


def remove(apps: Any, schema_editor: Any) -> None:
    """Allow it again, as undoing the migration does."""
    for statement in _REMOVE.get(schema_editor.connection.vendor, []):
        schema_editor.execute(statement)
