"""The headers of every answer: who may embed, open or script the deck."""


def headers(port: int) -> dict[str, str]:
    """What every answer of the stage at this port says."""
    # Safari before 15.4 wants WebSockets spelled out.
    sockets = f"'self' ws://127.0.0.1:{port} ws://localhost:{port}"
    return _common(policy(sockets, "'self'")) | {"X-Frame-Options": "SAMEORIGIN"}


def for_followers() -> dict[str, str]:
    """What every answer to a follower says: nobody frames that page."""
    return _common(policy("'self'", "'none'")) | {"X-Frame-Options": "DENY"}


def _common(policy: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": policy,
        # A page on another port that opens the deck loses its handle: reveal.js takes commands by
        # postMessage from whoever has one.
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def policy(connect: str, frames: str) -> str:
    """The Content-Security-Policy: our own files and nothing else.

    Style attributes come from reveal.js and from docutils (widths), with values that we can't list.
    """
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self'",
        "connect-src": connect,
        "frame-src": frames,
        "frame-ancestors": frames,
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
