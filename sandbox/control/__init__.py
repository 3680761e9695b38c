"""`/control`: the page and the JSON with which tests and presenters set the stage and look behind it.

Not part of any standard, and answered to this machine alone (`guard`).
It may touch `ground`, `pages`, `authorization`, `stage`, `consents` and `people`.
"""
