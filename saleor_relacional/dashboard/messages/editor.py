"""One message in one language: edited, seen as it would arrive, compared, taken back, tried."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from saleor_relacional import conf
from saleor_relacional.dashboard import desk, languages
from saleor_relacional.dashboard.inbox.inbox_words import moment
from saleor_relacional.dashboard.messages import message_words
from saleor_relacional.dashboard.pages import MANAGE_RELATIONSHIPS, answer
from saleor_relacional.dashboard.staff_names import StaffNames
from saleor_relacional.db import sql
from saleor_relacional.emails import library as shipped
from saleor_relacional.emails.checks import known
from saleor_relacional.emails.languages import known as known_language
from saleor_relacional.errors import BadInput, RelacionalError
from saleor_relacional.flows.campaigns.campaign import lint
from saleor_relacional.flows.messages import fault_words, library, remark_words, templates
from saleor_relacional.flows.messages.fault_words import BadTemplate
from saleor_relacional.flows.messages.templates import Words, WrittenMeanwhile
from saleor_relacional.flows.profiles import profile_list
from saleor_relacional.flows.sending import preview as previews
from saleor_relacional.flows.sending import trial_mail
from saleor_relacional.hosts.base import Caller
from saleor_relacional.models import Profile, TemplateVersion

VERSIONS = 20
"""Of a page of versions."""
SHOWN = ("desk", "phone", "dark", "text")
Typed = Mapping[str, str]


@desk.page
def content(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """The words that hold; `?version=` compares an earlier version with them."""
    version = request.GET.get("version", "")
    if version and not version.isdecimal():
        raise Http404
    return _page(message, language, caller, compared=int(version[:9]) if version else None)


@desk.ask
def compare(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """An earlier version beside the words that hold; what was typed stays. It has an address only where nothing was
    typed: there "back" and a reload would throw it away."""
    typed = request.POST.dict()
    number = _number(typed, "version")
    page = _page(message, language, caller, typed=typed, look=typed, compared=number)
    lines = {part: typed.get(part, "").replace("\r\n", "\n") for part in templates.PARTS}
    if all(lines[part] == getattr(templates.of(message, language), part) for part in templates.PARTS):
        page["Desk-Place"] = f"{reverse('dashboard-root')}messages/{message}/{language}?version={number}"
    return page


@desk.page
def versions(
    request: HttpRequest, message: str, language: str, before: int, *, caller: Caller
) -> HttpResponse:
    """More versions: those before one."""
    try:
        language = templates.known(message, language)
    except BadInput as error:
        raise Http404 from error
    row = templates.current(message, language)
    values = {
        **_versions(message, language, caller, before=before), "message": message, "language": language,
        "number": row.number if row else 0, "may_change": caller.may(MANAGE_RELATIONSHIPS),
    }  # fmt: skip
    return answer("messages/versions.html", values)


@desk.change
def begin(request: HttpRequest, *, caller: Caller) -> HttpResponse:
    """The editor of a language that nobody has written a message in yet: it starts from the words of the nearest that
    ships. Nothing is saved."""
    message, tag = request.POST.get("message", ""), known_language(request.POST.get("language", ""))
    if not tag:
        raise Http404
    return _page(message, tag, caller, place=f"messages/{message}/{tag}")


@desk.change
def save(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """Save what was typed as the version that holds from now on."""
    typed = request.POST.dict()

    def change() -> object:
        return templates.save(
            message, language, _words(typed), basis=_number(typed, "basis"), who=caller.reference,
            now=conf.host().now(),
        )  # fmt: skip

    return _changed(
        message, language, caller, change, _("Saved: mails leave in these words from now on."), typed
    )


@desk.change
def restore(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """Let an earlier version hold again."""
    typed = request.POST.dict()

    def change() -> object:
        return templates.restore(
            message, language, _number(typed, "version"), basis=_number(typed, "basis"), who=caller.reference,
            now=conf.host().now(),
        )  # fmt: skip

    return _changed(message, language, caller, change, _("These words hold again."), typed, words=False)


@desk.ask
def preview(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """What was typed, as it would arrive, and what the linter remarks on it."""
    typed = request.POST.dict()
    show = typed.get("show", SHOWN[0])
    values: dict[str, Any] = {"show": show if show in SHOWN else SHOWN[0]}
    try:
        asked = _asked(message, language, typed)
        seen = previews.preview(asked, conf.host().now())
        remarks = [] if seen.faults else lint.of_message(message, seen.language, asked.words)
        values |= {"seen": seen, "faults": [_fault(each) for each in seen.faults], "whose": asked.profile,
                   "remarks": [remark_words.said(one) for one in remarks]}  # fmt: skip
    except BadInput as error:
        values |= {"refused": error.message}
    return answer("messages/preview.html", values)


@desk.change
def test(request: HttpRequest, message: str, language: str, *, caller: Caller) -> HttpResponse:
    """Mail it to whoever asks."""
    typed = request.POST.dict()

    def change() -> None:
        trial_mail.send(_asked(message, language, typed), account=caller.account, now=conf.host().now())

    return _changed(
        message, language, caller, change, _("Sent to your own address. Nothing is saved."), typed, keep=True
    )


def _asked(message: str, language: str, typed: Typed) -> previews.Asked:
    channels = conf.host().channels()
    slugs = {each.slug for each in channels}
    channel = typed.get("channel", "")
    return previews.Asked(
        message=message, language=language, channel=channel if channel in slugs else min(slugs, default=""),
        words=_words(typed), profile=_person(typed.get("for", "")),
    )  # fmt: skip


def _person(address: str) -> Profile | None:
    """The customer with this address, or whose address begins like that; None where nothing is typed. Raises BadInput
    for nobody."""
    if not address.strip():
        return None
    found = profile_list.called(address, now=conf.host().now())
    if found is None:
        raise BadInput(_("We know no customer whose address begins like that."), field="for")
    return Profile.objects.filter(pk=found.id).first()


def _words(typed: Typed) -> Words:
    return Words(**{part: typed.get(part, "") for part in templates.PARTS})


def _number(typed: Typed, name: str) -> int:
    text = typed.get(name, "")
    if not text.isdecimal():
        raise Http404
    return int(text[:9])


def _changed(
    message: str, language: str, caller: Caller, change: Callable[[], object], said: str, typed: Typed,
    *, keep: bool = False, words: bool = True,
) -> HttpResponse:  # fmt: skip
    """`keep`: what was typed stays in the form; `words`: it was typed at all. How the mail is looked at stays."""
    try:
        with sql.atomic():
            change()
    except RelacionalError as error:
        return _page(message, language, caller, refused=error, typed=typed if words else None, look=typed)
    return _page(message, language, caller, saved=said, typed=typed if keep else None, look=typed)


def _page(
    message: str, language: str, caller: Caller, *, refused: RelacionalError | None = None,
    typed: Typed | None = None, look: Typed | None = None, saved: str = "", compared: int | None = None,
    place: str = "",
) -> HttpResponse:  # fmt: skip
    try:
        holds, row = templates.of(message, language), templates.current(message, language)
        diff = (
            templates.diff(templates.of(message, language, compared), holds) if compared is not None else ""
        )
    except BadInput as error:
        raise Http404 from error
    conflict = refused is not None and refused.code == "CONFLICT"
    mine = {
        part: typed[part] if typed and part in typed else getattr(holds, part) for part in templates.PARTS
    }
    faults = [_fault(each) for each in refused.faults] if isinstance(refused, BadTemplate) else []
    if refused is not None and not faults and refused.field in templates.PARTS:
        faults = [{"part": refused.field, "said": refused.message}]
    if conflict and typed:
        diff, compared = templates.diff(holds, _words(typed)), -1
    number = row.number if row else 0
    values: dict[str, Any] = {
        "message": message, "language": language, "name": message_words.name(message),
        # What was typed still rests on the version from which it was begun, until its writer was told of a later one.
        "basis": typed["basis"] if typed and not conflict and typed.get("basis", "").isdecimal() else number,
        "look": look or {},
        "language_name": languages.name(language), "number": number,
        "own": row is not None and not row.shipped, **_nearest(message, language),
        "parts": [
            {"name": part, "label": message_words.part(part), "value": mine[part], "long": part in ("mjml", "text"),
             "faults": [each["said"] for each in faults if each["part"] == part]}
            for part in templates.PARTS
        ],
        "variables": _variables(message),
        **_versions(message, language, caller), "diff": _lines(diff), "compared": compared,
        "channels": conf.host().channels(), "refused": _told(refused, caller) if not faults else None, "saved": saved,
        "faulty": bool(faults), "shows": _shows(),
    }  # fmt: skip
    status = 200 if refused is None else 409 if conflict else 422
    return desk.show(
        "messages/editor.html", values, caller=caller, section="messages", status=status, place=place
    )


def _nearest(message: str, language: str) -> dict[str, str]:
    """In which language the mail leaves until this one is written, and in which what is ours of it stays."""
    gets, frame = library.source(message, language, "").language, templates.frame_language(language)
    other = frame.partition("-")[0] != language.partition("-")[0]
    return {
        "gets": "" if gets == language else languages.name(gets),
        "frame": languages.name(frame) if other else "",
    }


def _told(refused: RelacionalError | None, caller: Caller) -> object:
    """Who wrote meanwhile as their colleagues call them, at the shop's own hour."""
    if not isinstance(refused, WrittenMeanwhile) or refused.holds is None:
        return refused
    said = _(
        "Version %(number)s was saved on %(at)s by %(who)s since you began. Nothing of yours is saved: look at what"
        " changed, and save again."
    )
    told = {"number": refused.holds.number, "at": moment(refused.holds.made_at),
            "who": StaffNames(caller.reference).of(refused.holds.made_by) or _("somebody")}  # fmt: skip
    return {"message": said % told}


