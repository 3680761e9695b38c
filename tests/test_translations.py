"""Both catalogues: complete, exact, as compiled, and enough: in Arabic no word of a page stays English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from babel import Locale
from babel.messages.checkers import checkers
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup
from bs4.element import NavigableString

from sandbox.bank import create_bank
from sandbox.ground.keys import key_id
from sandbox.ground.services import EXTENSION
from sandbox.ground.settings import BankSettings
from sandbox.pages.common import COOKIE as BANK_COOKIE
from tests.sandbox.helpers import Clock, RelyingParty, csrf, offered
from tests.sandbox.reading import WRONG
from tests.stack import refresh_target
from tpp.model.languages import DEFAULT, LANGUAGES
from tpp.pages import failures_return
from tpp.web.language import COOKIE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack import Browser
    from tpp.model.languages import Language

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class House:
    """Where a house keeps its words, and which functions mark them."""

    folder: Path
    keywords: tuple[str, ...]

    @property
    def po(self) -> Path:
        """The Arabic catalogue; the compiled one lies beside it."""
        return self.folder / "translations" / "ar" / "LC_MESSAGES" / "messages.po"


HOUSES = {
    "app": House(ROOT, ("N_", "NN_:1,2")),
    "bank": House(ROOT / "sandbox", ("_l",)),
}

SIX_FORMS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5);"
)
"""Babel's own rule for Arabic is another and wrong, so it stands in the file."""

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
NUMBERS = {"%(count)s", "%(num)s"}
WORD_FORMS = range(3)
"""None, one and two: Arabic may say these numbers as words."""

LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
ISOLATED = re.compile("\u2068[^\u2069]*\u2069")
NAMES = {"AlTareq", "Mizan", "Starter", "Kit", "Model", "Bank", "MIT", "AED"}
"""What stays Latin in Arabic: names, the licence and the currency's code."""
SPOKEN = ("alt", "aria-label", "title", "placeholder")


@pytest.fixture
def party(instance: Path) -> RelyingParty:
    """Return a client of a bank of its own."""
    clock = Clock()
    app = create_bank(BankSettings(instance=instance, now=clock))
    client = app.extensions[EXTENSION].client
    return RelyingParty(app, clock, client.client_id, client.key, key_id(client.key))


@pytest.fixture(params=HOUSES.values(), ids=list(HOUSES))
def house(request: pytest.FixtureRequest) -> House:
    """Return each house in turn."""
    found: House = request.param
    return found


@cache
def catalogue(house: House) -> Any:
    """Return the Arabic catalogue as it is written, read once; a broken file is an error."""
    with house.po.open("rb") as file:
        return read_po(file, abort_invalid=True)


def entries(house: House) -> list[Any]:
    """Return the messages without the header."""
    return [message for message in catalogue(house) if message.id]


def key(message: Any) -> tuple[str | None, Any]:
    """Return context and id of a message; a compiled file gives the context in bytes."""
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return context, tuple(message.id) if message.pluralizable else message.id


def forms(message: Any) -> tuple[str, ...]:
    """Return every translated form of a message."""
    return tuple(message.string) if message.pluralizable else (message.string,)


def in_the_code(house: House) -> Iterator[tuple[str | None, Any]]:
    """Extract as `make messages` does, in memory."""
    with (house.folder / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | parse_keywords(house.keywords)
    found = extract_from_dir(house.folder, methods, options, keywords)
    for _file, _line, message, _comments, context in found:
        yield context, message


def test_the_catalogue_holds_exactly_what_the_code_says(house: House) -> None:
    said = set(in_the_code(house))

    assert len(said) > 50
    assert {key(message) for message in entries(house)} == said
    assert not catalogue(house).obsolete


def test_every_language_but_the_default_has_a_catalogue_and_its_own_direction() -> None:
    """One list: the languages of the switch, those that are translated, and which way their lines run."""
    translated = {path.parent.parent.name for path in ROOT.glob("translations/*/LC_MESSAGES/messages.po")}

    assert translated == set(LANGUAGES) - {DEFAULT.code}
    assert [each.code for each in LANGUAGES.values() if Locale(each.code).text_direction != each.direction] == []


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=lambda each: each.code)
def test_a_page_is_in_the_language_and_direction_that_were_chosen(browser: Browser, language: Language) -> None:
    browser.client.set_cookie(COOKIE, language.code, domain="localhost")
    soup = BeautifulSoup(browser.get("/").text, "html5lib")
    assert soup.html is not None

    assert (soup.html["lang"], soup.html["dir"]) == (language.code, language.direction)
    others = {each.code: each.name for each in LANGUAGES.values() if each != language}
    assert {link["lang"]: link.get_text() for link in soup.select("a.language")} == others


