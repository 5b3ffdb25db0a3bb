"""Differences of peers that have a reason, looked for in minimised programs."""
import re

from . import sexpr

# Peer, what its minimised program contains, why it differs.
KNOWN = []


def reason(verdict, forms):
    """Why the peers of this verdict differ, or None."""
    if verdict.kind != "peer":
        return None
    text = sexpr.program_text(forms)
    for peer, pattern, why in KNOWN:
        if verdict.odd == [peer] and re.search(pattern, text):
            return why
    return None
