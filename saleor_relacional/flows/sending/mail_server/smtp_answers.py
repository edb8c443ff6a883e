"""What a mail server's refusal means: a table of codes (RFC 5321) and enhanced codes (RFC 3463, RFC 5248).

| answer | to | means | what becomes of it |
|--------|----|-------|--------------------|
| 4xx | anything | not now | waits, longer each time |
| 5.1.x (but 5.1.7, 5.1.8) | recipient or content | there is no such address | fails; nothing is sent there any more |
| 5.1.7, 5.1.8, or any 5xx | sender | the shop's own address is at fault | waits until the owner has mended it |
| 5.7.x | anything | we are not wanted: policy, spam, authentication | waits, and sending stops |
| other 5xx, also without an enhanced code | recipient or content | not this mail | fails |
| neither 250 nor a refusal | content | it may have been taken | unknown: not sent again |
"""

import re
from dataclasses import dataclass
from enum import StrEnum

_ENHANCED = re.compile(r"^\s*([245]\.\d{1,3}\.\d{1,3})\b")
REFUSALS = range(400, 600)
"""Codes that say no, for now or for good."""
_OUR_ADDRESS = frozenset({"5.1.7", "5.1.8"})


class SubmissionResult(StrEnum):
    """What the mail server's answer means for one mail."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """For good: trying again will not help."""
    NO_SUCH_ADDRESS = "no_such_address"
    """For good, and nothing else may be sent to this address."""
    STOP = "stop"
    """Surely not accepted, and nothing else will be either: sending stops."""
    LATER = "later"
    """Surely not accepted, and another time it may be."""
    UNKNOWN = "unknown"
    """We were cut off: it may have been accepted. Not to be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What became of one mail at the mail server, and a reason code without personal data."""

    result: SubmissionResult
    reason: str = ""
    provider_id: str = ""
    """What the provider calls the mail, where it is not our Message-ID."""
    closing: bool = False
    """The server said that it hangs up (421)."""
    refused: bool = False
    """It was refused for good, whosever fault it is: so many in a row stop sending."""


def read(code: int, said: bytes | str, *, sender: bool = False) -> Submission:
    """The meaning of a refusal. `sender`: it was the answer to the shop's own address, not the recipient's or the
    content's."""
    enhanced = _enhanced(said)
    reason = f"{'sender' if sender else 'smtp'}_{enhanced or code}"
    closing, refused = code == 421, code >= 500
    if not refused:
        result = SubmissionResult.LATER
    elif enhanced.startswith("5.7."):
        result = SubmissionResult.STOP
    elif sender or enhanced in _OUR_ADDRESS:
        result = SubmissionResult.LATER
    elif enhanced.startswith("5.1."):
        result = SubmissionResult.NO_SUCH_ADDRESS
    else:
        result = SubmissionResult.REFUSED
    return Submission(result=result, reason=reason, closing=closing, refused=refused)


def _enhanced(said: bytes | str) -> str:
    """The enhanced code at the beginning of an answer; empty where there is none, or one of another class."""
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    found = _ENHANCED.match(text)
    return found[1] if found else ""