def test_nothing_is_fuzzy_and_nothing_is_empty(house: House) -> None:
    assert [message.id for message in entries(house) if message.fuzzy or not all(map(str.strip, forms(message)))] == []


def test_every_counted_message_has_the_six_arabic_forms(house: House) -> None:
    assert catalogue(house).plural_forms == SIX_FORMS
    assert [message.id for message in entries(house) if message.pluralizable and len(forms(message)) != 6] == []


def test_placeholders_agree_and_only_small_numbers_are_said_as_words(house: House) -> None:
    wrong = []
    for message in entries(house):
        asked = set(PLACEHOLDER.findall(message.id[1] if message.pluralizable else message.id))
        for number, form in enumerate(forms(message)):
            free = NUMBERS & asked if message.pluralizable and number in WORD_FORMS else set()
            if not asked - free <= set(PLACEHOLDER.findall(form)) <= asked or "%" in PLACEHOLDER.sub("", form):
                wrong.append((message.id, form))
        for check in checkers:
            check(catalogue(house), message)

    assert wrong == []


def test_the_compiled_file_is_what_the_catalogue_compiles_to(house: House) -> None:
    with house.po.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    assert {key(each): forms(each) for each in compiled if each.id} == {
        key(each): forms(each) for each in entries(house)
    }
    assert compiled.plural_forms == catalogue(house).plural_forms


@pytest.mark.parametrize(
    "unwanted",
    ["[\u0660-\u0669\u06f0-\u06f9]", "['\"\u2018-\u201f]", "  |^ | $", "[,;?]"],
    ids=["arabic-indic-digits", "other-quotes-than-guillemets", "loose-spaces", "latin-punctuation"],
)
def test_the_arabic_is_set_as_arabic(house: House, unwanted: str) -> None:
    found = [form for message in entries(house) for form in forms(message) if re.search(unwanted, form)]

    assert found == []


def test_a_sentence_ends_in_arabic_where_it_ends_in_english(house: House) -> None:
    ends = (".", ":")
    wrong = [
        form
        for message in entries(house)
        for form in forms(message)
        if (message.id[0] if message.pluralizable else message.id).endswith(ends) != form.endswith(ends)
    ]

    assert wrong == []


def latin_words(html: str) -> list[str]:
    """Return the Latin words that a reader of a page meets outside other people's words and quoted letters."""
    soup = BeautifulSoup(html, "html5lib")
    foreign = ", ".join(f"[lang={code}]" for code in LANGUAGES if code != "ar")
    for each in soup.select(f"bdi, code, {foreign}, script, style"):
        each.decompose()
    texts = [str(text) for text in soup.find_all(string=True) if type(text) is NavigableString]
    texts += [str(each[name]) for name in SPOKEN for each in soup.select(f"[{name}]")]
    found = [word for text in texts for word in LATIN_WORD.findall(ISOLATED.sub(" ", text))]
    return [word for word in found if word not in NAMES]


def said_in_arabic(html: str) -> bool:
    """Whether a page is marked as Arabic and speaks it."""
    root = BeautifulSoup(html, "html5lib").html
    assert root is not None
    return (root["lang"], root["dir"]) == ("ar", "rtl") and len(
        re.findall(r"[\u0621-\u064a]{2,}", root.get_text())
    ) > 10


def test_the_search_for_latin_words_is_not_blind() -> None:
    page = '<p aria-label="Main">Mizan <bdi>Salary</bdi> \u2068Rora\u2069 <code>ab12</code> left over</p>'

    assert latin_words(page) == ["left", "over", "Main"]


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/connect", "/privacy", "/terms", "/signed-out", "/accounts", "/sign-out", "/nowhere"),
        *(f"/connect/ended/{reason}" for reason in failures_return.PAGES["starter-kit"]),
    ],
)
def test_no_word_of_the_app_stays_english_without_a_connection(browser: Browser, path: str) -> None:
    browser.client.set_cookie(COOKIE, "ar", domain="localhost")
    page = browser.get(path, follow_redirects=True).text

    assert said_in_arabic(page)
    assert latin_words(page) == []


