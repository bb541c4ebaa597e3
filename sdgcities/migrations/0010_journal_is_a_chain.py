"""The journal becomes a chain: a new table with digests, a function that alone writes it, and what stood before adopted."""

from django.db import migrations, models
from django.utils import timezone

from sdgcities import canonical, chain
from sdgcities.verify_journal import GENESIS, Tree, leaf

CHUNK = 2_000

# `journal.append` runs with the rights of the schema's owner and is all that the application may do to the table beside
# reading it. Rows join one after the other under a lock that ends with the transaction; the function is the transaction's
# last statement and what was deferred is checked before it (`sdgcities.journal.append`), so its holder wants nothing more.
POSTGRESQL = (
    "CREATE SCHEMA IF NOT EXISTS journal",
    """
    CREATE TABLE journal.journal_entry (
        seq bigint PRIMARY KEY CHECK (seq > 0),
        at timestamp with time zone NOT NULL,
        act varchar(100) NOT NULL,
        object varchar(200) NOT NULL,
        actor uuid NULL,
        body text NOT NULL,
        previous varchar(64) NOT NULL,
        digest varchar(64) NOT NULL
    )
    """,
    "CREATE INDEX journal_entry_of_object ON journal.journal_entry (object, seq)",
    "CREATE INDEX journal_entry_of_actor ON journal.journal_entry (actor, seq)",
    "CREATE INDEX journal_entry_of_act ON journal.journal_entry (act, seq)",
    "CREATE INDEX journal_entry_at ON journal.journal_entry (at)",
    "CREATE INDEX journal_entry_of_case ON journal.journal_entry ((body::jsonb ->> 'application'), seq)",
    """
    CREATE FUNCTION journal.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'The journal is only ever added to.'; END $$
    """,
    """
    CREATE TRIGGER journal_entry_stays BEFORE UPDATE OR DELETE ON journal.journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal.refuse()
    """,
    """
    CREATE TRIGGER journal_entry_whole BEFORE TRUNCATE ON journal.journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse()
    """,
    """
    CREATE FUNCTION journal.append(ats timestamptz[], acts text[], objects text[], actors uuid[], bodies text[])
    RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '30s' AS $$
    DECLARE
        number bigint;
        previous text;
        digest text;
        line text;
    BEGIN
        PERFORM pg_advisory_xact_lock(%(lock)s);
        SELECT entry.seq, entry.digest INTO number, previous
            FROM journal.journal_entry entry ORDER BY entry.seq DESC LIMIT 1;
        number := coalesce(number, 0);
        previous := coalesce(previous, '%(genesis)s');
        FOR place IN 1 .. coalesce(array_length(acts, 1), 0) LOOP
            number := number + 1;
            IF acts[place] !~ '%(plain)s' OR objects[place] !~ '%(plain)s' THEN
                RAISE EXCEPTION 'The journal cannot write %%, %%.', acts[place], objects[place];
            END IF;
            IF ats[place] < '0001-01-01 UTC' OR ats[place] >= '10000-01-01 UTC' THEN
                RAISE EXCEPTION 'The journal cannot write this time.';
            END IF;
            IF json_typeof(bodies[place]::json) <> 'object' OR bodies[place] ~ '[\n\r]' THEN
                RAISE EXCEPTION 'A row of the journal says what was done in one line of RFC 8785.';
            END IF;
            line := '{"act":"' || acts[place]
                || '","actor":' || coalesce('"' || actors[place]::text || '"', 'null')
                || ',"at":"' || to_char(ats[place] AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
                || 'Z","body":' || bodies[place] || ',"object":"' || objects[place]
                || '","previous":"' || previous || '","seq":' || number || '}';
            digest := encode(sha256(decode('00', 'hex') || convert_to(line, 'UTF8')), 'hex');
            INSERT INTO journal.journal_entry (seq, at, act, object, actor, body, previous, digest)
                VALUES (number, ats[place], acts[place], objects[place], actors[place], bodies[place], previous, digest);
            previous := digest;
        END LOOP;
        RETURN number;
    END $$
    """
    % {"lock": 7_310_004_119, "genesis": "0" * 64, "plain": r"^[!#-\[\]-~]+$"},
    "REVOKE ALL ON FUNCTION journal.append(timestamptz[], text[], text[], uuid[], text[]) FROM PUBLIC",
)
SQLITE = (
    "ALTER TABLE journal_entry RENAME TO journal_before",
    "DROP INDEX journal_entry_object",
    """
    CREATE TABLE journal_entry (
        seq integer NOT NULL PRIMARY KEY CHECK (seq > 0),
        at datetime NOT NULL,
        act varchar(100) NOT NULL,
        object varchar(200) NOT NULL,
        actor char(32) NULL,
        body text NOT NULL,
        previous varchar(64) NOT NULL,
        digest varchar(64) NOT NULL
    )
    """,
    "CREATE INDEX journal_entry_of_object ON journal_entry (object, seq)",
    "CREATE INDEX journal_entry_of_actor ON journal_entry (actor, seq)",
    "CREATE INDEX journal_entry_of_act ON journal_entry (act, seq)",
    "CREATE INDEX journal_entry_at ON journal_entry (at)",
    "CREATE INDEX journal_entry_of_case ON journal_entry (json_extract(body, '$.application'), seq)",
    "DROP TRIGGER journal_entry_stays",
    "DROP TRIGGER journal_entry_whole",
    """
    CREATE TRIGGER journal_entry_stays BEFORE UPDATE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'The journal is only ever added to.'); END
    """,
    """
    CREATE TRIGGER journal_entry_whole BEFORE DELETE ON journal_entry
    BEGIN SELECT RAISE(ABORT, 'The journal is only ever added to.'); END
    """,
)
LINE_OF_VALUES = (
    f"SELECT {chain.SQLITE} FROM"  # noqa: S608 - our own text
    " (SELECT %s AS at, %s AS act, %s AS object, %s AS actor, %s AS body, %s AS previous, %s AS seq)"
)
OLD_GOES = {
    "postgresql": ("DROP TABLE public.journal_entry", "DROP FUNCTION public.journal_entry_refuse()"),
    "sqlite": ("DROP TABLE journal_before",),
}


