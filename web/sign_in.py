"""The session cookie: set from a one-time ticket after signing in, taken away at signing out."""

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services import people
from services.settings import clock_now, process
from web.requests import COOKIE, came_over_tls, json_of, require_same_origin
from words import _

_LIMIT = 4096


async def start_session(request: Request) -> Response:
    """``POST /auth/session`` with ``{"ticket": …}``: the ticket becomes the cookie, once.

    204 with the cookie; 403 from another site; 401 when the ticket is used, too old or unknown.
    """
    require_same_origin(request)
    ticket = (await json_of(request, limit=_LIMIT)).get("ticket")
    if not isinstance(ticket, str) or not ticket:
        raise HTTPException(400, "no ticket")
    token = await run_in_threadpool(_redeem, ticket)
    response = Response(status_code=204)
    response.set_cookie(
        COOKIE,
        token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=came_over_tls(request.scope),
    )
    return response


async def end_session(request: Request) -> Response:
    """``POST /auth/sign-out``: revoke the session and forget the cookie; 204 in any case."""
    require_same_origin(request)
    token = request.cookies.get(COOKIE)
    if token:
        await run_in_threadpool(_revoke, token)
    response = Response(status_code=204)
    response.delete_cookie(
        COOKIE, path="/", httponly=True, samesite="lax", secure=came_over_tls(request.scope)
    )
    return response


def _redeem(ticket: str) -> str:
    with process().database.transaction() as session:
        token = people.redeem_ticket(session, ticket=ticket, at=clock_now())
    if token is None:
        raise HTTPException(401, _("This took too long. Please sign in again."))
    return token


def _revoke(token: str) -> None:
    with process().database.transaction() as session:
        people.sign_out(session, session_id=people.session_id_of(token), at=clock_now())
