"""What every answer shares. Times are RFC 3339 in UTC, ids are strings."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

T = TypeVar("T")


class Shape(BaseModel):
    """An immutable part of an answer; can be made from any object with the same attribute names."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Listing(Shape, Generic[T]):
    """One page of a list. `total` counts all items that match, on every page."""

    items: list[T]
    total: int = Field(ge=0)
    limit: int = Field(ge=1)
    offset: int = Field(ge=0)
