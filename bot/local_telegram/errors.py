"""Refusals of the Bot API, worded as the real server words them."""

from typing import Any


class ApiError(Exception):
    """A call that is answered with `ok: false`.

    `code` is the HTTP status and error_code; `parameters` are the ResponseParameters, such as
    retry_after in seconds.
    """

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(text: str) -> ApiError:
    """The 400 refusal with this wording."""
    return ApiError(400, "Bad Request: " + text)


def refuse(condition: object, text: str) -> None:
    """Raise the 400 refusal when the condition holds."""
    if condition:
        raise bad(text)
