"""A client that reads each page as strictly as a browser, a screen reader and a reviewer together would.

`Reader(client).get("/")` asks with Flask's test client and fails on anything in the markup that must not be: broken
HTML5, no heading or two, a title that does not start with it, ids twice or pointing nowhere, fields, pictures and
buttons without a name, missing headers, inline script and style, things from other sites, typewriter quotes in our
own words. What a bank sends stands in `<bdi>` and may say what it likes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import html5lib
from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.testing import FlaskClient
    from werkzeug.datastructures import Headers

ORIGIN = "http://localhost:1411"

NOT_OURS = ("bdi", "code", "pre")
"""What other people say, and what is quoted letter by letter."""

SPOKEN = ("alt", "aria-label", "title", "placeholder")
POINTERS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
FIELDS = "input:not([type=hidden], [type=submit], [type=button]), select, textarea"
ASSETS = (("img", "src"), ("script", "src"), ("iframe", "src"), ("source", "src"), ("video", "src"), ("link", "href"))
STRAIGHT = re.compile(r"['\"]")
FROM_HERE = re.compile(r"/(?!/)")
NEEDED_POLICY = ("default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'")
LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]+)*")


class BadPage(AssertionError):
    """A page with faults: all of them, one a line."""

    def __init__(self, where: str, faults: list[str]) -> None:
        super().__init__(f"{where}:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Page:
    """One page that has stood the checks. `text` is what can be read on it, white space made one."""

    status: int
    html: str = field(repr=False)
    headers: Headers = field(repr=False)
    soup: BeautifulSoup = field(repr=False)
    text: str = field(repr=False)
    path: str

    @property
    def heading(self) -> str:
        """The page's only h1."""
        return words(self.soup.select("h1")[0])

    def all(self, selector: str) -> list[str]:
        """Return the text of every element that a CSS selector finds."""
        return [words(each) for each in self.soup.select(selector)]

    def one(self, selector: str) -> Tag:
        """Return the only element that a CSS selector finds."""
        found = self.soup.select(selector)
        assert len(found) == 1, f"{len(found)} of {selector} on {self.path}"
        return found[0]

    def form(self, action: str) -> dict[str, str]:
        """Return the fields, with their values, of the only form that goes to an address."""
        form = self.one(f'form[action="{action}"]')
        return {str(each["name"]): str(each.get("value", "")) for each in form.select("input[name]")}


class Reader:
    """Asks for pages. `origin` is the app's own address."""

    def __init__(self, client: FlaskClient, origin: str = ORIGIN) -> None:
        self.client = client
        self.origin = origin

    def get(self, path: str, status: int = 200, **options: Any) -> Page:
        """Ask for a page, follow its redirects, and check what comes."""
        return self._ask("GET", path, status, options)

    def post(self, path: str, data: Mapping[str, Any] | None = None, status: int = 200, **options: Any) -> Page:
        """Send a form as our own pages do, follow the redirect, and check what comes."""
        headers = {"Origin": self.origin, **options.pop("headers", {})}
        return self._ask("POST", path, status, {"data": data or {}, "headers": headers, **options})

    def submit(self, page: Page, action: str, status: int = 200, **changes: str) -> Page:
        """Send the form of a page that goes to an address, with its own fields and these."""
        return self.post(action, {**page.form(action), **changes}, status)

    def _ask(self, method: str, path: str, status: int, options: dict[str, Any]) -> Page:
        options = {"base_url": self.origin, "follow_redirects": True, **options}
        answer = self.client.open(path, method=method, **options)
        assert answer.status_code == status, f"{method} {path} answered {answer.status_code}, not {status}"
        return read(answer.text, answer.headers, answer.status_code, answer.request.path)


def read(html: str, headers: Headers, status: int = 200, path: str = "/") -> Page:
    """Check a page and return it. Raises BadPage with every fault."""
    soup = BeautifulSoup(html, "html5lib")
    faults = [*_parsing(html), *_document(soup), *_headings(soup), *_ids(soup), *_names(soup)]
    faults += [*_headers(headers), *_inline(soup), *_origins(soup), *_forms(soup), *_quotes(soup)]
    if faults:
        raise BadPage(path, faults)
    return Page(status, html, headers, soup, words(soup.body) if soup.body else "", path)


def words(tag: Tag) -> str:
    """Return the text of an element with white space made one."""
    return " ".join(tag.get_text().split())


