"""What followers get as the talk goes on: the page, answers once shown, runs, captions."""

import re
import shutil

import pytest
from crowd import ANSWER, QUESTION, Crowd
from processes import PATIENCE

pytestmark = pytest.mark.thorough

AT_ANSWER = "#/the-surprise-in-the-title"


def event(kind: str, text: str = "", trick: str = "demo.a") -> dict:
    return {"type": "event", "trick": trick, "run": 1, "kind": kind, "time": 0.0, "text": text}


def test_slides_and_steps_follow_the_speaker(crowd):
    with crowd.follow() as stream:
        assert stream.until("at")[-1] == {"type": "at", "h": 0, "f": -1}
        crowd.tell(type="at", at="#/which-one/0")
        assert stream.until("at")[-1] == {"type": "at", "h": QUESTION, "f": 0}
        crowd.tell(type="at", at="#/4")
        assert stream.until("at")[-1] == {"type": "at", "h": 4, "f": -1}


def test_an_answer_is_sent_when_it_is_shown_and_stands_in_the_page_from_then_on(crowd):
    assert "shut" not in crowd.page
    with crowd.follow() as stream:
        stream.until("at")
        crowd.tell(type="at", at="#/which-one")
        assert [message["type"] for message in stream.until("at")] == ["at"]
        crowd.tell(type="at", at="#/which-one/0")
        shown, _ = stream.until("at")
        assert shown["index"] == QUESTION and "shut" in shown["html"]
        crowd.tell(type="at", at="#/which-one")
        stream.until("at")
    assert "shut" in crowd.page
    assert "surprise" not in crowd.page
    crowd.tell(type="at", at=AT_ANSWER)
    with crowd.follow() as stream:
        stream.until("at")
    assert "The surprise in the title" in crowd.page


def test_who_loaded_the_page_before_an_answer_was_shown_gets_it(crowd):
    since = re.search(r'data-since="(\d+)"', crowd.page)[1]
    crowd.tell(type="at", at=AT_ANSWER)
    with crowd.follow(since=since) as stream:
        hello, slide, at = stream.until("at")
    assert hello["type"] == "hello" and slide["index"] == ANSWER and at["h"] == ANSWER


@pytest.mark.parametrize("since", ["0", "", "x", "-1", "9" * 30, "%D9%A3"])
def test_a_page_of_another_time_is_loaded_anew(crowd, since):
    with crowd.follow(since=since) as stream:
        assert stream.hear() == {"type": "reload"}


def test_output_follows_and_who_comes_late_hears_the_latest_runs(crowd):
    with crowd.follow() as stream:
        stream.until("at")
        crowd.tell(**event("start"))
        crowd.tell(**event("stdout", "hello"))
        assert [stream.hear()["kind"], stream.hear()["text"]] == ["start", "hello"]
    for number in range(10):
        crowd.tell(**event("start", trick=f"demo.b{number}"))
    crowd.tell(**event("stdout", "old news"))  # of a run that is forgotten by now
    with crowd.follow() as stream:
        heard = [each["trick"] for each in stream.until("at") if each["type"] == "event"]
    assert heard == [f"demo.b{number}" for number in range(2, 10)]


def test_only_the_sentences_of_this_step_are_sent_and_only_to_who_wants_them(crowd):
    with crowd.follow(captions=True) as reader, crowd.follow() as other:
        assert reader.until("captions")[-1]["said"] == ["Welcome to all of you."]
        other.until("at")
        for place, said in (
            ("#/which-one", ["Hands, please."]),
            ("#/which-one/0", ["The second. It waits."]),
            ("#/the-end", []),
        ):
            crowd.tell(type="at", at=place)
            assert reader.until("captions")[-1]["said"] == said
            assert all("said" not in message for message in other.until("at"))


def test_a_deck_that_was_built_again_comes_slide_by_slide(deck, tmp_path):
    folder = shutil.copytree(deck, tmp_path / "deck")
    page = (folder / "index.html").read_text()
    with Crowd(folder) as crowd, crowd.follow() as stream:
        stream.until("at")
        (folder / "index.html").write_text(page.replace("It loses bytes", "It sings"))
        crowd.tell(type="built")
        renewed, _ = stream.until("at")
        assert renewed["index"] == QUESTION and "It sings" in renewed["html"]
        assert "shut" not in renewed["html"]
        assert "It sings" in crowd.page


def test_a_deck_with_other_slides_is_loaded_anew(deck, tmp_path):
    folder = shutil.copytree(deck, tmp_path / "deck")
    page = (folder / "index.html").read_text()
    with Crowd(folder, "#/which-one/0") as crowd, crowd.follow() as stream:
        stream.until("at")
        more = '<section id="new" class="slide"><h1>New</h1></section><section id="which-one"'
        (folder / "index.html").write_text(page.replace('<section id="which-one"', more))
        crowd.tell(type="built")
        assert stream.until("at")[0] == {"type": "reload"}
        assert "New" in crowd.page
        assert "shut" in crowd.page  # what was shown stays so


def test_a_picture_that_is_another_one_has_the_page_loaded_anew(deck, tmp_path):
    folder = shutil.copytree(deck, tmp_path / "deck")
    with Crowd(folder) as crowd, crowd.follow() as stream:
        stream.until("at")
        (folder / "_images" / "end.png").write_bytes(b"another")
        crowd.tell(type="built")
        assert stream.hear() == {"type": "reload"}
        assert crowd.get("/_images/end.png").body == b"another"


def test_a_deck_that_can_not_be_cut_leaves_the_one_before(deck, tmp_path):
    folder = shutil.copytree(deck, tmp_path / "deck")
    page = (folder / "index.html").read_text()
    with Crowd(folder) as crowd, crowd.follow() as stream:
        stream.until("at")
        (folder / "index.html").write_text(page.replace("</aside>", "", 1))
        crowd.tell(type="built")
        stream.until("at")
        assert "Which one?" in crowd.page and "Welcome" not in crowd.page


def test_the_process_ends_with_the_stage(crowd):
    with crowd.follow() as stream:
        stream.until("at")
        crowd.process.stdin.close()
        assert crowd.process.wait(PATIENCE) == 0
