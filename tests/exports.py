"""Exports of channels as Telegram Desktop writes them, with sentences of their own."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from typing import Any

NOON = 1_752_235_200  # 11 July 2025, 12:00 UTC
TITLE = "Quay News"
NUMBER = 1_234_567_890

Message = dict[str, Any]


def post(number: int, text: object, at: int = NOON, **more: object) -> Message:
    """A message of a channel in `result.json`."""
    return {
        "id": number,
        "type": "message",
        "date": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "date_unixtime": str(at),
        "from": TITLE,
        "from_id": f"channel{NUMBER}",
        "text": text,
        **more,
    }


def service(number: int) -> Message:
    return post(number, "", type="service", actor=TITLE, action="pin_message")


def chat(*messages: Message, **more: object) -> Message:
    """A chat of `result.json`, which one alone is the whole of."""
    return {
        "name": TITLE,
        "type": "public_channel",
        "id": NUMBER,
        "messages": list(messages),
        **more,
    }


def account(*chats: Message) -> Message:
    """The export of an account."""
    return {
        "about": "Here is the data you requested.",
        "personal_information": {"first_name": "A"},
        "chats": {"about": "All chats.", "list": list(chats)},
    }


def written(export: Message) -> str:
    return json.dumps(export, ensure_ascii=False, indent=1)


def page(*messages: str, title: str = TITLE) -> str:
    """A page of the export for browsers."""
    inside = "\n".join(messages)
    return f"""<!DOCTYPE html>
<html>

 <head>

  <meta charset="utf-8"/>
<title>Exported Data</title>
  <link href="css/style.css" rel="stylesheet"/>

 </head>

 <body onload="CheckLocation();">

  <div class="page_wrap">

   <div class="page_header">

    <div class="content">

     <div class="text bold">
{escape(title)}
     </div>

    </div>

   </div>

   <div class="page_body chat_page">

    <div class="history">
{inside}
    </div>

   </div>

  </div>

 </body>

</html>
"""


def page_service(number: int, text: str) -> str:
    """A service message; with a number below zero a line between two days."""
    return f"""
     <div class="message service" id="message{number}">
      <div class="body details">
{escape(text)}
      </div>
     </div>"""


def page_post(
    number: int,
    markup: str,
    at: int = NOON,
    *,
    hours: int = 3,
    writer: str | None = TITLE,
    forwarded: str | None = None,
    media: str = "",
) -> str:
    """A message; one of `writer` None stands below another of the same writer."""
    moment = datetime.fromtimestamp(at, timezone(timedelta(hours=hours)))
    title = f"{moment:%d.%m.%Y %H:%M:%S} UTC{hours:+03d}:00"
    name = f'<div class="from_name">\n{escape(writer)}\n       </div>' if writer else ""
    text = f'<div class="text">\n{markup}\n       </div>' if markup else ""
    inside = media + text
    if forwarded:
        inside = f"""<div class="pull_left forwarded userpic_wrap"></div>
       <div class="forwarded body">
        <div class="from_name">
{escape(forwarded)} <span class="date details" title="{title}"> 10.07.2025 10:00:00</span>
        </div>
        {inside}
       </div>"""
    return f"""
     <div class="message default clearfix{"" if writer else " joined"}" id="message{number}">
      <div class="body">
       <div class="pull_right date details" title="{title}">
{moment:%H:%M}
       </div>
       {name}
       {inside}
      </div>
     </div>"""
