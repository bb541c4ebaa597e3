"""The panel's queue page: beside a view of the same rows by bare SQL, unrendered; and at 100,000 beside 1,000.

`queue_page` does not reach its aim. Its time on PostgreSQL, by sampling the stack: 33 % the list's own query (built,
compiled, planned, run, read: planning five tables and two subqueries is more than half of what the server does), 23 %
templates (the page round the table; its rows are 2 %), 18 % middleware, session and person (the reference pays these
too), 16 % the seats held and the filter of rights, 10 % the cells. Twice the reference would need statements that the
server keeps planned, and a header and footer that are not rendered for each request.
"""

import sys
from collections.abc import Callable

import measure
import serving

ROWS = 50
SQL = """
    SELECT a.reference, c.name, c.country_id, a.stage, a.state, p.part,
           (SELECT count(*) FROM certification_finding f
             WHERE f.application_id = a.id AND f.person_id = p.person_id AND f.cycle = a.cycle
               AND f.filed_at IS NULL AND f.set_aside_at IS NULL)
      FROM certification_application a
      JOIN sdgcities_city c ON c.id = a.city_id
      JOIN certification_part p ON p.application_id = a.id
     WHERE p.person_id = %s AND p.part IN ('lead', 'evaluator') AND p.ended_at IS NULL
       AND EXISTS (SELECT 1 FROM certification_applicationuserobjectpermission r
                    WHERE r.content_object_id = a.id AND r.user_id = p.person_id
                      AND r.permission_id = (SELECT id FROM auth_permission WHERE codename = 'read_case'))
     ORDER BY a.submitted_at, a.reference
     LIMIT 50
"""


def bare(request: object) -> object:
    """The reference: signed in, the same fifty rows with their rights, by bare SQL, unrendered."""
    from django.db import connection
    from django.http import HttpResponse

    with connection.cursor() as cursor:
        cursor.execute(SQL, [request.user.pk if measure.on_postgres() else request.user.pk.hex])
        rows = cursor.fetchall()
    return HttpResponse("\n".join("\t".join(map(str, row)) for row in rows), content_type="text/plain")


def serve(member: object) -> Callable[[str], bytes]:
    """The house's own WSGI application with the reference's address beside its own, for MEMBER's session."""
    from django.contrib.auth.decorators import login_required
    from django.urls import path

    from sdgcities import urls

    if not any(getattr(one, "name", "") == "bare" for one in urls.urlpatterns):
        urls.urlpatterns.insert(0, path("bare/", login_required(bare), name="bare"))
    return serving.signed_in(member)


def same_rows(get: Callable[[str], bytes]) -> None:
    """Both sides show the same fifty cases."""
    page = get("/panel/").decode()
    references = [line.split("\t")[0] for line in get("/bare/").decode().splitlines()]
    measure.must(len(references) == ROWS, f"the reference gave {len(references)} rows")
    measure.must(page.count("sdg-reference") == ROWS, "the page does not show fifty rows")
    measure.must(all(one in page for one in references), "the two sides show different rows")


def queue_page() -> None:
    """Fifty rows of 10,000 with their rights."""
    import population

    with measure.database():
        get = serve(population.populate(10_000))
        measure.settle()
        same_rows(get)
        found = measure.pairs(lambda: get("/panel/"), lambda: get("/bare/"))
    measure.tell(
        "queue_page",
        found,
        aim=2,
        note="50 of 10,000; the larger part is building queries and the page round the table",
    )


def size_of(number: int) -> None:
    """In a process of its own: serve a population of NUMBER and time the page at each line that comes in."""
    import population

    with measure.database():
        get = serve(population.populate(number))
        measure.settle()
        same_rows(get)
        get("/panel/")
        print("ready", flush=True)
        for _line in sys.stdin:
            print(measure.once(lambda: get("/panel/")), flush=True)


def queue_growth() -> None:
    """The same page at 100,000 beside 1,000, each in a process and a database of its own, in interleaved pairs."""
    import os
    import subprocess

    environment = {**os.environ, "DATABASE_URL": measure.GIVEN}
    homes = [
        subprocess.Popen(
            [sys.executable, __file__, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for number in (100_000, 1_000)
    ]
    for home in homes:
        measure.must(home.stdout.readline() == "ready\n", "a population could not be made")

    def ask(home: subprocess.Popen[str]) -> float:
        home.stdin.write("\n")
        home.stdin.flush()
        return float(home.stdout.readline())

    for home in homes:
        ask(home)
    found = []
    for number in range(measure.PAIRS):
        turn = homes if number % 2 else homes[::-1]
        times = {id(home): ask(home) for home in turn}
        found.append((times[id(homes[0])], times[id(homes[1])]))
    for home in homes:
        home.stdin.close()
        home.wait()
    measure.tell("queue_growth", found, aim=1.2, note="100,000 applications beside 1,000")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        size_of(int(sys.argv[1]))
    else:
        queue_page()
        queue_growth()
