"""The reading client must fail on bad markup, or every test that leans on it proves nothing."""

from __future__ import annotations

import pytest
from flask import Flask, Response, redirect
from werkzeug.datastructures import Headers

from tests.page import BadPage, Reader, read

GOOD = """<!doctype html>
<html lang="en" dir="ltr">
<head><meta charset="utf-8"><title>Accounts – Mizan</title><link rel="stylesheet" href="/static/a.css"></head>
<body><main id="main">
<h1>Accounts</h1>
<h2>More</h2>
<p>Don’t worry, <bdi>"Jack's"</bdi> account. <a href="#main">Up</a> <a href="https://example.com/">There</a></p>
<img src="/static/a.svg" alt="">
<svg aria-hidden="true" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>
<form method="post" action="/send">
<input type="hidden" name="token" value="t">
<label for="who">Name</label> <input id="who" name="who">
<label><input type="checkbox" name="yes"> Yes</label>
<button type="submit">Send</button>
</form>
</main></body></html>"""

POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Content-Type": "text/html; charset=utf-8",
}

BAD_MARKUP = [
    ("<!doctype html>\n", "", "HTML5: expected-doctype"),
    ("<h2>More</h2>", "<h2>More</h3>", "HTML5: end-tag-too-early"),
    ("<h2>More</h2>", "<p>One<div>Two</div></p>", "HTML5: unexpected-end-tag"),
    ("<h2>More</h2>", "<h2 class='a' class='b'>More</h2>", "HTML5: duplicate-attribute"),
    ("<h2>More</h2>", "<p>a &nosuch; b</p>", "HTML5: expected-named-entity"),
    ("</main></body>", "</body>", "HTML5: expected-one-end-tag"),
    (' lang="en"', "", "html has no lang"),
    (' dir="ltr"', "", "html has no dir"),
    ("<h1>Accounts</h1>", "", "0 h1"),
    ("<h1>Accounts</h1>", "<h1>Accounts</h1><h1>Accounts</h1>", "2 h1"),
    ("<h1>Accounts</h1>", "<h1> </h1>", "the h1 is empty"),
    ("<title>Accounts", "<title>Mizan: Accounts", "does not start with the h1"),
    ("<h2>More</h2>", "<h3>More</h3>", "an h3 follows an h1"),
    ("<h2>More</h2>", '<h2 id="who">More</h2>', "the id who is there 2 times"),
    ("<h2>More</h2>", '<section aria-labelledby="gone"></section>', "names gone, which is not there"),
    ('href="#main"', 'href="#gone"', "a link leads to #gone"),
    ('<label for="who">Name</label>', "", "the field who has no label"),
    ('<label for="who">Name</label>', '<label for="who"></label>', "the field who has no label"),
    ('<label><input type="checkbox" name="yes"> Yes</label>', '<input name="yes">', "the field yes has no label"),
    (' alt=""', "", "the picture /static/a.svg has no alt"),
    ('<svg aria-hidden="true"', "<svg", "a drawing has neither"),
    (">Send</button>", '><span aria-hidden="true">x</span></button>', "a button has no name"),
    (">There</a>", "></a>", "a a has no name"),
    ("<h2>More</h2>", "<script>alert(1)</script>", "an inline script"),
    ("</head>", "<style>p{}</style></head>", "an inline style element"),
    ("<h2>More</h2>", '<h2 style="color:red">More</h2>', "h2 has an inline style"),
    ("<h2>More</h2>", '<h2 onclick="x()">More</h2>', "h2 has an inline onclick"),
    ('href="https://example.com/"', 'href="javascript:x()"', "a runs javascript:"),
    ('href="/static/a.css"', 'href="https://cdn.example.com/a.css"', "from elsewhere"),
    ('src="/static/a.svg"', 'src="//cdn.example.com/a.svg"', "from elsewhere"),
    ("</head>", '<script src="http://localhost:1411/a.js"></script></head>', "from elsewhere"),
    (' method="post"', "", "a form has no method"),
    (' action="/send"', "", "a form goes to nowhere"),
    ('action="/send"', 'action="https://example.com/send"', "a form goes to https"),
    ('<button type="submit">Send</button>', "", "a form has no button"),
    ('<button type="submit">', "<button>", "has no type"),
    ("Don’t worry", "Don't worry", "a typewriter quote in \"Don't worry"),
    ('alt=""', 'alt="Jack\'s"', "a typewriter quote in alt"),
]

BAD_HEADERS = [
    ("Content-Security-Policy", "", "lacks default-src 'none'"),
    ("Content-Security-Policy", POLICY.replace("; frame-ancestors 'none'", ""), "lacks frame-ancestors"),
    ("Content-Security-Policy", f"{POLICY}; script-src 'unsafe-inline'", "allows too much"),
    ("X-Content-Type-Options", "", "not nosniff"),
    ("Content-Type", "text/plain", "not HTML"),
]


def test_a_good_page_is_read() -> None:
    page = read(GOOD, Headers(HEADERS), 200, "/accounts")
    assert page.heading == "Accounts"
    assert page.status == 200
    assert "Don’t worry" in page.text
    assert page.all("h2") == ["More"]
    assert page.form("/send") == {"token": "t", "who": "", "yes": ""}


@pytest.mark.parametrize(("good", "bad", "fault"), BAD_MARKUP, ids=[fault for _, _, fault in BAD_MARKUP])
def test_bad_markup_is_refused_and_named(good: str, bad: str, fault: str) -> None:
    assert GOOD.count(good) == 1
    with pytest.raises(BadPage) as caught:
        read(GOOD.replace(good, bad), Headers(HEADERS))
    assert [each for each in caught.value.faults if fault in each], caught.value.faults


@pytest.mark.parametrize(("name", "value", "fault"), BAD_HEADERS, ids=[fault for _, _, fault in BAD_HEADERS])
def test_bad_headers_are_refused_and_named(name: str, value: str, fault: str) -> None:
    with pytest.raises(BadPage, match=fault):
        read(GOOD, Headers({**HEADERS, name: value}))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(BadPage) as caught:
        read(GOOD.replace(' dir="ltr"', "").replace(' alt=""', ""), Headers({}))
    assert len(caught.value.faults) > 3


@pytest.fixture
def reader() -> Reader:
    """Return a reader of a small application of its own."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: Response(GOOD, headers=HEADERS), endpoint="good")
    app.add_url_rule("/bad", view_func=lambda: Response(GOOD.replace("</h2>", ""), headers=HEADERS), endpoint="bad")
    app.add_url_rule("/moved", view_func=lambda: redirect("/"), endpoint="moved")
    app.add_url_rule("/send", view_func=lambda: redirect("/", 303), methods=["POST"], endpoint="send")
    return Reader(app.test_client())


def test_the_reader_follows_redirects_and_sends_forms(reader: Reader) -> None:
    assert reader.get("/moved").path == "/"
    assert reader.submit(reader.get("/"), "/send", who="me").path == "/"


def test_the_reader_fails_on_a_bad_page_and_on_another_status(reader: Reader) -> None:
    with pytest.raises(BadPage):
        reader.get("/bad")
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        reader.get("/nothing")
