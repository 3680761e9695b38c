"""What a person sees of the bank: the journey in the browser and the page of the consents they gave.

Source: RFC 9126 section 4; customer experience guidelines of the UAE Open Finance Standard; Content Security Policy
Level 3. It may touch every other room but `kit` and `control`.
"""
