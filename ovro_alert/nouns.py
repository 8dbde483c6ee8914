"""What all nouns have in common: frozen, finite, and the same on the wire, in the journal and in code."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A frozen model; NaN and infinities are refused, fields that it does not know are ignored."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False, extra="ignore", ser_json_inf_nan="null")


class Form(BaseModel):
    """What somebody sends us: as a noun, but a field that we do not know is a mistake and refused."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False, extra="forbid")
