"""What happened on an account: entries that follow from its story, the same at every call, and the levels they leave.

Nothing is kept: every entry is worked out from the account and the day. Source: house; the fields of an entry are
those of the UAE Open Finance Standard, transactions. It may touch `ground` and `people`.
"""
