import re

_FIELD = re.compile(r"\{([a-z_]+)\}")


class Pattern:
    """A path such as `/orders/{order_id}`; a field matches one segment."""

    def __init__(self, template):
        self.template = template
        pieces, last = [], 0
        for field in _FIELD.finditer(template):
            pieces.append(re.escape(template[last:field.start()]))
            pieces.append("(?P<%s>[^/]+)" % field.group(1))
            last = field.end()
        pieces.append(re.escape(template[last:]))
        self._expression = re.compile("^" + "".join(pieces) + "$")

    def match(self, path):
        """The fields of `path` as a dict, or None."""
        found = self._expression.match(path.split("?", 1)[0])
        return found.groupdict() if found else None