def make_chain(apps, schema_editor):
    """Make the new table, adopt what stood in the old one, drop that."""
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)
    with schema_editor.connection.cursor() as cursor:
        _adopt(cursor, vendor)
    for statement in OLD_GOES[vendor]:
        schema_editor.execute(statement)


def _adopt(cursor, vendor):
    """Chain the old rows in their order, numbered anew without gaps, and write down their number and root last."""
    old = "public.journal_entry" if vendor == "postgresql" else "journal_before"
    cursor.execute(f"SELECT at, act, object, actor, body FROM {old} ORDER BY seq")  # noqa: S608 - two names of ours
    rows = cursor.fetchall()
    if not rows:
        return
    write = _write_postgresql if vendor == "postgresql" else _write_sqlite
    for start in range(0, len(rows), CHUNK):
        write(cursor, rows[start : start + CHUNK])
    table = "journal.journal_entry" if vendor == "postgresql" else "journal_entry"
    cursor.execute(f"SELECT digest FROM {table} ORDER BY seq")  # noqa: S608 - two names of ours
    tree = Tree()
    for (digest,) in cursor.fetchall():
        tree.add(bytes.fromhex(digest))
    body = canonical.text({"root": tree.root().hex(), "size": tree.size})
    now = timezone.now()
    at = now if vendor == "postgresql" else now.strftime("%Y-%m-%d %H:%M:%S.%f")
    write(cursor, [(at, "journal.adopted", f"sdgcities.entry:{tree.size}", None, body)])


def _write_postgresql(cursor, rows):
    columns = [list(column) for column in zip(*rows)]
    columns[3] = [actor and str(actor) for actor in columns[3]]
    cursor.execute(
        "SELECT journal.append(%s::timestamptz[], %s::text[], %s::text[], %s::uuid[], %s::text[])", columns
    )


def _write_sqlite(cursor, rows):
    cursor.execute("SELECT seq, digest FROM journal_entry ORDER BY seq DESC LIMIT 1")
    seq, digest = cursor.fetchone() or (0, GENESIS)
    for row in rows:
        seq, previous = seq + 1, digest
        told = [*(str(value) if value is not None else None for value in row), previous, seq]
        cursor.execute(LINE_OF_VALUES, told)
        digest = leaf(cursor.fetchone()[0])
        cursor.execute("INSERT INTO journal_entry VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", [seq, *told[:-1], digest])


class Migration(migrations.Migration):


    dependencies = [
        ('sdgcities', '0009_forms_that_were_sent'),
    ]

    operations = [
        migrations.RunPython(make_chain),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.BigIntegerField(unique=True, verbose_name='rows')),
                ('root', models.CharField(max_length=64, verbose_name='root')),
                ('at', models.DateTimeField(verbose_name='when')),
                ('line', models.TextField(verbose_name='published line')),
            ],
            options={
                'verbose_name': 'checkpoint',
                'verbose_name_plural': 'checkpoints',
            },
        ),
        migrations.CreateModel(
            name='PublicKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fragment', models.CharField(max_length=60, unique=True)),
                ('purpose', models.CharField(max_length=30)),
                ('multibase', models.CharField(max_length=100)),
                ('since', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'public key',
                'verbose_name_plural': 'public keys',
            },
        ),
        migrations.CreateModel(
            name='Subtree',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField()),
                ('place', models.BigIntegerField()),
                ('root', models.CharField(max_length=64)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('level', 'place'), name='subtree_once')],
            },
        ),
    ]
