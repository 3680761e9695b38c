"""Who banks here: the people, their accounts as these are by nature, and the story behind each account's money.

`everyone` lists them, `holders` says what a person and an account are, `story` and `stories` say what comes
and goes. The first two are those that the Model Bank publishes; nobody in here exists.
Source: UAE Open Finance Standard v1.2 and v2.1, account-information. It may touch `ground` alone.
"""
