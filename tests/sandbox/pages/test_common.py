"""What holds for every page of the bank: markup, headers, names. AUTH-20."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import html5lib

from tests.sandbox.helpers import csrf
from tests.sandbox.reading import WRONG, soup, words

if TYPE_CHECKING:
    import pytest

    from tests.sandbox.helpers import RelyingParty


REAL_BANKS = r"\b(ozone|nbd|adcb|fab|enbd|mashreq|rakbank|adib|dib|hsbc|first abu dhabi|emirates islamic|wio|liv)\b"


def every_page(party: RelyingParty) -> dict[str, str]:
    """Return one copy of each page."""
    login = party.begin(party.pushed())
    path = party.log_in("rora")
    return {
        "login": party.browser.get(login).text,
        "wrong": party.submit(login, **WRONG).text,
        "accounts": party.browser.get(path).text,
        "none chosen": party.submit(path, action="authorize").text,
        "no accounts": party.browser.get(party.log_in("mits", {"AccountType": ["SME"]})).text,
        "leave": party.submit(path, action="cancel").text,
        "error": party.browser.get("/auth1/auth").text,
        "missing": party.browser.get("/auth1/nowhere").text,
        "time is up": timed_out(party),
        "control": party.browser.get("/control").text,
        **customer_pages(party),
    }


def timed_out(party: RelyingParty) -> str:
    """Return the page of somebody who took too long."""
    path = party.log_in()
    party.clock.advance(minutes=10)
    return party.browser.get(path).text


def customer_pages(party: RelyingParty) -> dict[str, str]:
    """Return the pages of a customer with a consent."""
    party.connected()
    login = party.browser.get("/auth1/consents/login").text
    form = {"csrf": csrf(login), "username": "mits", "password": "mits"}
    party.browser.post("/auth1/consents/login", data=form)
    return {"customer's login": login, "consents": party.browser.get("/auth1/consents").text}


def test_auth_20_every_page_says_that_the_bank_is_simulated(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        said = words(page, "body > header > .strip")
        assert said == ["Simulated bank. For demonstrations only; no real money."], name


def test_auth_20_no_page_bears_the_name_of_a_real_bank(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        assert not re.search(REAL_BANKS, soup(page).get_text(" "), re.IGNORECASE), name
        assert words(page, "header .bank") == ["Model Bank"] or soup(page).select_one(".leave"), name


def test_every_page_has_one_heading_that_starts_its_title(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        (heading,) = words(page, "h1")
        (title,) = words(page, "title")
        assert title == f"{heading} \N{EN DASH} Model Bank", name


def test_auth_15_the_way_back_shows_a_drawn_mark_and_the_clients_name(party: RelyingParty) -> None:
    page = soup(every_page(party)["leave"])
    (tile,) = page.select(".tile")
    assert tile.get_text().strip() == ""
    (mark,) = tile.select("svg")
    assert mark["aria-hidden"] == "true"
    assert mark.select("path")
    assert words(str(page), ".leave .name") == ["Mizan"]


def test_every_page_is_well_formed_and_names_its_language(party: RelyingParty) -> None:
    make_parser: Any = html5lib.HTMLParser
    for name, page in every_page(party).items():
        parser = make_parser()
        parser.parse(page)
        assert not parser.errors, (name, parser.errors)
        root = soup(page).select_one("html")
        assert root is not None
        assert (root["lang"], root["dir"]) == ("en", "ltr"), name


def test_no_page_holds_an_inline_script_or_style(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        assert not soup(page).select("script:not([src]), style, [style], [onclick], iframe"), name


def test_the_one_script_is_a_file_of_the_bank_and_only_where_a_password_is_typed(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        asked = [str(script["src"]) for script in soup(page).select("script")]
        assert len(asked) == len(soup(page).select("[type=password]")), name
        for address in asked:
            assert re.fullmatch(r"/auth1/static/login\.js\?v=[0-9a-f]{12}", address), name
            answer = party.browser.get(address)
            assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
            assert answer.headers["Cache-Control"] == "public, max-age=86400"
            answer.close()


def test_every_field_has_a_label_and_every_id_is_single(party: RelyingParty) -> None:
    for name, page in every_page(party).items():
        whole = soup(page)
        for box in whole.select("input:not([type=hidden])"):
            labelled = box.find_parent("label") or whole.select_one(f'label[for="{box.get("id")}"]')
            assert labelled is not None, (name, box)
        ids = [element["id"] for element in whole.select("[id]")]
        assert len(ids) == len(set(ids)), name


def test_every_page_carries_the_headers_that_keep_it_to_itself(party: RelyingParty) -> None:
    for path in (party.begin(party.pushed()), party.log_in(), "/auth1/auth", "/auth1/nowhere"):
        headers = party.browser.get(path).headers
        policy = headers["Content-Security-Policy"].split("; ")
        assert policy == [
            "default-src 'none'",
            "style-src 'self'",
            "script-src 'self'",
            "img-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_the_style_sheet_may_be_kept_and_its_address_changes_with_it(party: RelyingParty) -> None:
    link = soup(party.browser.get("/auth1/auth").text).select_one("link[rel=stylesheet]")
    assert link is not None
    assert re.fullmatch(r"/auth1/static/bank\.css\?v=[0-9a-f]{12}", str(link["href"]))
    answer = party.browser.get(str(link["href"]))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert not re.findall(r"(?<![-\w])(left|right|top|bottom|width|height)\s*:", answer.text)
    answer.close()


def test_a_fault_of_ours_shows_a_page_without_detail(party: RelyingParty, monkeypatch: pytest.MonkeyPatch) -> None:
    path = party.log_in()
    monkeypatch.setattr("sandbox.pages.authorize.card_of", None)
    answer = party.browser.get(path)
    assert answer.status_code == 500
    assert words(answer.text, "h1") == ["This page cannot be used"]
    assert "TypeError" not in answer.text
