"""The Starter Kit: plain JSON for an application in front, signed calls towards the bank behind.

Source: the Starter Kit's public copies; RFC 7523, 9101, 9126. It is an application of its own, so it knows the bank by
HTTP alone: it may touch `ground`, `directory` (the client's name) and `stage` (faults and the clock).
"""
