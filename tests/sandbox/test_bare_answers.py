"""What an answer has besides its body: no redirect from an odd path, and no type without a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.ground.services import EXTENSION
from tests.sandbox.helpers import DATA

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.sandbox.helpers import RelyingParty

KIT_DATA = DATA.removeprefix("/rs1")


@pytest.mark.parametrize("path", [f"{DATA}//accounts", "/rs1//tpp-registration", "/auth1//auth", "/control//state"])
def test_two_slashes_are_an_unknown_path_at_the_bank(party: RelyingParty, path: str) -> None:
    answer = party.machine.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("path", [f"{KIT_DATA}//accounts", "/open-finance//account-information/v1.2/parties"])
def test_two_slashes_are_an_unknown_path_at_the_kit(kit: FlaskClient, path: str) -> None:
    answer = kit.get(path)
    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_an_answer_without_a_body_has_no_type(party: RelyingParty, kit: FlaskClient) -> None:
    party.connected(ConsentId="c")
    own = party.token(grant_type="client_credentials", scope="accounts").get_json()["access_token"]
    revoked = party.machine.patch(
        f"{DATA}/account-access-consents/c",
        json={"Data": {"Status": "Revoked", "RevokedBy": "TPP"}},
        headers={"Authorization": f"Bearer {own}"},
    )
    by_kit = kit.get("/register")
    assert party.app.extensions[EXTENSION].state.delete("registration", party.client_id)
    for answer in (revoked, by_kit, party.machine.post("/rs1/tpp-registration")):
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Content-Type" not in answer.headers
