"""``manage.py make_roles``: the journal's owner and the application's own role on PostgreSQL, with what each may do (R-H1)."""

from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg2
from django.core.management.base import BaseCommand, CommandError
from psycopg2.extensions import connection, encrypt_password
from psycopg2.sql import SQL, Identifier, Literal

from sdgcities.environment import env

LOCK = 7_310_004_120  # held on the administrator's database: roles belong to the whole server, and two may come at once
OWNED = """
    SELECT n.nspname, c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('public', 'journal') AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e') AND c.relkind = 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY 1, 2
"""
FUNCTIONS = """
    SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname IN ('public', 'journal') AND p.prokind = 'f'
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    ORDER BY 1
"""
KINDS = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}
OWNER = (
    "ALTER DATABASE {database} OWNER TO {owner}",
    "GRANT CONNECT, CREATE, TEMPORARY ON DATABASE {database} TO {owner}",
    "CREATE SCHEMA IF NOT EXISTS journal",
    "ALTER SCHEMA journal OWNER TO {owner}",
    "GRANT USAGE, CREATE ON SCHEMA public TO {owner}",
)
# What the application may do, now and to what a later migration makes: in `journal` reading and one function, no more.
APPLICATION = (
    "REVOKE ALL ON DATABASE {database} FROM PUBLIC, {application}",  # a temporary table could stand before the journal's
    "REVOKE CREATE ON SCHEMA public FROM PUBLIC, {application}",
    "REVOKE ALL ON SCHEMA journal FROM PUBLIC, {application}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA journal FROM PUBLIC, {application}",
    "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA journal FROM PUBLIC, {application}",
    "GRANT CONNECT ON DATABASE {database} TO {application}",
    "GRANT USAGE ON SCHEMA public, journal TO {application}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {application}",
    "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {application}",
    "GRANT SELECT ON ALL TABLES IN SCHEMA journal TO {application}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA journal TO {application}",
    "{later} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {application}",
    "{later} IN SCHEMA public GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO {application}",
    "{later} IN SCHEMA journal GRANT SELECT ON TABLES TO {application}",
    "{later} IN SCHEMA journal GRANT EXECUTE ON FUNCTIONS TO {application}",
)


class Login(NamedTuple):
    """A role as a database address names it."""

    name: str
    password: str
    database: str


class Command(BaseCommand):
    """May be run again at any time: it says what is to be, not what is to be done."""

    help = (
        "Makes the roles of MIGRATE_DATABASE_URL (owner) and DATABASE_URL (application) on PostgreSQL, as the role of"
        " ADMIN_DATABASE_URL, and gives each its rights; what stands in the database already becomes the owner's."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them."""
        admin, owner, application = (
            _address("ADMIN_DATABASE_URL"),
            _login("MIGRATE_DATABASE_URL"),
            _login("DATABASE_URL"),
        )
        if owner.name == application.name:
            message = "MIGRATE_DATABASE_URL and DATABASE_URL name the same role: the owner must be another."
            raise CommandError(message)
        if owner.database != application.database:
            message = "MIGRATE_DATABASE_URL and DATABASE_URL name different databases."
            raise CommandError(message)
        try:
            self._make(admin, owner, application)
        except psycopg2.Error as error:
            raise CommandError(str(error).strip()) from error
        self.stdout.write(f"{owner.name} owns the database's tables, {application.name} works with them.")

    def _make(self, admin: str, owner: Login, application: Login) -> None:
        server = psycopg2.connect(admin)
        server.autocommit = True
        try:
            with server.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
                for login in (owner, application):
                    _make_role(server, login)
                names = {"owner": Identifier(owner.name), "application": Identifier(application.name)}
                cursor.execute(SQL("REVOKE {owner} FROM {application}").format(**names))
            _give(psycopg2.connect(_at(admin, owner.database)), owner, application)
        finally:
            server.close()


def _make_role(server: connection, login: Login) -> None:
    with server.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [login.name])
        found = cursor.fetchone()
        if found and found[0]:
            message = f"{login.name} is a superuser, whom no right restrains: choose another name."
            raise CommandError(message)
        verb = "ALTER" if found else "CREATE"
        words = SQL(verb + " ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {password}")
        hidden = encrypt_password(login.password, login.name, server, "scram-sha-256") if login.password else None
        password = Literal(hidden)  # as the server keeps it: the words themselves stand in no log
        cursor.execute(words.format(role=Identifier(login.name), password=password))


def _give(database: connection, owner: Login, application: Login) -> None:
    """The rights inside the database, in one transaction."""
    names = {
        "database": Identifier(owner.database),
        "owner": Identifier(owner.name),
        "application": Identifier(application.name),
        "later": SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {}").format(Identifier(owner.name)),
    }
    try:
        with database, database.cursor() as cursor:
            for sentence in OWNER:
                cursor.execute(SQL(sentence).format(**names))
            _hand_over(database, owner)
            for sentence in APPLICATION:
                cursor.execute(SQL(sentence).format(**names))
    finally:
        database.close()


def _hand_over(database: connection, owner: Login) -> None:
    """Whatever was made before by another role becomes the owner's."""
    role = Identifier(owner.name)
    with database.cursor() as cursor:
        cursor.execute(OWNED)
        for schema, name, kind in cursor.fetchall():
            cursor.execute(SQL("ALTER " + KINDS[kind] + " {} OWNER TO {}").format(Identifier(schema, name), role))
        cursor.execute(FUNCTIONS)
        for (signature,) in cursor.fetchall():
            cursor.execute(SQL("ALTER FUNCTION " + signature + " OWNER TO {}").format(role))


def _address(variable: str) -> str:
    found = env(variable)
    if urlsplit(found).scheme not in {"postgres", "postgresql"}:
        message = f"{variable} must be given, and begin with postgres://."
        raise CommandError(message)
    return found


def _login(variable: str) -> Login:
    parts = urlsplit(_address(variable))
    if not parts.username or not parts.path.strip("/"):
        message = f"{variable} must name a role and a database: postgres://role:password@host:port/database."
        raise CommandError(message)
    return Login(unquote(parts.username), unquote(parts.password or ""), unquote(parts.path.lstrip("/")))


def _at(address: str, database: str) -> str:
    parts = urlsplit(address)
    return urlunsplit((parts.scheme, parts.netloc, f"/{database}", parts.query, ""))
