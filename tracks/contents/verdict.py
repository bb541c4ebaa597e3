"""The verdict about a file that is not let in."""


class Unfit(Exception):  # noqa: N818 - it is a verdict about a file, not an error of ours
    """A file that is not let in, with the code of the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
