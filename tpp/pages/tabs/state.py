"""How it stands with what a tab shows of one resource: whole, older, or not there, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tpp.model.words import N_, Moment
from tpp.pages import troubles

if TYPE_CHECKING:
    from tpp.model.figures import Found
    from tpp.model.words import Words

NOT_SHARED = N_("Your bank did not share this")
OF_NO_BALANCE = {
    **dict.fromkeys(troubles.ENDED.keys() - troubles.ACCOUNT_ERRORS.keys(), N_("Did not load: sharing has ended")),
    "consent-suspended": N_("Did not load: sharing is suspended at your bank"),
    "refused": NOT_SHARED,
    "not-shared": NOT_SHARED,
}
"""What an account's balances have other words for, or none."""


@dataclass(frozen=True, slots=True)
class State:
    """`failure`: why nothing, or nothing newer, came; `as_of`: when what is shown was asked for, where it is older.

    `read_at`: when it was asked for; None where nothing is shown. `retry`: whether asking again may help.
    `unreadable`: how much of the answer could not be read, in words.
    """

    failure: Words | None
    read_at: Moment | None
    retry: bool
    unreadable: Words | None

    @property
    def as_of(self) -> Moment | None:
        """Return when something older was asked for."""
        return self.read_at if self.failure else None


def state(found: Found[Any]) -> State:
    """Tell how it stands with one resource."""
    count = len(found.parsed.unreadable) if found.parsed else 0
    return State(
        failure=_failure(found),
        read_at=Moment(found.at) if found.at and found.parsed else None,
        retry=found.error is not None and found.error not in troubles.PERMANENT and found.retry_at is None,
        unreadable=troubles.left_out(count) if count else None,
    )


def _failure(found: Found[Any]) -> Words | None:
    if found.error is None:
        return None
    if found.retry_at:
        return troubles.later(found.retry_at)
    return OF_NO_BALANCE.get(found.error) or troubles.of_reason(found.error, found.wording) or NOT_SHARED
