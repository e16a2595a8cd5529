"""The registry: URLs find their adapter, wrong ones are explained."""

from importlib import import_module

import pytest

from connectors.errors import ConfigurationError
from connectors.registry import ADAPTERS, open_adapter


def test_an_unknown_scheme_lists_the_valid_ones() -> None:
    """The error names what was received and what would work."""
    with pytest.raises(ConfigurationError, match=r"'ftp'.*file, s3"):
        open_adapter("objects", "ftp://somewhere")


@pytest.mark.parametrize("target", sorted({target for family in ADAPTERS.values() for target in family.values()}))
def test_every_registered_factory_exists(target: str) -> None:
    """No line of the registry points at nothing."""
    module, factory = target.split(":")
    assert callable(getattr(import_module(module), factory))
