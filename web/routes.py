"""Every address beside the screens."""

from starlette.routing import Route

from web import downloads, drafts, health, live, sign_in

ROUTES = (
    Route("/healthz", health.alive, methods=["GET"]),
    Route("/readyz", health.ready, methods=["GET"]),
    Route("/metrics", health.metrics, methods=["GET"]),
    Route("/events", live.events, methods=["GET"]),
    Route("/live.js", live.ear, methods=["GET"]),
    Route("/auth/session", sign_in.start_session, methods=["POST"]),
    Route("/auth/sign-out", sign_in.end_session, methods=["POST"]),
    Route("/drafts/{form}/{subject}", drafts.keep, methods=["PUT"]),
    Route("/drafts/{form}/{subject}", drafts.drop, methods=["DELETE"]),
    Route("/download/{ticket}", downloads.download, methods=["GET"]),
)
