"""Pictures for tests: made when they are needed, and looked at."""

import base64
import struct
import zlib
from pathlib import Path


def png(path: Path, width: int, height: int, colours: tuple = ((32, 90, 160), (240, 190, 80))):
    """A picture of this size: a diagonal, and a frame by which cuts are seen."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        edge = y * width // height
        first, second = bytes(colours[0]), bytes(colours[1])
        row = first * edge + second * (width - edge)
        if y < 4 or y >= height - 4:
            row = b"\xc0\x10\x40" * width
        else:
            row = b"\xc0\x10\x40" * 4 + row[12:-12] + b"\xc0\x10\x40" * 4
        rows += row
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks)))


def _chunk(chunk: tuple[bytes, bytes]) -> bytes:
    kind, data = chunk
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)


LIGHTEST = """async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const {width, height} = image;
    const canvas = Object.assign(document.createElement("canvas"), {width, height});
    const drawing = canvas.getContext("2d");
    drawing.drawImage(image, 0, 0);
    const colours = drawing.getImageData(0, 0, width, height).data;
    return colours.reduce((most, value, at) => at % 4 < 3 ? Math.max(most, value) : most, 0);
}"""


def lightest(page) -> int:
    """The largest value of a colour on a picture of a page in a browser: 0 is all black."""
    picture = base64.b64encode(page.screenshot()).decode()
    blank = page.context.new_page()
    most = blank.evaluate(LIGHTEST, picture)
    blank.close()
    return most
