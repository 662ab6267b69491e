"""The errors that are the user's to mend: shown as one message, without a traceback."""


class InputError(Exception):
    """Something the user gave cannot be used; the message names it and says what would be right."""
