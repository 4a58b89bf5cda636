"""How people in the hall come in: an address, and its picture for their phones."""

import io

import segno

PATH = "/followers.svg"


def picture(address: str) -> bytes:
    """The address as a QR code, in SVG: black on white with its quiet zone, for any ground."""
    drawn = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(drawn, kind="svg", scale=8, border=4, light="white", dark="black", xmldecl=False)
    return drawn.getvalue()
