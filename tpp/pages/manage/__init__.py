"""Managing consents: every connection as a card, and the page of one."""
