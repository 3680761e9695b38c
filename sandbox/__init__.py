"""The simulated Al Tareq sandbox: a Model Bank and the Starter Kit API in front of it.

Two WSGI applications, one process each, because the kit calls the bank while it answers its own
caller and one thread pool for both could wait for itself:

=========================  =============================================================
`kit.starter_kit`        the Starter Kit API: plain JSON outside, FAPI towards the bank
`bank`                   the Model Bank: `/auth1` `/as1` `/rs1`, and the `/directory`
=========================  =============================================================

The rooms, from the ground up; the sign at each door says by which standard it is built and what it may touch:

=========================  =============================================================
`ground`                 what all stand on: instants, amounts, keys, settings, sealed state
`people`                 who banks here, and the story of their money
`consents`               what was asked for, by which rules, and what became of it
`directory`              what is published of the bank and of the client
`ledger`                 what happened on an account, day by day
`stage`                  what a presenter changes: clock, faults, endings, states of accounts
`authorization`          the OAuth server without its pages
`resources`              the data that a token opens
`kit`                    the Starter Kit
`pages`                  what a person sees of the bank
`control`                `/control`, for tests and presenters
=========================  =============================================================

What a request passes on its way: `authorization.par` (with `assertions`, `request_object` and `consents.rar`)
takes the pushed request; `pages.authorize` (with `cards`, `review`, `authorization.interactions` and
`authorization.way_back`) is the journey in the browser; `authorization.tokens` (with `grants`) is the token
endpoint; `resources.account_calls` gives the data, which `resources.signed_answers` signs for who wants that;
`pages.customer` is where people stop or suspend sharing. `ground.state` keeps everything, sealed.

The package imports nothing of the relying party on purpose: if both sides decoded with the same
function, their mistakes would agree. It proves nothing about the real sandbox and holds no real money.
"""
