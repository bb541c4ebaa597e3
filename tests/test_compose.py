"""docker-compose.yml: what it says, and its own commands started bare on PostgreSQL and Redis (no container was started)."""

import hashlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psycopg2
import pytest
import yaml

from tests.canaries import text_of_pdf
from tests.to_a_report import take_to_a_report

HOUSE = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
FILE = yaml.safe_load((HOUSE / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = FILE["services"]
OURS = ("migrate", "web", "worker", "beat")
EXAMPLE = (HOUSE / ".env.example").read_text(encoding="utf-8")


def examples():
    """The variables of .env.example that are set there."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, flags=re.MULTILINE))


# --- what the file says


def test_the_services_are_these():
    assert set(SERVICES) == {*OURS, "postgres", "redis"}


def test_the_image_copies_only_what_is_there_and_collects_the_static_files():
    dockerfile = FILE["x-app"]["build"]["dockerfile_inline"]
    copied = [
        name for names in re.findall(r"^COPY (.+) \S+$", dockerfile, flags=re.MULTILINE) for name in names.split()
    ]
    assert {"manage.py", "sdgcities", "tracks", "certification", "monitoring", "templates", "static"} <= set(copied)
    assert [name for name in copied if not (HOUSE / name).exists()] == []
    assert "manage.py collectstatic" in dockerfile
    assert dockerfile.rstrip().endswith("USER app")


def test_the_image_is_built_from_nothing_that_is_secret_or_not_needed():
    told = (HOUSE / ".dockerignore").read_text(encoding="utf-8").splitlines()
    named = re.findall(r"^COPY (.+) \S+$", FILE["x-app"]["build"]["dockerfile_inline"], flags=re.MULTILINE)
    assert told[1] == "*"
    assert {line[1:] for line in told if line.startswith("!")} == {name for names in named for name in names.split()}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_has_a_health_check_and_a_root_that_is_only_read(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]
    assert ("healthcheck" in service) == (name != "migrate")  # it ends, and the others wait for its end


def test_every_service_waits_for_what_it_needs():
    waits = {
        name: {on: how["condition"] for on, how in SERVICES[name].get("depends_on", {}).items()} for name in SERVICES
    }
    ready = {"migrate": "service_completed_successfully", "redis": "service_healthy"}
    assert waits == {
        "migrate": {"postgres": "service_healthy"},
        **dict.fromkeys(("web", "worker", "beat"), ready),
        "postgres": {},
        "redis": {},
    }


def test_no_secret_stands_in_the_file_and_what_must_be_given_is_asked_for():
    text = (HOUSE / "docker-compose.yml").read_text(encoding="utf-8")
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    must = {"POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD", "JOURNAL_SIGNING_KEY"}
    assert asked == must
    assert re.findall(r"(?:PASSWORD|SECRET_KEY|_KEY): (?!\$\{|\"\"$)\S+", text, flags=re.MULTILINE) == []
    assert {name for name, value in examples().items() if not value} >= {"SECRET_KEY", *must}


def test_each_service_knows_only_its_own_secrets():
    """`migrate` alone the owner's and the administrator's passwords, `worker` alone the key that signs."""
    given = {name: SERVICES[name].get("environment", FILE["x-app"]["environment"]) for name in OURS}
    signs = {name for name in OURS if given[name]["JOURNAL_SIGNING_KEY"]}
    owns = {name for name in OURS if "MIGRATE_DATABASE_URL" in given[name] or "ADMIN_DATABASE_URL" in given[name]}
    assert (signs, owns) == ({"worker"}, {"migrate"})
    assert all(given[name]["POSTGRES_PASSWORD"] == given[name]["OWNER_PASSWORD"] == "" for name in OURS)


def test_env_example_names_every_variable_that_is_read():
    """And README's table of settings names no variable that stands nowhere else."""
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, flags=re.MULTILINE))
    read = set()
    commands = HOUSE / "sdgcities" / "management" / "commands"
    for place in (*HOUSE.glob("sdgcities/*.py"), *commands.glob("*.py"), HOUSE / "docker-compose.yml"):
        code = place.read_text(encoding="utf-8")
        read |= set(
            re.findall(
                r"(?:\benv|\bflag|\bsecret|_number|_address|_login|environ\.get|environ)[(\[]\"([A-Z_]+)\"", code
            )
        )
        read |= set(re.findall(r"(?<!\$)\$\{(\w+)", code))
    inside = {"DJANGO_SETTINGS_MODULE", "DEBUG", "PORT"}  # for developers, and the port inside the container
    assert read - named - inside == set()
    assert named - read == set()
    table = set(
        re.findall(r"^\| `([A-Z_]+)` \|", (HOUSE / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert table - named - {"SDGC_EVIDENCE"} == set()


def test_env_is_not_committed():
    assert "/.env" in (HOUSE / ".gitignore").read_text(encoding="utf-8").splitlines()


# --- its commands, started bare


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(name, environment):
    """The command of a service, its variables read from ENVIRONMENT as Compose reads them."""
    told = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda one: environment.get(one[1]) or one[2], SERVICES[name]["command"])
    return shlex.split(told)


def healthy(name, environment):
    """Whether the health check of a service says that it is well, asked as the engine asks it."""
    kind, *words = SERVICES[name]["healthcheck"]["test"]
    words = [word.replace("$$", "$") for word in words]
    asked = words if kind == "CMD" else ["sh", "-c", *words]
    return (
        subprocess.run(asked, cwd=HOUSE, env=environment, capture_output=True, timeout=60, check=False).returncode == 0
    )


@pytest.fixture
def environment(tmp_path):
    """Variables as the file and .env.example give them, with a fresh database, a Redis number and a port of their own."""
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    name = f"sdgc_bare_{os.getpid()}"
    connection = psycopg2.connect(f"{server}/postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0")
    port = free_port()
    roles = {"owner": f"sdgc_owner_{os.getpid()}", "application": f"sdgc_app_{os.getpid()}"}
    inside = {
        "DATABASE_URL": as_role(f"{server}/{name}", roles["application"]),
        "REDIS_URL": urlsplit(os.environ["REDIS_URL"])._replace(path="/13").geturl(),
        "MEDIA_ROOT": str(tmp_path / "media"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "BEAT_PULSE": str(tmp_path / "pulse"),
    }
    secrets = {"JOURNAL_SIGNING_KEY": "", "POSTGRES_PASSWORD": "", "OWNER_PASSWORD": ""}
    assert set(FILE["x-app"]["environment"]) == set(inside) | set(secrets)
    addresses = {
        "ADMIN_DATABASE_URL": f"{server}/postgres",
        "MIGRATE_DATABASE_URL": as_role(f"{server}/{name}", roles["owner"]),
    }
    assert set(SERVICES["migrate"]["environment"]) == set(inside) | set(secrets) | set(addresses)
    bare = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOSTNAME": socket.gethostname(), "HOME": str(tmp_path)}
    given = {
        **examples(),
        "SECRET_KEY": "for-this-test-only",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "DEMONSTRATION": "1",
        "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
        "STATIC_ROOT": str(tmp_path / "static"),
        "WEB_WORKERS": "1",
        "WORKER_CONCURRENCY": "1",
        "TICK_SECONDS": "2",
    }
    yield {**bare, **given, **inside, **addresses}
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        for role in roles.values():
            cursor.execute(f'DROP ROLE IF EXISTS "{role}"')
    connection.close()


def as_role(address, role):
    """ADDRESS with another role."""
    parts = urlsplit(address)
    return parts._replace(netloc=f"{role}@{parts.netloc.rpartition('@')[2]}").geturl()


def manage(environment, *words):
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=HOUSE, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


PEOPLE = """
from datetime import timedelta
from django.core.management import call_command
from django.utils import timezone
from certification.management import bodies
call_command("load_reference", verbosity=0)
bodies.bring_in(at=timezone.now() - timedelta(hours=2), cities=(bodies.CITY, "kisumu"))
"""


@pytest.fixture
def started(environment, tmp_path):
    """Collects, migrates, lets people in, then starts web server, worker and clock; ends them."""
    manage(environment, "collectstatic", "--noinput", "--verbosity", "0", "--ignore", "drf_spectacular_sidecar")
    subprocess.run(command("migrate", environment), cwd=HOUSE, env=environment, check=True, stdout=subprocess.DEVNULL)
    manage(environment, "shell", "--verbosity", "0", "--command", PEOPLE)
    processes = {}
    for name in ("web", "worker", "beat"):
        told = [word.replace("/tmp/", f"{tmp_path}/") for word in command(name, environment)]
        with (tmp_path / f"{name}.log").open("w") as log:
            processes[name] = subprocess.Popen(
                told, cwd=HOUSE, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
    yield processes
    for process in processes.values():
        process.terminate()
    for process in processes.values():
        process.wait(60)
    shutil.rmtree(tmp_path / "static")


def eventually(question, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if answer := question():
                return answer
        except OSError:
            pass
        time.sleep(0.5)
    return None


@pytest.mark.postgres
@pytest.mark.redis
def test_the_files_own_commands_take_an_application_to_its_printed_report(started, environment, tmp_path):
    """Web server, worker and clock as the file starts them; everybody by requests; the report printed by the worker."""
    for name in ("web", "worker", "beat"):
        assert eventually(lambda name=name: healthy(name, environment)), (tmp_path / f"{name}.log").read_text()[-3000:]
    address = environment["PUBLIC_URL"]
    case, people = take_to_a_report(f"{address}/")
    lead, city, stranger = people["lead"], people["delegate"], people["newcity"]
    (number,) = set(re.findall(rf"/case/{case}/reports/(\d+)/(?!draft)", lead.read(f"/case/{case}/panel/")))
    paper = f"/case/{case}/reports/{number}/pdf/"
    assert eventually(lambda: lead.ask(paper)[0] == 200)
    printed, told = lead.ask(paper)[1], lead.ask(f"/case/{case}/reports/{number}/json/")[1]
    assert printed.startswith(b"%PDF-")
    assert hashlib.sha256(told).hexdigest() in re.sub(r"\s", "", text_of_pdf(printed))
    assert city.ask(paper)[1] == printed
    assert stranger.ask(paper)[0] == 404
    assert [process.poll() for process in started.values()] == [None, None, None]
    styled(address)
    logged((tmp_path / "web.log").read_text(), case)


def styled(address):
    """Static files come under hashed names, to be kept for good, and packed."""
    with urlopen(f"{address}/", timeout=10) as page:
        (sheet,) = re.findall(r'href="(/static/css/site\.[0-9a-f]{12}\.css)"', page.read().decode())
    with urlopen(Request(f"{address}{sheet}", headers={"Accept-Encoding": "gzip"}), timeout=10) as answer:
        assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"


def logged(log, case):
    """Every request stands in the log with its status and its time."""
    assert re.search(rf'"GET /case/{case}/lead/sign/" 200 \d+ bytes \d+ ms', log), log[-2000:]


# --- production's own checks


def checked(**given):
    """What `manage.py check --deploy` says in production settings; GIVEN changes them."""
    production = {
        "PATH": os.environ["PATH"],
        **examples(),
        "SECRET_KEY": "k7Qe1vT9wZ3xB5nM8rL2pY6uA4sD0fGhJcVtXeWq-RzKbNmPyUoIa",
        "DATABASE_URL": "postgres://sdgcities:unused@127.0.0.1:1/none",
        "JOURNAL_SIGNING_KEY": "c2lnbmVkIGluIHRlc3RzLCBhbmQgbm93aGVyZSBlbHM=",
        **given,
    }
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=HOUSE,
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )


def complaints(done):
    return set(re.findall(r"\((\w+\.[EW]\d+)\)", done.stderr))


def test_production_settings_pass_djangos_own_checks():
    """All but the question whose the journal is, which only a database answers (tests/sdgcities/test_ownership.py)."""
    assert complaints(checked()) == {"sdgcities.E003"}


def test_production_without_a_key_that_signs_is_told_so():
    assert complaints(checked(JOURNAL_SIGNING_KEY="")) == {"sdgcities.E002", "sdgcities.E003"}


def test_on_sqlite_the_check_says_what_the_journal_cannot_promise():
    assert complaints(checked(DATABASE_URL="")) == {"sdgcities.W001"}


def test_the_check_of_production_settings_can_fail():
    done = checked(PUBLIC_URL="http://certify.example.org", SECRET_KEY="short")
    assert done.returncode == 1
    assert "security.W009" in done.stderr


# --- the log


def test_no_log_keeps_a_letters_key():
    from sdgcities.serving import without_keys

    assert without_keys("GET /invitations/s3cret-token/ HTTP/1.1") == "GET /invitations/…/ HTTP/1.1"
    assert without_keys("/accounts/password/reset/key/2a-b9-c0ffee/") == "/accounts/password/reset/key/…/"
    assert without_keys("/case/SDGC-2026-00001/") == "/case/SDGC-2026-00001/"
