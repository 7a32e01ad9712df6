"""What can be decided about a portal without asking anybody."""


def plain_digits(typed: str) -> str:
    """The code that was typed without the blanks that made it readable."""
    return "".join(letter for letter in typed if letter.isascii() and letter.isdigit())
