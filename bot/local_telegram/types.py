"""The shape that JSON objects have all through the package."""

from typing import Any

Json = dict[str, Any]
