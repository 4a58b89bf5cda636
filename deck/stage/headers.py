"""The headers of every answer: who may embed, open or script the deck."""


def headers(port: int) -> dict[str, str]:
    """What every answer says about who may embed, open or script the deck."""
    return {
        "Content-Security-Policy": policy(port),
        "X-Frame-Options": "SAMEORIGIN",
        # A page on another port that opens the deck loses its handle: reveal.js takes commands by
        # postMessage from whoever has one.
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }


def policy(port: int) -> str:
    """The Content-Security-Policy: our own files and nothing else.

    Style attributes come from reveal.js and from docutils (widths), with values that we can't list.
    Safari before 15.4 wants WebSockets spelled out.
    """
    sockets = f"ws://127.0.0.1:{port} ws://localhost:{port}"
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "media-src": "'self'",
        "connect-src": f"'self' {sockets}",
        "frame-src": "'self'",
        "frame-ancestors": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())
