"""Reads traffic of the Bot API with the models of aiogram: a JSON object a line on standard input,
{"calls", "updates"}, and for each a line with the list of what they do not understand.

Runs in the environment of aiogram, where the project is not installed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any

from aiogram import methods, types
from aiogram.methods.base import Response
from pydantic import BaseModel, TypeAdapter, ValidationError

Json = dict[str, Any]

METHODS: dict[str, Any] = {
    each.__api_method__.lower(): each
    for each in vars(methods).values()
    if isinstance(getattr(each, "__api_method__", None), str)
}


def main() -> None:
    for line in sys.stdin:
        traffic = json.loads(line)
        found = [each for call in traffic["calls"] for each in of_call(call)]
        found += [each for update in traffic["updates"] for each in of_update(update)]
        print(json.dumps(found), flush=True)


def of_call(call: Json) -> Iterator[str]:
    """A call is one that the library could have made, and its answer one that it reads."""
    name = call["method"]
    method = METHODS.get(name.lower())
    if method is None:
        yield f"{name}: no such method"
        return
    uploads = {key: f"attach://{key}" for key in call["files"] if key in method.model_fields}
    # parameters come as text: what a value is, the model says
    yield from _of(method, uploads | call["params"], name, as_text=True)
    if call["ok"]:
        yield from _of(method.__returning__, call["result"], f"{name} gives")
    elif "error_code" in call:  # else the answer was cut off
        known = ("ok", "error_code", "description", "parameters")
        answer = {key: call[key] for key in known if key in call}
        yield from _of(Response[Any], answer, f"{name} gives")


def of_update(update: Json) -> Iterator[str]:
    kinds = ", ".join(key for key in update if key != "update_id")
    yield from _of(types.Update, update, f"update ({kinds})")
    if len(update) != 2:
        yield f"update ({kinds}): not of one kind"


def _of(model: Any, raw: Any, where: str, *, as_text: bool = False) -> Iterator[str]:
    try:
        read = _adapter(model).validate_python(raw)
    except ValidationError as error:
        for each in error.errors():
            yield f"{where}: {'.'.join(map(str, each['loc']))}: {each['msg']}"
        return
    yield from _unread(raw, read, where, as_text)


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def _unread(raw: Any, read: Any, where: str, as_text: bool) -> Iterator[str]:
    """Fields that the models do not have, and values that were read only by turning them into
    another type."""
    if isinstance(read, BaseModel) and isinstance(raw, dict):
        names = {field.alias or name: name for name, field in type(read).model_fields.items()}
        for key, value in raw.items():
            if key in names:
                yield from _unread(value, getattr(read, names[key]), f"{where}.{key}", as_text)
            else:
                yield f"{where}.{key}: no such field"
    elif isinstance(read, list | tuple) and isinstance(raw, list):
        for at, (one, other) in enumerate(zip(raw, read, strict=True)):
            yield from _unread(one, other, f"{where}[{at}]", as_text)
    elif as_text or isinstance(read, Enum) or not isinstance(read, bool | int | str):
        return
    elif type(raw) is not type(read):
        yield f"{where}: {raw!r} is read as {read!r}"


if __name__ == "__main__":
    main()