def _parsing(html: str) -> Iterator[str]:
    """HTML5 as the standard's own parser reads it: every parse error counts."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(html)
    for (line, column), code, values in parser.errors:
        yield f"HTML5: {code} {values or ''} in line {line}, column {column}"


def _document(soup: BeautifulSoup) -> Iterator[str]:
    root = soup.html
    if root is None or not LANGUAGE.fullmatch(str(root.get("lang", ""))):
        yield "html has no lang"
    if root is None or root.get("dir") not in {"ltr", "rtl"}:
        yield "html has no dir"
    if not soup.select("main"):
        yield "there is no main"


def _headings(soup: BeautifulSoup) -> Iterator[str]:
    headings = [words(each) for each in soup.select("h1")]
    title = words(soup.title) if soup.title else ""
    if len(headings) != 1:
        yield f"{len(headings)} h1"
    elif not headings[0]:
        yield "the h1 is empty"
    elif not title.startswith(headings[0]):
        yield f"the title {title!r} does not start with the h1 {headings[0]!r}"
    levels = [int(each.name[1]) for each in soup.find_all(re.compile(r"^h[1-6]$"))]
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"an h{below} follows an h{above}"


def _ids(soup: BeautifulSoup) -> Iterator[str]:
    ids = [str(each["id"]) for each in soup.select("[id]")]
    for name in sorted({each for each in ids if ids.count(each) > 1}):
        yield f"the id {name} is there {ids.count(name)} times"
    for attribute in POINTERS:
        for each in soup.select(f"[{attribute}]"):
            for name in str(each[attribute]).split():
                if name not in ids:
                    yield f"{attribute} of {each.name} names {name}, which is not there"
    for link in soup.select('a[href^="#"]'):
        if str(link["href"])[1:] not in ids:
            yield f"a link leads to {link['href']}, which is not there"


def _names(soup: BeautifulSoup) -> Iterator[str]:
    for each in soup.select(FIELDS):
        label = each.find_parent("label") or soup.find("label", attrs={"for": str(each.get("id", "-"))})
        if not _own_name(each) and not (label and words(label)):
            yield f"the field {each.get('name')} has no label"
    for each in soup.select("img"):
        if not each.has_attr("alt"):
            yield f"the picture {each.get('src')} has no alt"
    for each in soup.select("svg"):
        if each.get("aria-hidden") != "true" and not _own_name(each):
            yield "a drawing has neither a name nor aria-hidden"
    for each in soup.select("a[href], button, summary"):
        pictures = [str(image.get("alt", "")) for image in each.select("img")]
        if not (_said(each) or _own_name(each) or any(pictures)):
            yield f"a {each.name} has no name"


def _own_name(tag: Tag) -> bool:
    return any(str(tag.get(name, "")).strip() for name in ("aria-label", "aria-labelledby"))


def _said(tag: Tag) -> str:
    """Return what a screen reader says of an element's text."""
    texts = (
        str(each) for each in tag.descendants if isinstance(each, NavigableString) and not _is_hidden(each.parent, tag)
    )
    return "".join(texts).strip()


def _is_hidden(tag: Tag | None, top: Tag) -> bool:
    while tag is not None and tag is not top:
        if tag.get("aria-hidden") == "true":
            return True
        tag = tag.parent
    return False


def _headers(headers: Headers) -> Iterator[str]:
    policy = [each.strip() for each in headers.get("Content-Security-Policy", "").split(";")]
    for each in NEEDED_POLICY:
        if each not in policy:
            yield f"the Content-Security-Policy lacks {each}"
    if any("unsafe" in each or "*" in each for each in policy):
        yield "the Content-Security-Policy allows too much"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "X-Content-Type-Options is not nosniff"
    if not headers.get("Content-Type", "").startswith("text/html; charset=utf-8"):
        yield "the content type is not HTML in UTF-8"


def _inline(soup: BeautifulSoup) -> Iterator[str]:
    for each in soup.select("script:not([src])"):
        yield f"an inline script: {words(each)[:40]}"
    if soup.select("style"):
        yield "an inline style element"
    for each in soup.find_all(True):
        for name in each.attrs:
            if name == "style" or name.startswith("on"):
                yield f"{each.name} has an inline {name}"
    for each in soup.select("[href], [action], [src]"):
        address = str(each.get("href") or each.get("action") or each.get("src") or "")
        if address.strip().lower().startswith(("javascript:", "data:", "vbscript:")):
            yield f"{each.name} runs {address[:40]}"


def _origins(soup: BeautifulSoup) -> Iterator[str]:
    for name, attribute in ASSETS:
        for each in soup.select(f"{name}[{attribute}]"):
            if not FROM_HERE.match(str(each[attribute])):
                yield f"{name} loads {each[attribute]} from elsewhere"
    for each in soup.select("[srcset]"):
        yield f"{each.name} has a srcset, which is not checked here"


def _forms(soup: BeautifulSoup) -> Iterator[str]:
    for form in soup.select("form"):
        if str(form.get("method", "")).lower() not in {"get", "post"}:
            yield "a form has no method"
        if not FROM_HERE.match(str(form.get("action", ""))):
            yield f"a form goes to {form.get('action', 'nowhere')}"
        if not form.select("button:not([type=button]), input[type=submit]"):
            yield "a form has no button"
    for button in soup.select("button"):
        if button.get("type") not in {"submit", "button"}:
            yield f"the button {words(button)!r} has no type"


def _quotes(soup: BeautifulSoup) -> Iterator[str]:
    """Whose words a title says cannot be marked in it: it begins with the h1, where they are marked."""
    theirs = soup.select_one("h1 bdi")
    for text in soup.find_all(string=True):
        said = text.replace(theirs.get_text(), "") if theirs and text.find_parent("title") else text
        if type(text) is NavigableString and STRAIGHT.search(said) and not text.find_parent(NOT_OURS):
            yield f"a typewriter quote in {' '.join(text.split())!r}"
    for each in soup.find_all(True):
        for name in SPOKEN:
            if STRAIGHT.search(str(each.get(name, ""))) and not each.find_parent(NOT_OURS):
                yield f"a typewriter quote in {name}={each[name]!r}"
