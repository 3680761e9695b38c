"""What the Trust Framework publishes of the bank and of the client: participants, keys, registration, metadata.

Source: Open Finance Trust Framework v1.2; RFC 7517, RFC 8414. It may touch `ground` alone.
"""
