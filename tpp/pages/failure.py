"""One failure page as a value, and the sentences that several of them share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tpp.model.words import N_

if TYPE_CHECKING:
    from tpp.model.words import Words

NOTHING_SHARED = N_("Nothing was shared, and your accounts are as they were.")
NOTHING_LOST = N_("Nothing was lost and nothing was shared.")
STORE_IS_FULL = N_("We cannot keep anything just now")
MAKE_ROOM = N_("If you run this app yourself: see that its disk has room and can be written to; the log says more.")
CERTIFICATE = N_("The connection service has a certificate that we do not trust")
CHECK_THE_CERTIFICATE = N_(
    "If you run this app: the log says which check failed, and which setting names the authority to trust. This "
    "machine’s clock must be right, too. The check is never switched off."
)
AGAIN = N_("Start again")
BACK = N_("Back to what we ask for")
HOME = N_("Go to the start page")


@dataclass(frozen=True, slots=True)
class Failure:
    """One page. `status`: the HTTP status; its one action leads to the start page; `facts`: label and value.

    `step`: where AlTareq's progress bar stopped: 1 before the bank, 2 at the bank, None outside the journey.
    """

    status: int
    title: Words
    sentences: tuple[Words, ...]
    step: int | None = None
    action_label: Words = AGAIN
    calm: bool = False
    facts: tuple[tuple[Words, str | Words], ...] = field(default=())