def _shows() -> list[tuple[str, str]]:
    return [("desk", _("Desk")), ("phone", _("Phone")), ("dark", _("Dark")), ("text", _("Plain text"))]


def _versions(message: str, language: str, caller: Caller, *, before: int | None = None) -> dict[str, Any]:
    """A page of them, the latest first, and before which one the next page is."""
    names = StaffNames(caller.reference)
    rows: list[TemplateVersion] = templates.history(message, language, most=VERSIONS + 1, before=before)
    shown = [
        {"number": row.number, "at": row.made_at, "by": names.of(row.made_by), "shipped": row.shipped,
         "restores": row.restores}
        for row in rows[:VERSIONS]
    ]  # fmt: skip
    return {"versions": shown, "earlier": shown[-1]["number"] if len(rows) > VERSIONS else None}


def _variables(message: str) -> list[tuple[str, str]]:
    """What its Liquid may name, each with what the sample has there."""
    shape = known.of(shipped.sample(message))
    return [(name, _example(shape, name)) for name in known.names(shape)]


def _example(shape: object, dotted: str) -> str:
    for name in dotted.split("."):
        if not isinstance(shape, Mapping) or name not in shape:
            return ""
        shape = shape[name]
    return str(shape)[:60] if isinstance(shape, str | int | float) else ""


def _fault(fault: Any) -> dict[str, str]:
    return {"part": fault.part, "said": fault_words.said(fault), "label": message_words.part(fault.part)}


def _lines(diff: str) -> list[dict[str, str]]:
    kinds = {"+": "added", "-": "gone", "@": "place"}
    return [{"kind": kinds.get(line[:1], ""), "text": line} for line in diff.splitlines()]
