"""What a presenter or a test changes from outside: clock, faults, wished endings, states of accounts; and who called.

`controls` keeps what is set, `faults` spoils answers around both applications, `call_log` notes the calls and
`account_status` says how a person's accounts stand. No standard knows of this; the codes of account states are those
of the UAE Open Finance Standard. It may touch `ground` and `people`.
"""
