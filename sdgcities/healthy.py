"""``python -m sdgcities.healthy``: whether the web server of this machine answers; the container's health check."""

import json
import os
import sys
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen


def main() -> int:
    """Ask /health/ under the public name, which is the only one the server answers to; 0 when all is well."""
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or "127.0.0.1"
    asked = Request(f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/health/", headers={"Host": host})
    try:
        with urlopen(asked, timeout=5) as answer:  # noqa: S310 - ourselves
            told = json.load(answer)
    except (URLError, OSError, ValueError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    sys.stdout.write(f"{json.dumps(told)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
