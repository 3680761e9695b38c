"""Other people's text: what of it may stand in a page, and whether there is anything to see in it.

Sources: the HTML standard's forbidden code points (control characters but white space, noncharacters, surrogates);
Unicode's general categories, and the few letters and symbols that are drawn as nothing (Default_Ignorable_Code_Point
and U+2800).
"""

from __future__ import annotations

import re
import unicodedata

_NEVER = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    + "]"
)
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Mn", "Me", "Zs", "Zl", "Zp"})
ELLIPSIS = "…"


def clean(text: str) -> str:
    """Return the text without the characters that no HTML document may hold; what is printable has none of them."""
    return text if text.isprintable() else _NEVER.sub("", text)


def is_visible(text: str) -> bool:
    """Whether any character of it is drawn; a mark or a joiner without a letter is not."""
    return "!" <= text[:1] <= "~" or any(
        each not in _BLANK and unicodedata.category(each) not in _UNSEEN for each in text
    )


def cut(text: str, longest: int) -> str:
    """Return at most `longest` characters; a text that was cut ends with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + ELLIPSIS


def normalised(text: str) -> str:
    """Return a text as it is compared: compatible characters (NFKC), case, minus signs and white space made one."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.replace("\N{MINUS SIGN}", "-").split())
