"""The Linux in the page as `make page-kernel` made it, and a small deck on a plain web server."""

import http.server
import os
import threading
from pathlib import Path

import pytest
from docset import build, write
from page_programs import ON_A_CABLE, PROGRAMS, SAID
from tricks import write_program, write_recording

from deck.programs import page_kernel
from deck.programs.catalogue import ROOT

SLIDES = "A deck\n======\n\n" + "\n".join(
    f"{id}\n{'-' * 40}\n\n.. trick:: {id}\n   :show: main\n" for id in PROGRAMS
)


@pytest.fixture(scope="session")
def linux():
    """The folder that holds it."""
    folder = ROOT / page_kernel.FOLDER
    if not page_kernel.manifest(folder):
        if os.environ.get("STRICT"):
            pytest.fail("the Linux in the page is missing: make page-kernel")
        pytest.skip("needs the Linux in the page: make page-kernel")
    return folder


class Site:
    """A folder on a plain web server, which remembers what it was asked for.

    `policy` is what it says to all of it (Content-Security-Policy).
    """

    def __init__(self, folder: Path, policy: str = "") -> None:
        asked = self.asked = []

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args, **options) -> None:
                super().__init__(*args, directory=str(folder), **options)

            def end_headers(self) -> None:
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                super().end_headers()

            def log_message(self, *_) -> None:
                asked.append(self.path)

        self.folder = folder
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/index.html"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def site(linux, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page-kernel") / "deck"
    for id, body in PROGRAMS.items():
        path = write_program(folder, id, body, **ON_A_CABLE.get(id, {}))
        lines = SAID.get(id, ["sender: it was recorded"])
        write_recording(path, [(0.1, line) for line in lines])
    write(folder, {"index.rst": SLIDES})
    built = build(folder, page_kernel=str(linux), deck_root=str(folder))
    site = Site(built.output)
    yield site
    site.close()
