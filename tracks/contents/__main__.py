"""The process in which one file is judged: `python -m tracks.contents <path> <name>`, shut in before it reads."""

import codecs
import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

from PIL import Image

from tracks import contents

CHARACTERS = (
    *("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "ascii", "latin-1", "cp437", "koi8-r"),
    *(f"cp125{number}" for number in range(9)),
    *(f"iso8859-{number}" for number in (*range(1, 12), *range(13, 17))),
)
MEMORY = 768 * 1024 * 1024
SECONDS = 20


def shut() -> None:
    """From here on: this much memory and time, no further file, no network, no other process."""
    for name in CHARACTERS:  # Python reads each from a file when it is first asked for
        codecs.lookup(name)
    Image.preinit()  # and Pillow its formats
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, 0),  # what is open stays open; neither a file nor a socket can be opened
    )
    for what, most in limits:
        with suppress(ValueError, OSError):  # a system that knows no such limit keeps the others
            resource.setrlimit(what, (most, most))


def judge(data: bytes, name: str) -> dict[str, str]:
    """What was found, or the code of the reason."""
    try:
        found = contents.inspect(data, name)
    except contents.Unfit as verdict:
        return {"unfit": verdict.code}
    return {"media_type": found.media_type, "file_name": found.file_name}


if __name__ == "__main__":
    given = Path(sys.argv[1]).read_bytes()
    shut()
    sys.stdout.write(json.dumps(judge(given, sys.argv[2])))