def test_no_word_of_the_app_stays_english_on_the_way_and_with_accounts(browser: Browser) -> None:
    browser.client.set_cookie(COOKIE, "ar", domain="localhost")
    pages = [browser.press_proceed().text]
    browser.come_back(browser.approve(refresh_target(pages[0]), accounts=8))
    pages += [browser.get(path).text for path in ("/accounts", "/sign-out")]
    token = browser.form("/accounts")["csrf_token"]
    browser.post("/amounts", {"csrf_token": token})
    pages.append(browser.get("/accounts").text)

    assert [said_in_arabic(page) for page in pages] == [True] * 4
    assert [latin_words(page) for page in pages] == [[]] * 4


def customer_and_control(party: RelyingParty) -> dict[str, str]:
    """Return the bank's page for customers and the control, in Arabic and with something on them."""
    party.browser.set_cookie(BANK_COOKIE, "ar", domain="localhost", path="/control")
    party.connected("rora")
    browser = party.browser
    pages = {"customer login": browser.get("/auth1/consents/login").text}
    form = {"csrf": csrf(pages["customer login"]), "username": "rora", "password": "rora"}
    pages["consents"] = browser.post("/auth1/consents/login", data=form, follow_redirects=True).text
    for count in (1, None):
        fault = {"application": "kit", "route": "par", "kind": "drop", "count": count, "latency_ms": 5}
        browser.post("/control/faults", json=fault)
    pages["control"] = browser.get("/control").text
    return pages


def test_no_word_of_the_bank_stays_english(party: RelyingParty) -> None:
    party.browser.set_cookie(BANK_COOKIE, "ar", domain="localhost", path="/auth1")
    login = party.begin(party.pushed())
    path = party.log_in("rora")
    pages = {
        "login": party.browser.get(login).text,
        "wrong": party.submit(login, **WRONG).text,
        "accounts": party.browser.get(path).text,
        "none chosen": party.submit(path, action="authorize").text,
        "no accounts": party.browser.get(party.log_in("mits", {"AccountType": ["SME"]})).text,
        "leave": party.submit(path, action="authorize", account=offered(party.browser.get(path).text)).text,
        "missing": party.browser.get("/auth1/nowhere").text,
    } | customer_and_control(party)

    assert [name for name, page in pages.items() if not said_in_arabic(page)] == []
    assert {name: latin_words(page) for name, page in pages.items()} == {name: [] for name in pages}


def language_of(page: str) -> str:
    """Return the language that a page says it is in."""
    root = BeautifulSoup(page, "html5lib").html
    assert root is not None
    return str(root["lang"])


@pytest.mark.parametrize(
    ("cookie", "header", "expected"),
    [
        (None, None, "en"),
        (None, "xx", "en"),
        (None, "ar-AE,ar;q=0.9,en;q=0.8", "ar"),
        ("ar", "en", "ar"),
        ("en", "ar", "en"),
        ("xx", "ar", "ar"),
    ],
)
def test_the_bank_follows_its_own_cookie_then_the_browser_then_english(
    party: RelyingParty, cookie: str | None, header: str | None, expected: str
) -> None:
    if cookie:
        party.browser.set_cookie(BANK_COOKIE, cookie, domain="localhost", path="/auth1")
    headers = {"Accept-Language": header} if header else {}

    assert language_of(party.browser.get("/auth1/auth", headers=headers).text) == expected


@pytest.mark.parametrize("stage", ["login", "error"])
def test_the_banks_language_link_comes_back_to_the_same_page_without_a_query(party: RelyingParty, stage: str) -> None:
    path = "/auth1/auth"
    if stage != "error":
        path = party.begin(party.pushed())
    for code in ("ar", "en"):
        link = BeautifulSoup(party.browser.get(path).text, "html5lib").select_one(f"a.language[lang={code}]")
        assert link is not None
        answer = party.browser.get(str(link["href"]))
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        assert "?" not in str(link["href"])
        (cookie,) = answer.headers.getlist("Set-Cookie")
        assert cookie.startswith(f"{BANK_COOKIE}={code};")
        assert {"HttpOnly", "Path=/auth1", "SameSite=Lax"} <= set(cookie.split("; "))
        assert language_of(party.browser.get(path).text) == code


@pytest.mark.parametrize(
    "path", ["xx/auth", "ar//evil.example", "ar/..%2F..%2Fevil", "ar/%5Cevil.example", "ar/http:%2F%2Fevil.example"]
)
def test_the_banks_language_link_leads_nowhere_else(party: RelyingParty, path: str) -> None:
    answer = party.browser.get(f"/auth1/language/{path}", follow_redirects=True)

    assert answer.status_code == 404
    assert all(urlsplit(each.headers.get("Location", "")).hostname in {None, "localhost"} for each in answer.history)
    assert party.browser.get_cookie(BANK_COOKIE, path="/auth1") is None
