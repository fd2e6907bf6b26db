"""Run the server alone: python -m bot.local_telegram --port 8081."""

import argparse
import asyncio
import contextlib
import sys

from bot.local_telegram.server import serve
from bot.local_telegram.world import TOKEN, USERNAME, World


async def _run(options: argparse.Namespace) -> None:
    runner, url = await serve(World(options.token, options.username), options.host, options.port)
    sys.stdout.write(
        f"base_url={url}/bot base_file_url={url}/file/bot "
        f"token={options.token} control={url}/control/\n"
    )
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.local_telegram")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8081)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default=USERNAME)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(parser.parse_args()))


if __name__ == "__main__":
    main()
