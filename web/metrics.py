"""Figures for the operator: what was asked, how long it took, what failed."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter("evergreen_requests_total", "HTTP requests answered", ["kind", "status"])
REQUEST_SECONDS = Histogram(
    "evergreen_request_seconds",
    "Seconds to answer an HTTP request",
    ["kind"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
LISTENERS = Gauge("evergreen_live_listeners", "Browsers that hear of changes now")
SCREEN_ERRORS = Counter("evergreen_screen_errors_total", "Screens that failed unexpectedly")

_KINDS = {
    "_stcore": "stream",
    "auth": "auth",
    "component": "static",
    "download": "download",
    "drafts": "drafts",
    "events": "live",
    "healthz": "health",
    "live.js": "static",
    "media": "media",
    "metrics": "metrics",
    "readyz": "health",
    "static": "static",
}


def kind_of(path: str) -> str:
    """Which part of the server ``path`` belongs to: few kinds, so few time series."""
    return _KINDS.get(path.strip("/").partition("/")[0], "page")
