"""What the stage serves: the deck's files, and a page that names the run socket."""


def test_presenters_page_names_the_run_socket(stage):
    assert '<html data-stage="/run" lang=en>' in stage.presenter().get("/").text


def test_every_file_is_asked_for_again_and_not_sent_again(stage):
    browser = stage.presenter()
    first = browser.get("/deck.js")
    assert first.getheader("Cache-Control") == "no-cache"
    assert first.getheader("Content-Type") == "text/javascript"
    again = browser.get("/deck.js", If_None_Match=first.getheader("ETag"))
    assert (again.status, again.text) == (304, "")


def test_a_page_differs_by_cookie_and_says_so(stage):
    response = stage.presenter().get("/index.html")
    assert response.getheader("Vary") == "Cookie"
    assert response.getheader("ETag") is None


def test_what_is_not_there_is_404(stage):
    assert stage.presenter().get("/nothing.html").status == 404


def test_an_old_address_in_the_history_of_the_same_browser_still_leads_to_the_deck(stage):
    browser = stage.presenter()
    response = browser.enter(stage.addresses[0])
    assert (response.status, response.getheader("Location")) == (303, "/")
    assert len(stage.addresses) == 2, "no token was used up"


def test_a_second_browser_comes_in_by_the_fresh_address(stage):
    first, second = stage.presenter(), stage.presenter()
    assert first.cookie != second.cookie
    for browser in (first, second):
        assert "data-stage" in browser.get("/").text
