"""The accounts answer that the product's guide shows: every side is held against the same one."""

from __future__ import annotations

from typing import Any

ACCOUNTS: dict[str, Any] = {
    "Data": {
        "Account": [
            {
                "AccountId": "100004000000000000000002",
                "AccountHolderName": "Account001Jack",
                "AccountHolderShortName": "000001Jack",
                "Status": "Inactive",
                "Currency": "AED",
                "Nickname": "1000040000000000Jack",
                "AccountType": "Corporate",
                "AccountSubType": "Savings",
                "StatusUpdateDateTime": "2017-04-05T10:43:07+00:00",
                "AccountIdentifiers": [
                    {
                        "SchemeName": "AccountNumber",
                        "Identification": "10000109010102",
                        "Name": "Luigi International",
                    }
                ],
                "Servicer": {"SchemeName": "Other", "Identification": "10000109010101"},
            }
        ]
    },
    "Meta": {"TotalPages": 1},
    "Links": {
        "Self": "https://rs1.altareq1.sandbox.apihub.openfinance.ae/open-finance/account-information/v1.2/accounts"
    },
}
