"""What every page knows: whether this is a demonstration, and the address under which the public finds us."""

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, object]:
    """Give templates ``demonstration`` and ``public_url``."""
    return {"demonstration": settings.DEMONSTRATION, "public_url": settings.PUBLIC_URL}
