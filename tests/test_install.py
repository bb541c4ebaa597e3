"""The two commands' ground: the lock, the set-up that leaves the network alone, the server that ends whole."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

HOUSE = Path(__file__).parents[1]
LOCK = (HOUSE / "requirements.lock").read_text(encoding="utf-8")


def without_network(*command):
    """Run COMMAND where no network is: in a network namespace of its own, or with every index and proxy leading nowhere."""
    nowhere = dict.fromkeys(
        ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"], "http://127.0.0.1:9"
    )
    environment = {**os.environ, **nowhere, "UV_OFFLINE": "1", "PIP_NO_INDEX": "1"}
    namespaces = subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode == 0
    cut_off = ["unshare", "-n"] if namespaces else []
    return subprocess.run(
        [*cut_off, *command], cwd=HOUSE, env=environment, capture_output=True, text=True, timeout=600, check=False
    )


def test_the_lock_names_no_index_and_hashes_every_package():
    assert [line for line in LOCK.splitlines() if "://" in line or line.startswith("--")] == []
    packages = re.split(r"\n(?=[a-z0-9])", LOCK)
    assert [package.split()[0] for package in packages if "--hash=sha256:" not in package] == []


def test_the_lock_holds_what_pyproject_asks_for():
    import tomllib

    asked = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*asked["project"]["dependencies"], *asked["dependency-groups"]["dev"]]
    locked = set(re.findall(r"^([a-z0-9-]+)==", LOCK, flags=re.MULTILINE))
    assert {re.match(r"[a-z0-9-]+", line)[0] for line in wanted} - locked == set()


def test_a_set_up_that_fits_does_not_touch_the_network():
    assert (HOUSE / ".venv" / "lock-hash").read_text().strip() == hashlib.sha256(LOCK.encode()).hexdigest()
    done = without_network(".ci/set-up", "browser" if os.environ.get("BROWSER") != "0" else "")
    assert (done.returncode, done.stderr) == (0, "")


def test_make_check_passes_without_a_network():
    done = without_network("make", "check")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


def test_the_environment_file_is_its_owners_alone():
    kept = HOUSE / "var" / "env"
    assert kept.stat().st_mode & 0o077 == 0
    assert re.search(r"^SECRET_KEY=.{50,}$", kept.read_text(), flags=re.MULTILINE)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url):
    for _ in range(150):
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.status
        except OSError:
            time.sleep(0.2)
    return None


@pytest.fixture
def served(tmp_path):
    """A server with its worker, on a database of its own; gives the process and its address."""
    environment = {
        **{name: value for name, value in os.environ.items() if name != "REDIS_URL"},
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "MEDIA_ROOT": str(tmp_path / "media"),
        "SECRET_KEY": "for-this-test-only",
    }
    manage = [sys.executable, str(HOUSE / "manage.py")]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=environment, cwd=HOUSE, check=True)
    port = free_port()
    process = subprocess.Popen(
        [*manage, "serve", "--port", str(port)],
        env=environment,
        cwd=HOUSE,
        start_new_session=True,
        stdout=subprocess.PIPE,
    )
    yield process, port
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


def workers_of(process):
    """The worker processes in the server's process group."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if b"work" in words and os.getpgid(int(folder.name)) == process.pid:
                found.append(int(folder.name))
        except OSError:  # it ended while we looked
            continue
    return found


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_server_and_its_worker_end_together(served, ending):
    process, port = served
    assert answers(f"http://127.0.0.1:{port}/static/css/site.css") == 200
    assert len(workers_of(process)) == 1
    process.send_signal(ending)
    assert process.wait(20) == 0
    assert workers_of(process) == []


def test_a_server_whose_worker_dies_does_not_go_on_alone(served):
    process, port = served
    assert answers(f"http://127.0.0.1:{port}/static/css/site.css") == 200
    os.kill(workers_of(process)[0], signal.SIGKILL)
    assert process.wait(20) == 1


def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", str(port)],
            cwd=HOUSE,
            capture_output=True,
            text=True,
            check=False,
        )
    assert told.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be opened" in told.stderr
    assert "Traceback" not in told.stderr
