"""How heavy a built deck is in a browser: until its first slide stands, and at each step.

`python -m compare.pages FOLDER ...` measures each deck once, one after the other. Times are those
of a phone: a CPU four times slower than this one, and, while the page loads, a slow mobile line.
Figures of two decks compare when they come from the same run, in turns.
"""

import gzip
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from compare import browsers
from compare.row import Missing

SLOWER = 4  # times, the CPU
# "Slow 4G" of Chromium's own Lighthouse: 1.6 Mbit/s down, 750 kbit/s up, 150 ms there and back.
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
HALL = {"viewport": {"width": 1920, "height": 1080}}
READY = "window.Reveal ? Reveal.isReady?.() : document.readyState === 'complete'"
STEPS = 120
PATIENCE = 120_000  # ms
PACKED = {".html", ".css", ".js", ".mjs", ".json", ".svg"}  # what a web host packs

# When the page is loaded, when the first slide stands, where reveal.js shows it, and what had come
# by then; noted in the page itself.
NOTE = """
const come = () => {
  const page = performance.getEntriesByType("navigation")[0];
  const files = performance.getEntriesByType("resource");
  return {
    kB: [page, ...files].reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000,
    requests: files.length + 1,
    elements: document.querySelectorAll("*").length,
  };
};
addEventListener("load", () => { window.loaded = come(); });
requestAnimationFrame(function look() {
  if (!window.Reveal?.isReady?.()) return requestAnimationFrame(look);
  window.stands = come();
  setTimeout(() => { stands.ms = performance.now(); }); // it is painted by then
});
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# From a key until the browser has painted what it did, the wait for the frame included.
STEP = """
() => new Promise((done) => {
  addEventListener("keydown", ({ timeStamp }) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now() - timeStamp);
    port2.postMessage("");
  }), { once: true, capture: true });
})
"""


def figures(deck: Path) -> dict[str, float]:
    """One round's figures of the deck in this folder: {name with its unit: figure}.

    Times in ms, sizes in kB as they travel (text gzipped), the rest as numbers.
    """
    with ExitStack() as stack:
        address = stack.enter_context(served(deck))
        chromium = browsers.own(stack)
        return loading(chromium, address) | stepping(chromium, address) | {"all kB": whole(deck)}


def loading(chromium: Any, address: str) -> dict[str, float]:
    """From the address to the first slide, on a phone with nothing kept from before."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    control = context.new_cdp_session(page)
    control.send("Network.enable")
    control.send("Network.emulateNetworkConditions", LINE)
    control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.add_init_script(NOTE)
    page.goto(address, wait_until="commit")
    page.wait_for_function(
        f"window.loaded && (!window.Reveal?.isReady || window.stands?.ms) && {PAINTED}"
    )
    found = {"first paint ms": page.evaluate(PAINTED), "loaded kB": page.evaluate("loaded.kB")}
    stands = page.evaluate("window.stands") or {}
    context.close()
    return found | {f"first slide {name}": figure for name, figure in stands.items()}


def stepping(chromium: Any, address: str, steps: int = STEPS) -> dict[str, float]:
    """What a key costs, over the first steps of the talk. Raises Missing where none turns it."""
    context = chromium.new_context(**HALL)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_function(READY)
    control = context.new_cdp_session(page)
    control.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    control.send("Performance.enable")
    times, work = [], []
    first = page.screenshot()
    for _ in range(steps):
        before = busy(control)
        step = page.evaluate_handle(f"({STEP})().then(ms => {{ window.took = ms }}), 0")
        page.keyboard.press("PageDown")
        page.wait_for_function("window.took")
        times.append(page.evaluate("[took, delete window.took][0]"))
        work.append(busy(control) - before)
        step.dispose()
    turned = page.screenshot() != first
    context.close()
    if not turned:
        raise Missing("a page that PageDown turns")
    return {
        "step median ms": statistics.median(times),
        "step p99 ms": statistics.quantiles(times, n=100)[98],
        "step work median ms": statistics.median(work),
    }


def busy(control: Any) -> float:
    """What the page's main thread has spent so far on scripts, style and layout, in ms."""
    told = {m["name"]: m["value"] for m in control.send("Performance.getMetrics")["metrics"]}
    parts = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
    return 1000 * float(sum(told[part] for part in parts))


def whole(deck: Path) -> float:
    """All that a browser could ever ask of the deck but the Linux, in kB as it travels."""
    files = [path for path in deck.rglob("*") if path.is_file() and is_asked(path)]
    return sum(len(packed(path)) for path in files) / 1000


def is_asked(path: Path) -> bool:
    return "page-kernel" not in path.parts and path.suffix in {*PACKED, ".woff2", ".png"}


def packed(path: Path) -> bytes:
    """A file as a web host sends it."""
    content = path.read_bytes()
    return gzip.compress(content, 6, mtime=0) if path.suffix in PACKED else content


@contextmanager
def served(deck: Path) -> Iterator[str]:
    """The address of the deck's page on a web server of our own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(deck)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/index.html"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Host(SimpleHTTPRequestHandler):
    """A plain web host: it packs text, and keeps connections open."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(body)))
        if path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        with suppress(ConnectionError):  # a page that is closed hears no more
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


def main() -> None:
    for deck in map(Path, sys.argv[1:]):
        print(deck)
        for name, figure in figures(deck).items():
            print(f"  {name:24} {figure:10.1f}")


if __name__ == "__main__":
    main()
