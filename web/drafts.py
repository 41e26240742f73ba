"""Drafts: what somebody types is kept every two seconds, so a killed server loses no more."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services import drafts
from services.settings import clock_now, process
from web.requests import json_of, require_same_origin, signed_in
from words import documents as _sentences  # noqa: F401 - their sentences are known then
from words.errors import sentence

LIMIT = 400_000
"""Bytes of one request: ``drafts.MAX_CHARACTERS`` in any script, escaped."""
_FORM, _SUBJECT = 40, 60


async def keep(request: Request) -> Response:
    """``PUT /drafts/{form}/{subject}`` with field → text: keep it as the sender's draft.

    204; 400 for anything but texts, 401 when nobody is signed in, 413 when it is too long.
    """
    require_same_origin(request)
    form, subject = _address_of(request)
    body = await json_of(request, limit=LIMIT)
    if not all(isinstance(text, str) for text in body.values()):
        raise HTTPException(400, "a draft is field and text")
    await run_in_threadpool(_keep, request, form, subject, body)
    return Response(status_code=204)


async def drop(request: Request) -> Response:
    """``DELETE /drafts/{form}/{subject}``: forget the sender's draft; 204 also if there is none."""
    require_same_origin(request)
    await run_in_threadpool(_drop, request, *_address_of(request))
    return Response(status_code=204)


def _address_of(request: Request) -> tuple[str, str]:
    form, subject = request.path_params["form"], request.path_params["subject"]
    if len(form) > _FORM or len(subject) > _SUBJECT or not (form + subject).isprintable():
        raise HTTPException(404)
    return form, subject


def _keep(request: Request, form: str, subject: str, body: dict[str, str]) -> None:
    running = process()
    try:
        with running.database.transaction() as session:
            actor = signed_in(session, request, at=clock_now())
            at = running.settings.business_now()
            drafts.keep(session, actor=actor, form=form, subject=subject, body=body, at=at)
    except drafts.DraftTooLong as error:
        raise HTTPException(413, sentence(error)) from None


def _drop(request: Request, form: str, subject: str) -> None:
    with process().database.transaction() as session:
        actor = signed_in(session, request, at=clock_now())
        drafts.drop(session, actor=actor, form=form, subject=subject)
