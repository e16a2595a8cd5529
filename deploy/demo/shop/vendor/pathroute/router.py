from vendor.pathroute.pattern import Pattern


class NoRoute(Exception):
    """No function is registered for this method and path."""


class Router:
    def __init__(self):
        self._routes = []
        self._middleware = []

    def use(self, middleware):
        """Wrap every call: `middleware(request, following)` returns what `following(request)` returned."""
        self._middleware.append(middleware)

    def add(self, method, template, function):
        self._routes.append((method, Pattern(template), function))

    def dispatch(self, request):
        for method, pattern, function in self._routes:
            if method != request.method:
                continue
            fields = pattern.match(request.path)
            if fields is not None:
                request.template = pattern.template
                return self._run(request, function, fields, 0)
        raise NoRoute("%s %s" % (request.method, request.path))

    def _run(self, request, function, fields, index):
        if index == len(self._middleware):
            return function(request, **fields)
        return self._middleware[index](request, lambda r: self._run(r, function, fields, index + 1))
