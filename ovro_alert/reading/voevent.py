"""VOEvents of versions 2.0 and 2.1, read safely: elements by their local names, whatever the namespace."""

from __future__ import annotations

import re
from typing import NamedTuple

from lxml import etree

from ovro_alert.errors import UnreadableNoticeError
from ovro_alert.reading.figures import words

PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    huge_tree=False,
    load_dtd=False,
    dtd_validation=False,
    attribute_defaults=False,
    remove_comments=True,
    remove_pis=True,
)
"""Opens nothing beside the bytes. Never `collect_ids=False`: it is faster, and libxml2 then loads external DTDs."""
IVORN_LIMIT = 400
"""Longer than any IVORN that a service has sent, in characters."""


class Citation(NamedTuple):
    """An event that a VOEvent cites, and how: followup, supersedes, retraction. An empty citation is none."""

    how: str
    ivorn: str


class Inference(NamedTuple):
    """What Why infers: all as written, None where nothing is."""

    probability: str | None
    relation: str
    name: str | None


class WrittenPlace(NamedTuple):
    """When and where, as WhereWhen writes it, None where nothing is."""

    frame: str
    time: str | None
    unit: str
    ra: str | None
    dec: str | None
    radius: str | None


class VOEvent(NamedTuple):
    """What a VOEvent holds, nothing interpreted.

    Attributes
    ----------
    params
        Params by name, where all that have the name agree, whatever their Groups.
    grouped
        Params by Group and name, `("Misc_Flags", "Near_Bright_Star")`; the Group is empty for a Param in none.
    name
        What Why calls it.
    date
        When its sender says that it was made.
    why_cited
        What is said beside the citations, for instance why something is retracted.
    """

    ivorn: str
    role: str
    params: dict[str, str]
    grouped: dict[tuple[str, str], str]
    date: str | None
    citations: tuple[Citation, ...]
    importance: str | None
    name: str | None
    inferences: tuple[Inference, ...]
    where: WrittenPlace
    description: str | None
    why_cited: str | None

    @property
    def authority(self) -> str:
        """Who publishes it, for instance `ca.chimenet.frb`."""
        return re.split(r"[/#]", self.ivorn.removeprefix("ivo://"))[0]

    @property
    def resource(self) -> str:
        """What stands between the authority and `#`, for instance `FRB-DETECTION-`."""
        return self.ivorn.removeprefix("ivo://").partition("#")[0].partition("/")[2]


def parse(body: bytes) -> VOEvent:
    """Take a VOEvent apart; UnreadableNoticeError says what is wrong with it."""
    root = _root(body)
    where = root.find("{*}WhereWhen//{*}ObservationLocation")
    grouped = _grouped(root)
    return VOEvent(
        ivorn=_ivorn(root),
        role=root.get("role", "observation").strip().lower(),
        params=_unambiguous(grouped),
        grouped=grouped,
        date=_text(root, "{*}Who/{*}Date"),
        citations=tuple(
            Citation(cited.get("cite", "").strip().lower(), ivorn)
            for cited in root.iterfind("{*}Citations/{*}EventIVORN")
            if _usable(ivorn := (cited.text or "").strip())
        ),
        importance=_attribute(root.find("{*}Why"), "importance"),
        name=_text(root, "{*}Why/{*}Name"),
        inferences=tuple(
            Inference(each.get("probability"), each.get("relation", "").strip(), _text(each, "{*}Name"))
            for each in root.iterfind("{*}Why//{*}Inference")
        ),
        where=WrittenPlace("", None, "", None, None, None) if where is None else _where(where),
        description=_text(root, "{*}What/{*}Description") or _text(root, "{*}Description"),
        why_cited=_text(root, "{*}Citations/{*}Description"),
    )


def _root(body: bytes) -> etree._Element:
    try:
        root = etree.fromstring(body, PARSER)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        message = f"not well-formed XML: {words(str(error))}"
        raise UnreadableNoticeError(message) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableNoticeError("it has a DOCTYPE, which no VOEvent has: entities are never expanded here")
    name = etree.QName(root).localname
    if name != "VOEvent":
        message = f"XML, but its root is {name!r:.60} and not VOEvent"
        raise UnreadableNoticeError(message)
    return root


def _ivorn(root: etree._Element) -> str:
    ivorn = root.get("ivorn", "").strip()
    if not _usable(ivorn):
        message = f"a VOEvent without a usable ivorn, so nobody can cite it: {ivorn!r:.60}"
        raise UnreadableNoticeError(message)
    return ivorn


def _usable(ivorn: str) -> bool:
    return 0 < len(ivorn) <= IVORN_LIMIT and ivorn.isprintable() and " " not in ivorn


def _grouped(root: etree._Element) -> dict[tuple[str, str], str]:
    """Return the Params by Group and name; one that has no name says nothing."""
    params: dict[tuple[str, str], str] = {}
    for param in root.iterfind("{*}What//{*}Param[@name]"):
        group, name = _group_of(param), param.get("name", "")
        value = param.get("value")
        value = (_text(param, "{*}Value") or "") if value is None else value
        known = params.setdefault((group, name), value)
        if known != value:
            message = f"it gives {name!r:.60} twice, {known!r:.60} and {value!r:.60}: which one is meant?"
            raise UnreadableNoticeError(message)
    return params


def _group_of(param: etree._Element) -> str:
    parent = param.getparent()
    return parent.get("name", "") if parent is not None and etree.QName(parent).localname == "Group" else ""


def _unambiguous(grouped: dict[tuple[str, str], str]) -> dict[str, str]:
    """Return the Params by name alone, without those that mean one thing in one Group and another in the next."""
    params: dict[str, str] = {}
    ambiguous: set[str] = set()
    for (_, name), value in grouped.items():
        if params.setdefault(name, value) != value:
            ambiguous.add(name)
    return {name: value for name, value in params.items() if name not in ambiguous}


def _where(where: etree._Element) -> WrittenPlace:
    position = where.find(".//{*}Position2D")
    coords = where.find(".//{*}AstroCoords")
    return WrittenPlace(
        frame=_attribute(coords, "coord_system_id") or _attribute(where.find("{*}AstroCoordSystem"), "id") or "",
        time=_text(where, ".//{*}TimeInstant/{*}ISOTime"),
        unit=_attribute(position, "unit") or "",
        ra=_text(position, "{*}Value2/{*}C1"),
        dec=_text(position, "{*}Value2/{*}C2"),
        radius=_text(position, "{*}Error2Radius"),
    )


def _text(element: etree._Element | None, path: str) -> str | None:
    return None if element is None else element.findtext(path)


def _attribute(element: etree._Element | None, name: str) -> str | None:
    return None if element is None else element.get(name)
