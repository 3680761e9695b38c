"""What was asked for and what became of it: the consent, the rules that it is checked by, and the steps of its life.

Source: UAE Open Finance Standard v1.2 and v2.1, consents; RFC 9396 (`authorization_details`).
It may touch `ground` alone: who the person is and which accounts they chose stand in the consent as plain words.
"""
