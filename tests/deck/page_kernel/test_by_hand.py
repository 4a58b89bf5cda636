"""All that a reader does with the Linux in a page, by keyboard alone and by touch alone.

From a plain web server, in Chromium and in Firefox, at a desk and on a phone.
"""

import pytest
from firefox import FIREFOX, Firefox
from page_programs import SAID
from page_window import READY

LIMIT = 110  # seconds: the machine may be busy with other tests
DESK, PHONE = (1920, 1080), (390, 844)
RUN, STATUS = ".present .trick-run", ".present .trick-status"
BENCH = ".deck-workbench[open]"
KEYS = {"Enter": "\ue007", "Tab": "\ue004", "Escape": "\ue00c", "Control": "\ue009"}


class Chromium:
    def __init__(self, browser, size, touch: bool) -> None:
        width, height = size
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, has_touch=touch, is_mobile=touch
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(LIMIT * 1000)

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.wait_for_function(READY)

    def ask(self, expression: str):
        return self.page.evaluate(expression)

    def until(self, condition: str) -> None:
        self.page.wait_for_function(condition)

    def press(self, *keys: str) -> None:
        self.page.keyboard.press("+".join(keys))

    def tap(self, selector: str) -> None:
        self.page.tap(selector)

    def write(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def reload(self) -> None:
        self.page.reload()
        self.page.wait_for_function(READY)

    def close(self) -> None:
        self.context.close()


class Fox:
    def __init__(self, size) -> None:
        self.fox: Firefox | None = None
        self.size = size

    def open(self, address: str) -> None:
        if self.fox is None:
            self.fox = Firefox(address)
            width, height = self.size
            self.fox.driver.set_window_rect(width=width, height=height)
        self.fox.driver.navigate(address)
        self.until(READY)

    def ask(self, expression: str):
        return self.fox.ask(expression)

    def until(self, condition: str) -> None:
        self.fox.until(condition, LIMIT)

    def press(self, *keys: str) -> None:
        from marionette_driver.marionette import ActionSequence

        keys = [KEYS.get(key, key) for key in keys]
        actions = ActionSequence(self.fox.driver, "key", "keyboard")
        for key in keys:
            actions.key_down(key)
        for key in reversed(keys):
            actions.key_up(key)
        actions.perform()

    def tap(self, selector: str) -> None:
        from marionette_driver.by import By
        from marionette_driver.marionette import ActionSequence

        element = self.fox.driver.find_element(By.CSS_SELECTOR, selector)
        touch = {"pointerType": "touch"}
        actions = ActionSequence(self.fox.driver, "pointer", "finger", touch)
        actions.pointer_move(0, 0, origin=element).pointer_down().pointer_up().perform()

    def write(self, text: str) -> None:
        """As an input method does, all of it at once."""
        self.fox.driver.execute_script(
            "document.execCommand('insertText', false, arguments[0])", [text], sandbox=None
        )

    def reload(self) -> None:
        self.fox.driver.refresh()
        self.until(READY)

    def close(self) -> None:
        if self.fox:
            self.fox.close()


class Keyboard:
    """What a reader does who has no mouse."""

    def __init__(self, window) -> None:
        self.window = window

    def to(self, selector: str) -> None:
        for _ in range(80):
            if self.window.ask(f"document.activeElement.matches({selector!r})"):
                return
            self.window.press("Tab")
        raise AssertionError(f"no Tab leads to {selector}")

    def use(self, selector: str) -> None:
        self.to(selector)
        self.window.press("Enter")

    def run(self) -> None:
        self.window.press("r")

    def consent(self) -> None:
        self.window.until("document.activeElement.matches('dialog .yes')")
        self.window.press("Enter")

    def stop(self) -> None:
        self.window.press("x")

    def run_changed(self) -> None:
        self.window.press("Control", "Enter")

    def into_the_program(self) -> None:
        self.to(f"{BENCH} .cm-content")

    def leave(self) -> None:
        self.window.press("Escape")


class Finger(Keyboard):
    """What a reader does who has a phone."""

    def use(self, selector: str) -> None:
        self.window.tap(selector)

    def run(self) -> None:
        self.use(RUN)

    stop = run

    def consent(self) -> None:
        self.window.until("document.querySelector('dialog .yes') !== null")
        self.use("dialog .yes")

    def run_changed(self) -> None:
        self.use(f"{BENCH} .run")

    def into_the_program(self) -> None:
        self.use(f"{BENCH} .cm-content")

    def leave(self) -> None:
        self.use(f"{BENCH} header .close")


def hands_on(window, way: str) -> Keyboard:
    return Finger(window) if way == "touch" else Keyboard(window)


def result(window) -> str:
    return window.ask(f"document.querySelector({STATUS!r}).dataset.result")


def ends(window, wanted: str = "passed") -> None:
    window.until(
        f"!['', 'running', 'replay', undefined].includes("
        f"document.querySelector({STATUS!r}).dataset.result)"
    )
    assert result(window) == wanted, window.ask("document.querySelector('.present').innerText")


def said(window) -> list[str]:
    lines = "[...document.querySelectorAll('.present .trick-output .line:not(.error)')]"
    return [line.rstrip() for line in window.ask(f"{lines}.map((line) => line.textContent)")]


def go(window, site, id: str) -> None:
    window.ask(f"location.hash = '#/{id}'")
    window.until(f"document.querySelector('.present .trick')?.dataset.trick === '{id}'")


def change(hands, text: str, wanted: str) -> None:
    hands.into_the_program()
    hands.window.press("Control", "a")
    hands.window.write(text)
    hands.run_changed()
    tells(hands.window, wanted)


def tells(window, wanted: str) -> None:
    status = f"document.querySelector('{BENCH} .status')"
    window.until(f"{status}.textContent.includes({wanted!r})")


def everything(hands, site) -> None:
    """Fetch, run five, change one, break it, reset it, stop an endless one, and come back."""
    window = hands.window
    window.open(f"{site.url}#/post.letter")
    hands.run()
    hands.consent()
    ends(window)
    for id in ("post.pipe", "post.child", "post.stream", "post.cable"):
        go(window, site, id)
        hands.run()
        ends(window)
        assert sorted(said(window)) == sorted(SAID[id])

    go(window, site, "post.letter")
    hands.use(".present .trick-edit")
    window.until(f"document.activeElement.matches('{BENCH} .cm-content')")
    change(hands, 'print("sender: another")', "not as recorded")
    change(hands, 'print("a")\nassert 1 == 2', "line 2")
    hands.use(f"{BENCH} footer button:nth-child(2)")
    hands.run_changed()
    tells(window, " as recorded")
    hands.leave()
    window.until(f"document.querySelector('{BENCH}') === null")

    go(window, site, "post.endless")
    hands.run()
    lines = "document.querySelector('.present .trick-output').textContent"
    window.until(f"{lines}.includes('I do not end')")
    hands.stop()
    ends(window, "stopped")

    go(window, site, "post.letter")
    site.asked.clear()
    window.reload()
    hands.run()
    ends(window)
    assert not [path for path in site.asked if "state" in path or "wasm" in path]


WAYS = pytest.mark.parametrize("way", ["by.keys", "by.touch"])


@WAYS
@pytest.mark.thorough(kind="a reader's hands")
@pytest.mark.timeout(600)
def test_a_reader_does_it_all_in_chromium(browser, site, way):
    way = way.removeprefix("by.")
    window = Chromium(browser, PHONE if way == "touch" else DESK, way == "touch")
    everything(hands_on(window, way), site)
    window.close()


@WAYS
@pytest.mark.thorough(kind="a reader's hands")
@pytest.mark.timeout(600)
def test_a_reader_does_it_all_in_firefox(site, way):
    if not FIREFOX:
        pytest.skip("needs the Debian package firefox-esr")
    way = way.removeprefix("by.")
    window = Fox(PHONE if way == "touch" else DESK)
    try:
        everything(hands_on(window, way), site)
    finally:
        window.close()
