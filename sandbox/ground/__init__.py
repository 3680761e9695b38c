"""What all rooms stand on: instants, amounts, keys, strict JSON, settings, sealed state, errors, versions, the client.

It knows no person, no consent and no address of a call. Sources: RFC 7515 and 7518 (keys), RFC 8259 (JSON), ISO 4217
(minor units), the UAE Open Finance Standard v1.2 and v2.1 (paths and codes of a version).
It may touch no other room of the sandbox.
"""
