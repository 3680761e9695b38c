"""What templates need to print a value: money in its parts, Dubai days and hours, our words in the reader's
language. Digits are Latin in every language; the sign for less than nothing is U+2212.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from flask import g
from flask_babel import get_domain, get_locale
from iso4217 import Currency
from markupsafe import Markup, escape

from tpp.model.consent import DUBAI
from tpp.model.languages import DEFAULT
from tpp.model.money import Bare, Money
from tpp.model.words import Moment, Words
from tpp.web.services import services

if TYPE_CHECKING:
    from flask import Flask

ISOLATE, POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
"""Around other people's words in a sentence of ours, so that neither turns the other's reading order."""

BIDI_CONTROLS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""Embeddings, overrides and isolates (UAX 9): left out inside a sentence, where one could close our isolate early."""

UNLISTED_DIGITS = 2

MINUS = "\N{MINUS SIGN}"

DOTS = "••••••"
"""In place of an amount that is hidden."""


@dataclass(frozen=True, slots=True)
class MoneyParts:
    """An amount cut up for the page: `sign` is empty or U+2212, `whole` is grouped, `fraction` has no dot."""

    sign: str
    whole: str
    fraction: str
    currency: str

    @property
    def text(self) -> str:
        """The number alone, as in `-1,250.00` with a true minus sign."""
        return f"{self.sign}{self.whole}{'.' if self.fraction else ''}{self.fraction}"


def money_parts(money: Money) -> MoneyParts:
    """Cut an amount up, with as many decimals as its currency has, or more where the bank sent more."""
    whole, _, fraction = f"{abs(money.amount):,f}".partition(".")
    places = max(_minor_digits(money.currency), len(fraction.rstrip("0")))
    sign = MINUS if money.amount < 0 else ""
    return MoneyParts(sign, whole, fraction[:places].ljust(places, "0"), money.currency)


@cache
def _minor_digits(currency: str) -> int:
    """Return the decimals of a currency by ISO 4217, which CLDR rounds away for some; two where it has none."""
    try:
        digits = Currency(currency).exponent
    except ValueError:
        return UNLISTED_DIGITS
    return UNLISTED_DIGITS if digits is None else digits


def money_text(money: Money) -> str:
    """Print an amount inside a sentence: `AED 5,000.00`."""
    parts = money_parts(money)
    return f"{parts.currency}\N{NO-BREAK SPACE}{parts.text}"


def amounts_shown() -> bool:
    """Whether this request may print somebody's amounts: only if `tpp.web.sessions.session.switches` has said so."""
    return g.get("amounts_shown") is True


def day(moment: datetime) -> str:
    """Print the Dubai day of an aware moment as dd/mm/yyyy (CX-16)."""
    return moment.astimezone(DUBAI).strftime("%d/%m/%Y")


def month_name(first: date) -> str:
    """Print the month that a day is in, in this request's language."""
    return format_date(first, "MMMM y", locale=get_locale() or DEFAULT.code)


def month_short(first: date) -> str:
    """Print the name of the month that a day is in, cut short, in this request's language."""
    return format_date(first, "MMM", locale=get_locale() or DEFAULT.code)


def day_name(at: date) -> str:
    """Print a day with its name in this request's language; its year stands above it."""
    return format_date(at, "EEEE d MMMM", locale=get_locale() or DEFAULT.code)


def clock(moment: datetime) -> str:
    """Print the Dubai time of an aware moment as HH:MM."""
    return moment.astimezone(DUBAI).strftime("%H:%M")


def moment_text(moment: Moment) -> str:
    """Print the Dubai time of a moment, with its day unless that is today."""
    date, time = day(moment.at), clock(moment.at)
    if date == day(services().now()):
        return gettext("at %(time)s") % {"time": time} if moment.spoken else time
    if moment.spoken:
        return gettext("on %(date)s at %(time)s") % {"date": date, "time": time}
    return gettext("%(date)s, %(time)s") % {"date": date, "time": time}


def gettext(msgid: str) -> str:
    """Return a message in this request's language."""
    return str(_catalogue().ugettext(msgid))


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that a count takes in this request's language."""
    return str(_catalogue().ungettext(singular, plural, count))


def translated(msgid: str, /, **values: object) -> Markup:
    """What templates call `_`: a message of ours as HTML, in which its values are escaped.

    Jinja's own way there takes four calls, and a page has fifty messages.
    """
    catalogue = _catalogue()
    return _html(catalogue, msgid) % values if values else _without_values(catalogue, msgid)


def counted(singular: str, plural: str, num: int, /, **values: object) -> Markup:
    """What templates call `ngettext`: the form of a message that a count takes, as HTML; `%(num)s` is the count."""
    return Markup(ngettext(singular, plural, num)) % {"num": num, **values}  # noqa: S704 - our own words


@cache
def _html(catalogue: Any, msgid: str) -> Markup:
    return Markup(catalogue.ugettext(msgid))  # noqa: S704 - our own words


@cache
def _without_values(catalogue: Any, msgid: str) -> Markup:
    """Return a message that has no values; it is a format all the same, and `%%` in it is one sign."""
    return _html(catalogue, msgid) % {}


def _catalogue() -> Any:
    """Return this request's catalogue. A page asks a hundred times, and the extension's own way to it is long."""
    found = g.get("catalogue")
    if found is None:
        found = g.catalogue = get_domain().get_translations()
    return found


def say(text: str | Words) -> str:
    """Translate our own words with their values; hand on a bank's text as it is."""
    if isinstance(text, str):
        return text
    said = gettext(text.msgid) if text.plural is None else ngettext(text.msgid, text.plural, text.count)
    return said % {name: _value(value) for name, value in text.values.items()} if text.values else said


def worded(text: str | Words) -> Markup:
    """Print a text as HTML: a bank's own words are isolated, ours are translated."""
    if isinstance(text, str):
        return Markup(f"<bdi>{escape(text)}</bdi>")  # noqa: S704 - escaped
    return escape(say(text))


def _value(value: object) -> object:
    match value:
        case Money() | Bare():
            return _amount(value)
        case Words():
            return say(value)
        case datetime() | Moment():
            return day(value) if isinstance(value, datetime) else moment_text(value)
        case str():
            return f"{ISOLATE}{value.translate(BIDI_CONTROLS)}{POP}"
        case _:
            return value


def _amount(value: Money | Bare) -> str:
    if not amounts_shown():
        return DOTS
    return money_text(value) if isinstance(value, Money) else f"{ISOLATE}{money_parts(value.money).text}{POP}"


def register(app: Flask) -> None:
    """Give the templates these filters, and our way to the catalogue."""
    app.jinja_env.globals.update(_=translated, gettext=translated, ngettext=counted, amounts_shown=amounts_shown)
    app.jinja_env.filters.update(say=say, money_parts=money_parts, money_text=money_text, day=day, clock=clock)
    app.jinja_env.globals.update(moment=moment_text, worded=worded)
    app.jinja_env.filters.update(month_name=month_name, month_short=month_short, day_name=day_name)
