"""What the control calls things, in the reader's language; its forms and JSON keep the values."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any

from flask_babel import format_timedelta, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from sandbox.authorization.endings import ENDINGS
from sandbox.control.scenes import SCENES
from sandbox.ground.instants import DUBAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from flask_babel.speaklater import LazyString

MINUTE, HOUR, DAY = 60, 3600, 86_400
UNITS = ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second"))
AHEAD = (
    (10 * MINUTE, _l("10 minutes on")),
    (DAY, _l("A day on")),
    (31 * DAY, _l("31 days on")),
)
"""Steps of the clock in seconds: past the end of a token, of a day, of a consent as it is asked for by default."""
APPLICATION_WORDS = {"bank": _l("Bank"), "kit": _l("Starter Kit")}
KIND_WORDS = {
    "latency": _l("Slow answer"),
    "status": _l("Only a status, no answer"),
    "drop": _l("Connection closed at once"),
    "hang": _l("No answer, for two minutes"),
    "malformed": _l("Answer that is no JSON"),
    "truncated": _l("Answer that breaks off"),
    "drip": _l("Answer byte by byte"),
    "html": _l("A web page in place of the answer"),
    "empty": _l("Answer without a body"),
}


def status_words() -> dict[str, str]:
    """Return what the page calls the statuses of an account."""
    return {
        "Active": pgettext("account", "Active"),
        "Inactive": pgettext("account", "Inactive"),
        "Dormant": pgettext("account", "Dormant"),
        "Unclaimed": pgettext("account", "Unclaimed"),
        "Deceased": pgettext("account", "Deceased"),
        "Suspended": pgettext("account", "Suspended"),
        "Closed": pgettext("account", "Closed"),
    }


def clock_words(seconds: int) -> str:
    """Say how far the clock is from the real time, exactly."""
    if not seconds:
        return _("The real time")
    if seconds > 0:
        return _("%(span)s ahead of the real time", span=span_words(seconds))
    return _("%(span)s behind the real time", span=span_words(-seconds))


def span_words(seconds: int) -> str:
    """Return a span in days, hours, minutes and seconds, leaving out what is none."""
    parts = []
    for size, unit in UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            span = timedelta(seconds=count * size)
            parts.append(str(format_timedelta(span, granularity=unit, threshold=inf)))  # inf: never in a larger unit
    return " + ".join(parts)


def set_now(seen: Mapping[str, Any]) -> list[str]:
    """Name everything that is not as usual, but for the clock: faults, how the next login ends, states of accounts."""
    named = [fault_words(fault) for fault in seen["faults"]]
    if seen["ending"]:
        named.append(_("Next authorization: %(ending)s", ending=ENDINGS[seen["ending"]].label))
    statuses = status_words()
    named += [
        f"\u2068{each['nickname']}\u2069 {each['tail']}: {statuses[each['status']]}"
        for each in seen["accounts"]
        if each["set"]
    ]
    return named


def fault_words(fault: Mapping[str, Any]) -> str:
    """Name a fault by its scene, else by its application and kind."""
    scene = _scene_of(fault)
    return str(scene) if scene else f"{APPLICATION_WORDS[fault['application']]}: {KIND_WORDS[fault['kind']]}"


def _scene_of(fault: Mapping[str, Any]) -> LazyString | None:
    """Return the scene that set just this; one that a number of calls ends was put together by hand."""
    plain = {"latency_ms": 0, "status": 0, "retry_after": None, "left": None, "code": ""}
    given = {name: value for name, value in fault.items() if name != "fault_id"}
    return next((label for label, values in SCENES if {**plain, **values} == given), None)


def scenes_on(faults: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the fault's id for each scene that runs."""
    return {str(scene): fault["fault_id"] for fault in faults if (scene := _scene_of(fault))}


def ended(consents: Mapping[str, int], living: Iterable[str]) -> int:
    """Count the consents that are over."""
    return sum(count for status, count in consents.items() if status not in set(living))


def dubai_clock(text: str) -> str:
    """Return the time of day in Dubai of an instant as the overview writes it, to the second."""
    return datetime.fromisoformat(text).astimezone(DUBAI).strftime("%H:%M:%S")
