"""``GET /download/<ticket>``: one file, once, for the person the ticket was made for."""

from collections.abc import Iterator
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services import documents
from services.errors import BusinessError, NotPermitted
from services.logs import log
from services.settings import clock_now, process
from web.requests import signed_in
from words.documents import finished
from words.errors import learn_chapters, sentence


async def download(request: Request) -> Response:
    """The file behind the ticket; 401 when nobody is signed in, 404 when it is not valid."""
    if request.method != "GET":
        raise HTTPException(405)
    redeemed = await run_in_threadpool(_redeem, request)
    file, chunks = await run_in_threadpool(_open, redeemed)
    plain = file.name.encode("ascii", "replace").decode().replace("?", "_")
    plain = plain.replace('"', "_").replace("\\", "_")
    headers = {
        "Content-Disposition": (
            f'{"inline" if file.policy else "attachment"}; filename="{plain}";'
            f" filename*=UTF-8''{quote(file.name, safe='')}"
        ),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": file.policy or "default-src 'none'; sandbox",
    }
    return StreamingResponse(chunks, media_type=file.content_type, headers=headers)


def _redeem(request: Request) -> documents.Download:
    running = process()
    learn_chapters()
    ticket = request.path_params["ticket"]
    with running.database.reading() as session:
        actor = signed_in(session, request, at=clock_now())
    at = running.settings.business_now()
    try:
        with running.database.transaction() as session:
            return documents.redeem(session, actor=actor, ticket=ticket, at=at)
    except (documents.TicketNotValid, NotPermitted) as error:
        with running.database.transaction() as session:
            documents.note_refused(session, actor=actor, ticket=ticket, at=at)
        status = 403 if isinstance(error, NotPermitted) else 404
        raise HTTPException(status, sentence(error)) from None


def _open(redeemed: documents.Download) -> tuple[documents.File, Iterator[bytes]]:
    """The file with its first chunk made, so that what is refused is refused before the start."""
    chunks = _chunks(redeemed)
    try:
        file = next(chunks)
    except BusinessError as error:
        log("web").warning("download refused", kind=redeemed.kind, code=error.code)
        raise HTTPException(409, sentence(error)) from None
    assert isinstance(file, documents.File)
    return file, (chunk for chunk in chunks if isinstance(chunk, bytes))


def _chunks(redeemed: documents.Download) -> Iterator[documents.File | bytes]:
    running = process()
    with running.database.reading() as session:
        at = running.settings.business_now()
        file = documents.produce(session, download=redeemed, at=at)
        yield file
        yield from finished(file, actor=redeemed.actor, at=at)
