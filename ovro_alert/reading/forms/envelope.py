"""What our own JSON forms share: named by `schema`, held to their JSON Schema, and never lost for one odd value.

Without its name, its role and what a form cannot do without (`needed`) nobody knows what is meant: it cannot be read.
Any other value that its schema does not allow is taken as not given, and said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ovro_alert.alerts import Role
from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading.event_names import digest, name_among
from ovro_alert.reading.figures import Figures, words
from ovro_alert.reading.gcn import parse

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

FORM_LIMIT_BYTES = 64 * 1024
"""A larger body is none of these forms."""
SHOWN_LETTERS = 160
SHOWN_FAULTS = 5
ROLES: dict[object, Role] = {"observation": "real", "test": "test"}


class Form(NamedTuple):
    """One form: its name before the slash, its versions, its stream, the field that names the event."""

    name: str
    stream: str
    named_by: str
    needed: frozenset[str]
    versions: tuple[int, ...] = (1,)

    @property
    def known(self) -> str:
        """What may stand in `schema`."""
        return ", ".join(f"{self.name}/{version}" for version in self.versions)


FLARESCOPE = Form("flarescope-request", "flarescope", "request_id", frozenset({"target", "mode", "cancel"}))
GREX = Form("grex-trigger", "grex", "id", frozenset())
OPTICAL = Form("optical-transient", "optical", "id", frozenset({"name", "class"}))
FORMS = {form.name: form for form in (FLARESCOPE, GREX, OPTICAL)}


class Filled(NamedTuple):
    """A form that can be read: its event, its role, what tells its content from another's, and its fields."""

    event: str
    name: str
    role: Role
    content: str
    figures: Figures


def filled(body: bytes, form: Form) -> Filled:
    """Take a form apart; UnreadableNoticeError says what is wrong with it."""
    if len(body) > FORM_LIMIT_BYTES:
        message = f"{len(body)} bytes: no {form.name} is larger than {FORM_LIMIT_BYTES}"
        raise UnreadableNoticeError(message)
    notice = parse(body)
    version = _version(notice.get("schema"), form)
    try:
        faults = _faults(notice, form, version)
        content = digest(json.dumps(notice, sort_keys=True))
    except RecursionError as error:
        raise UnreadableNoticeError("JSON nested too deep for any form") from error
    name = name_among(notice.get(form.named_by))
    if name is None:
        message = f"{form.named_by} names no event: {notice.get(form.named_by)!r:.60}"
        raise UnreadableNoticeError(message)
    figures = Figures({field: value for field, value in notice.items() if field not in faults})
    figures.remarks += [*faults.values(), *_unknown(notice, form, version)]
    return Filled(f"{form.stream}:{name}", name, ROLES[notice["role"]], content, figures)


def schema_path(form: Form, version: int = 1) -> Path:
    """Return where the JSON Schema of a form lies."""
    return Path(__file__).with_name(f"{form.name}-{version}.schema.json")


@cache
def schema(form: Form, version: int = 1) -> Mapping[str, Any]:
    """Return the JSON Schema of a form."""
    read: Mapping[str, Any] = json.loads(schema_path(form, version).read_text(encoding="utf-8"))
    return read


def _version(said: object, form: Form) -> int:
    """Return the version of a form of this stream, or say which are known."""
    if said is None:
        message = f"it does not say which form it is: `schema` must be {form.known}"
        raise UnreadableNoticeError(message)
    name, _, version = said.partition("/") if isinstance(said, str) else ("", "", "")
    if name == form.name and version in map(str, form.versions):
        return int(version)
    if name == form.name:
        message = f"version {version!r:.40} of {name} is not known here: known is {form.known}"
    elif name in FORMS:
        message = f"{name} belongs on the stream {FORMS[name].stream}; the stream {form.stream} takes {form.known}"
    else:
        message = f"no form of ours is called {said!r:.60}; the stream {form.stream} takes {form.known}"
    raise UnreadableNoticeError(message)


@cache
def _validator(form: Form, version: int) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - 36 ms of every process that reads; few forms come

    return Draft202012Validator(schema(form, version))


def _faults(notice: Mapping[str, object], form: Form, version: int) -> dict[str, str]:
    """Return what is wrong with which field, where the rest can be read without it."""
    faults: dict[str, str] = {}
    fatal: list[str] = []
    for error in _validator(form, version).iter_errors(notice):
        field = str(error.absolute_path[0]) if error.absolute_path else None
        if field is None or field in form.needed | {"schema", "role", form.named_by}:
            fatal.append(_said(error, field))
        else:
            faults.setdefault(field, _said(error, field))
    if fatal:
        message = f"no {form.name}/{version}: {'; '.join(fatal[:SHOWN_FAULTS])}"
        raise UnreadableNoticeError(message)
    return faults


def _said(error: ValidationError, field: str | None) -> str:
    said = error.message
    if len(said) > SHOWN_LETTERS:
        said = f"does not fit {error.validator} {error.validator_value!s:.100}"
    return said if field is None else f"{field}: {said}"


def _unknown(notice: Mapping[str, object], form: Form, version: int) -> Iterator[str]:
    """Say which fields no reader here looks at: one of them may be a slip of the pen."""
    known = schema(form, version)["properties"]
    unknown = [words(name, 40) or "''" for name in islice((name for name in notice if name not in known), SHOWN_FAULTS)]
    if unknown:
        yield f"not known here: {', '.join(unknown)}"
