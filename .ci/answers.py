"""Asks a service whether it answers: exit code 0 or 1. With --create NAME a missing PostgreSQL database is made."""

import argparse
import sys
from urllib.parse import urlsplit


def postgres(url: str, create: str | None) -> None:
    import psycopg2  # noqa: PLC0415 - only the asked service's package is needed
    from psycopg2 import sql  # noqa: PLC0415 - as above

    connection = psycopg2.connect(url, connect_timeout=3)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [create])
        if create and not cursor.fetchone():
            cursor.execute(
                sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(sql.Identifier(create))
            )
    connection.close()


def redis(url: str) -> None:
    from redis import Redis  # noqa: PLC0415 - only the asked service's package is needed

    Redis.from_url(url, socket_connect_timeout=3).ping()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--create")
    asked = parser.parse_args()
    try:
        if urlsplit(asked.url).scheme.startswith("postgres"):
            postgres(asked.url, asked.create)
        else:
            redis(asked.url)
    except Exception as trouble:  # noqa: BLE001 - whatever it is, the service does not answer
        sys.stderr.write(f"{asked.url}: {trouble}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
