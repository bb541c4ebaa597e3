"""What a verb raises when it declines: a sentence fit for the reader, and the rule it rests on."""


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Nothing has changed; ``str(refusal)`` is the sentence, ``.rule`` the id such as ``R-B3`` (or empty)."""

    def __init__(self, message: object, rule: str = "") -> None:
        """Keep MESSAGE (a text or a lazy translation) and the id of the RULE."""
        super().__init__(message)
        self.message = message
        self.rule = rule

    def __str__(self) -> str:
        """Give the sentence in the language that is active now."""
        return str(self.message)
