"""Whose the journal is on PostgreSQL: its owner's, who alone may change it, and never the application's own role's.

One role that owns a table can give itself back what it revoked; so the application works as a second one, which may read
the table and call the function that adds to it, and nothing else (``manage.py make_roles``).
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

TABLE = "journal.journal_entry"
APPEND = "journal.append(timestamptz[], text[], text[], uuid[], text[])"
RIGHTS = """
    SELECT
        (SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles WHERE rolname = current_user)
        OR pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = %(table)s::regclass), 'MEMBER')
        OR pg_has_role(current_user, (SELECT proowner FROM pg_proc WHERE oid = %(append)s::regprocedure), 'MEMBER')
        OR pg_has_role(current_user, (SELECT datdba FROM pg_database WHERE datname = current_database()), 'MEMBER')
        OR has_schema_privilege(current_user, 'journal', 'CREATE')
        OR has_schema_privilege(current_user, 'public', 'CREATE')
        OR has_database_privilege(current_user, current_database(), 'CREATE')
        OR has_database_privilege(current_user, current_database(), 'TEMPORARY')
        OR has_table_privilege(current_user, %(table)s, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
        OR has_any_column_privilege(current_user, %(table)s, 'INSERT, UPDATE')
"""
ONE_ROLE = (
    "The application's database role may change the journal: only triggers stand in its way, and it may put them aside."
)
HINT = "Make two roles: manage.py make_roles (docs/running.md, “Two roles”)."


def may_change_the_journal() -> bool:
    """Whether the connection's role could change the journal's table, put another in its place, or take itself the right to (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute(RIGHTS, {"table": TABLE, "append": APPEND})
        return bool(cursor.fetchone()[0])


def is_one_role() -> bool:
    """Whether the journal is there and the connection's role could change it; False where nothing can be asked."""
    try:
        return connection.vendor == "postgresql" and may_change_the_journal()
    except DatabaseError:
        return False


@checks.register(checks.Tags.security, deploy=True)
def journal_is_not_ours(app_configs: Sequence[Any] | None, **more: object) -> list[checks.CheckMessage]:
    """Before the site opens: the journal must not be the application's to change, and there must be a key to sign it."""
    found: list[checks.CheckMessage] = []
    if connection.vendor != "postgresql":
        words = "On SQLite whoever may write the database's file may rewrite the journal."
        found.append(
            checks.Warning(words, hint="Have others keep its checkpoints, or use PostgreSQL.", id="sdgcities.W001")
        )
    else:
        found += _on_postgresql()
    if not settings.SIGNING_KEYS.get("journal"):
        words = "JOURNAL_SIGNING_KEY is missing here, so no checkpoint of the journal can be signed."
        hint = "The worker needs it: openssl rand -base64 32. The web server does not; ask in the worker's environment."
        found.append(checks.Error(words, hint=hint, id="sdgcities.E002"))
    return found


def _on_postgresql() -> list[checks.CheckMessage]:
    try:
        alone = may_change_the_journal()
    except DatabaseError as error:
        words = f"Whose the journal is could not be asked: {error}".strip()
        return [checks.Error(words, hint="Migrate first, and see that the database answers.", id="sdgcities.E003")]
    return [checks.Error(ONE_ROLE, hint=HINT, id="sdgcities.E001")] if alone else []
