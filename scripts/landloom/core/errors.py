"""Errors that the user can correct, shown as one message without a traceback."""


class InputError(Exception):
    """An unusable input; the message names it and states what is expected."""
