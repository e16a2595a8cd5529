"""Reads function names as runtimes print them: `com.shop.Cart$Item.lambda$total$0`, `shop/orders.(*Service).Place`,
`async Object.place [as handler]`, `<listcomp>`.

Owns: the spellings. Keeps out: files and lines.
"""

import re

_LAMBDA = re.compile(r"^lambda\$(.+?)\$\d+$")
_GO_RECEIVER = re.compile(r"\(\*?([\w]+)(?:\[[^\]]*\])?\)")
_GO_CLOSURE = re.compile(r"(?:\.func\d+(?:\.\d+)*|\.\d+|-fm|\.gowrap\d+)+$")
_JS_ALIAS = re.compile(r"\s+\[as [^\]]*\]$")
_GENERATED = re.compile(r"(?:^access\$\d+$|^<(?!init>|clinit>).*>$|^func\d+$|^anonymous$|^\d+$|^\$\w+\$\$)")
_PROXY = re.compile(r"\$\$.*$")
_ARGUMENTS = re.compile(r"\((?!\*?\w+\)\.).*\)$")


def parts(function: str) -> list[str]:
    """The name's parts from outside in, without what the runtime added; [] for module level and anonymous code.

    `com.shop.Cart$Item.lambda$total$0` -> [com, shop, Cart, Item, total].
    """
    name = _JS_ALIAS.sub("", function.strip())
    for prefix in ("async ", "new ", "static ", "get ", "set ", "bound "):
        constructed = prefix == "new " and name.startswith("new ")
        name = name.removeprefix(prefix)
        if constructed:
            name = f"{name}.constructor"
    name = _GO_RECEIVER.sub(r"\1", _ARGUMENTS.sub("", _GO_CLOSURE.sub("", name)))
    name = re.sub(r"\[(?:\.\.\.|[^\]]*)\]", "", name)
    name = name.rsplit("/", 1)[-1]
    found: list[str] = []
    for part in name.replace("::", ".").replace("#", ".").split("."):
        if part in ("<locals>", "Object", "") or _GENERATED.match(part):
            continue
        closure = _LAMBDA.match(part)
        if closure:
            found.append({"new": "<init>", "static": "<clinit>"}.get(closure[1], closure[1]))
        else:
            found.extend(piece for piece in _PROXY.sub("", part).split("$") if piece and not _GENERATED.match(piece))
    return found


def simple_function(function: str) -> str:
    """The function's own name, "" for module level and anonymous code."""
    last = parts(function)
    if not last or function.rstrip().endswith(("<anonymous>", "<lambda>", "<module>", "<listcomp>", "<genexpr>")):
        return ""
    return last[-1]


def java_class(function: str, module: str) -> tuple[str, str]:
    """(package, outermost class) of a Java frame: from the qualified function, or from `module` where it is the class.

    ("", "") where no class is named.
    """
    name = function if "." in function else f"{module}.{function}" if module else ""
    name = name.rsplit("/", 1)[-1]  # a class loader or module prefix
    qualified = name.rpartition(".")[0]
    if not qualified:
        return "", ""
    package, _, cls = qualified.rpartition(".")
    return package, cls.split("$", 1)[0]
