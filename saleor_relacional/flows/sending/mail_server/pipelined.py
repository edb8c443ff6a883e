"""One mail in two flights instead of four, where the server offers PIPELINING (RFC 2920): sender, recipient and DATA
together, then the content."""

import re
import smtplib
from collections.abc import Callable

_ADDRESS = re.compile(r"[!-;=?-~]+")
_GO_ON = 354
_CLOSING = 421
_RECIPIENT = (250, 251)


def offered(server: smtplib.SMTP) -> bool:
    """Whether the server takes several commands at once."""
    return bool(server.does_esmtp) and server.has_extn("pipelining")


def sendmail(
    server: smtplib.SMTP, sender: str, recipient: str, content: bytes, giving: Callable[[], None]
) -> None:  # fmt: skip
    """As smtplib's `sendmail` to one recipient, raising what it raises. Both addresses are plain. `content`: lines
    ended by CR LF. `giving` is called right before it is given."""
    if not (_ADDRESS.fullmatch(sender) and _ADDRESS.fullmatch(recipient)):
        raise ValueError("That is no plain address.")  # a second line of it would be a command
    size = f" size={len(content)}" if server.has_extn("size") else ""
    server.send(f"mail FROM:<{sender}>{size}\r\nrcpt TO:<{recipient}>\r\ndata\r\n")
    mail = server.getreply()
    rcpt = _reply(server, refused=mail[0] != 250)
    data = _reply(server, refused=mail[0] != 250 or rcpt[0] not in _RECIPIENT)
    if mail[0] != 250:
        _back_out(server, mail[0], data[0])
        raise smtplib.SMTPSenderRefused(*mail, sender)
    if rcpt[0] not in _RECIPIENT:
        _back_out(server, rcpt[0], data[0])
        raise smtplib.SMTPRecipientsRefused({recipient: rcpt})
    if data[0] != _GO_ON:
        _back_out(server, data[0], data[0])
        raise smtplib.SMTPDataError(*data)
    giving()
    server.send(_quoted(content))
    taken = server.getreply()
    if taken[0] != 250:
        _back_out(server, taken[0], taken[0])
        raise smtplib.SMTPDataError(*taken)


def _reply(server: smtplib.SMTP, *, refused: bool) -> tuple[int, bytes]:
    """The next answer. Once something was refused the server may hang up before it has answered the rest."""
    if refused and server.sock is None:
        return -1, b""
    try:
        return server.getreply()
    except smtplib.SMTPServerDisconnected:
        if not refused:
            raise
        return -1, b""


def _back_out(server: smtplib.SMTP, refusal: int, data: int) -> None:
    """Begin anew. A server that said "go on" for a mail that it has refused would take what comes next for its content,
    even an empty one: it is hung up on."""
    if refusal == _CLOSING or data == _GO_ON:
        server.close()
        return
    try:
        server.rset()
    except smtplib.SMTPServerDisconnected:
        return


def _quoted(content: bytes) -> bytes:
    """With the dots doubled that begin a line, and the one that ends it all."""
    dots = content.replace(b"\r\n.", b"\r\n..")
    dots = b"." + dots if dots.startswith(b".") else dots
    return dots + (b".\r\n" if dots.endswith(b"\r\n") else b"\r\n.\r\n")
