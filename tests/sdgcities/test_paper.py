"""Paper draws on bundled files only."""

import pytest
from django.conf import settings

from sdgcities.paper import OurFilesOnly


def test_a_bundled_font_is_fetched():
    url = (settings.BASE_DIR / "static" / "fonts" / "NotoSans-Regular.ttf").as_uri()
    assert OurFilesOnly().fetch(url).read()[:4] == b"\x00\x01\x00\x00"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/logo.png",
        "file:///etc/passwd",
        (settings.BASE_DIR / "static").as_uri() + "/../pyproject.toml",
        "data:text/css,body{}",
    ],
)
def test_nothing_else_is(url):
    with pytest.raises(ValueError, match="may not fetch"):
        OurFilesOnly().fetch(url)
