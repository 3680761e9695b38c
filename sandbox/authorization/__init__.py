"""The OAuth server without its pages: the pushed request, the interaction, the way back, codes and tokens.

Source: RFC 6749, 7523, 7636, 9101, 9126, 9207; FAPI 2.0 Security Profile and Message Signing.
It may touch `ground`, `consents` and `directory`; of people it knows the subject alone.
"""
