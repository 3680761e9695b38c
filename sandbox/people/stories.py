"""All stories by account id. An account without one has no movements but today's."""

from __future__ import annotations

from sandbox.people.business import NOOR_STORIES
from sandbox.people.family import LAYLA_STORIES
from sandbox.people.freelancer import FARIS_STORIES
from sandbox.people.nasty import NASTY_STORIES
from sandbox.people.published import PUBLISHED_STORIES
from sandbox.people.story import Story
from sandbox.people.student import ZAYD_STORIES

STORIES = PUBLISHED_STORIES | LAYLA_STORIES | FARIS_STORIES | NOOR_STORIES | ZAYD_STORIES | NASTY_STORIES
NOTHING = Story(())


def story_of(account_id: str) -> Story:
    """Return what an account lives on."""
    return STORIES.get(account_id, NOTHING)
