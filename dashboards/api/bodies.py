"""Receiving the body of an upload, as it comes, no more of it than may come.

Keeps out: what is in it (ingest.py, ask.py).
"""

from fastapi import HTTPException, Request
from starlette.requests import ClientDisconnect


async def received(request: Request, *, most: int, advice: str) -> bytes:
    """The body. Answers 413 with `advice` ("send it in parts") beyond `most` bytes, 400 when the connection ends."""
    too_large = HTTPException(413, f"The body is larger than {most:,} bytes; {advice}.")
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise too_large
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most:
                raise too_large
    except ClientDisconnect:
        raise HTTPException(400, "The connection ended before the body did; nothing was kept.") from None
    return bytes(body)
