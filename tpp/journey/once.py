"""What is asked for by a form is done once, however often its button is pressed; each press gets the same answer.

The answer lies in a vault that the form's own nonce opens, and is gone after ten minutes. The row is there, and empty,
while the first press is at it; where that failed, the next one starts anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpp.journey.shapes import Shape
from tpp.journey.waiting import PATIENCE_SECONDS, wait_for
from tpp.model import kinds

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tpp.model.rows import Vault

ANSWER_SECONDS = 600
POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Led:
    """Where a press led: the address of the bank, and the key (base64) of the vault that the attempt lies in."""

    redirect: str = field(repr=False)
    vault: str = field(repr=False)


UNDER_WAY = Led("", "")
"""What is read of a press that has not led anywhere yet."""

SHAPE = Shape(
    kinds.ANSWER, lambda kept: Led(str(kept.value["redirect"]), str(kept.value["vault"])) if kept.value else UNDER_WAY
)


def press(answers: Vault, begin: Callable[[], Led], now: Callable[[], datetime], sleep: Callable[[float], None]) -> Led:
    """Begin, or wait for the press that is at it and return where that one led. `answers`: this form's own vault.

    Raises whatever `begin` raises. Where the other press never comes to an end, this one begins after all.
    """

    def look() -> Led | None:
        if answers.add(kinds.ANSWER, "", SHAPE.write({}), _ends(now)):
            return _begin(answers, begin, now)
        led = SHAPE.get(answers, "")
        return None if led == UNDER_WAY else led

    return wait_for(look, sleep, every=POLL_SECONDS, patience=PATIENCE_SECONDS) or _begin(answers, begin, now)


def _begin(answers: Vault, begin: Callable[[], Led], now: Callable[[], datetime]) -> Led:
    ends = _ends(now)
    try:
        led = begin()
    except BaseException:
        answers.delete(kinds.ANSWER, "")
        raise
    answers.put(kinds.ANSWER, "", SHAPE.write({"redirect": led.redirect, "vault": led.vault}), ends)
    return led


def _ends(now: Callable[[], datetime]) -> float:
    return now().timestamp() + ANSWER_SECONDS
