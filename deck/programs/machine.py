"""This machine as a stage: screen, browser, port, power, room. Each answer is tried, or read from
the kernel; what can't be known is said to be unknown."""

import os
import shutil
import socket
import tempfile
import webbrowser
from dataclasses import dataclass
from pathlib import Path

from deck.programs import uml

GOOD, CAUTION, BAD = "good", "caution", "bad"
SYS = Path("/sys")
SHM = Path("/dev/shm")
PORT = 8000  # where a stage listens, if it is free
# Bytes: less than this and nothing can be built; less than that and it may run out in a talk.
LEAST, ENOUGH = 20 << 20, 500 << 20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what is so, and what to do where it should be otherwise."""

    name: str
    state: str
    text: str
    remedy: str = ""


def checks(root: Path, lab: bool) -> list[Check]:
    """All of them; `lab` says whether programs of the talk run in the lab kernel."""
    return [screen(), browser(), port(), power(), disk(root), *([shm()] if lab else [])]


def has_screen() -> bool:
    """Whether a browser has a screen to open a window on."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def screen() -> Check:
    """The connected screens, with the size that each likes best (drm's sysfs)."""
    found = []
    for folder in sorted(SYS.glob("class/drm/card*-*")):
        if _text(folder / "status") == "connected":
            modes = _text(folder / "modes").split()
            found.append(f"{folder.name.partition('-')[2]} {modes[0] if modes else 'of no size'}")
    if found:
        return Check("screen", GOOD, ", ".join(found))
    return Check("screen", CAUTION, "the kernel knows of none", "look at one slide in the hall")


def browser() -> Check:
    """What `make present` would open."""
    if not has_screen():
        remedy = "open the address that the stage prints in a browser; over ssh: ssh -L, same port"
        return Check("browser", CAUTION, "no screen for one here", remedy)
    try:
        name = getattr(webbrowser.get(), "name", "")
    except webbrowser.Error:
        return Check("browser", BAD, "none is installed", "sudo apt-get install firefox-esr")
    return Check("browser", GOOD, f"{name or 'the default one'} will be opened")


def port(number: int = PORT) -> Check:
    """Whether a stage gets the port it is looked for at."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
        except OSError as error:
            text = f"{number}: {error.strerror}; the stage will take a free one"
            return Check("port", CAUTION, text, "make present PORT=... has it where you want it")
    return Check("port", GOOD, f"{number} is free")


def power() -> Check:
    """Whether the machine will stay awake and quick (ABI/testing/sysfs-class-power)."""
    profile = _text(SYS / "firmware/acpi/platform_profile")
    if profile in ("low-power", "quiet"):
        remedy = "powerprofilesctl set performance"
        return Check("power", CAUTION, f"the machine saves power ({profile})", remedy)
    for supply in sorted(SYS.glob("class/power_supply/*")):
        if _text(supply / "type") == "Battery" and _text(supply / "status") == "Discharging":
            left = _text(supply / "capacity")
            return Check("power", CAUTION, f"on battery, {left} % left", "plug it in")
    return Check("power", GOOD, "not on battery, no power saving is set")


def disk(root: Path) -> Check:
    """Room for the deck and for the folders of runs."""
    rooms = {folder: shutil.disk_usage(folder).free for folder in {root, Path(_temporary())}}
    folder = min(rooms, key=lambda each: rooms[each])
    text = f"{rooms[folder] >> 20} MB free in {folder}"
    if rooms[folder] < ENOUGH:
        state = BAD if rooms[folder] < LEAST else CAUTION
        return Check("disk", state, text, f"free some room in {folder}")
    return Check("disk", GOOD, text)


def shm() -> Check:
    """The lab kernel's memory lies there."""
    free = shutil.disk_usage(SHM).free if SHM.is_dir() else 0
    text = f"{free >> 20} MB free in {SHM}"
    if free < uml.MEMORY:
        return Check(
            SHM.name,
            CAUTION,
            f"{text}; the lab kernel takes {uml.MEMORY >> 20}",
            f"sudo mount -o remount,size=1G {SHM}; in Docker: --shm-size=1g",
        )
    return Check(SHM.name, GOOD, text)


def _temporary() -> str:
    try:
        return tempfile.gettempdir()
    except FileNotFoundError:  # not one of those it tries can be written
        return "/"


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""
