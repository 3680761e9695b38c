"""The resource server: what a token opens, in the shapes of v1.2 and v2.1, plain or signed.

`account_calls` and `consent_calls` hold the addresses, `access` the order in which a call is judged,
`dialects` where the versions differ; the other modules each say what their resource is.
Source: UAE Open Finance Standard v1.2 and v2.1-errata2, account-information.
It may touch `ground`, `ledger`, `stage`, `people`, `consents` and `authorization`.
"""
