"""What a call is called under the strategy 2026-11-21.2: names freed of what compilers, runtimes and releases add.

Owns the tables of generated names by language. Frozen with the strategy. Keeps out: which calls count.
"""

import re
from functools import lru_cache

from indexers.exceptions.strategies import s2026_11_21_2_brackets as brackets

# language -> (what it is, pattern, replacement), applied in order
_TABLE: dict[str, tuple[tuple[str, str, str], ...]] = {
    "jvm": (
        ("Java lambda body", r"lambda\$([\w-]+?)(?:\$[0-9a-f]+)?\$\d+", r"\1$lambda"),
        ("Kotlin lambda body", r"\$lambda(?:[$-]\d+)+", "$lambda"),
        ("Scala closure", r"\$anonfun\$(?:\w+\$)?(\w+)\$\d+", r"\1$lambda"),
        ("Scala adapter", r"\$adapted$|\$mc[A-Z]+\$sp\b", ""),
        ("Kotlin default arguments", r"\$(?:default|suspendImpl)$", ""),
        ("Kotlin interface bodies", r"\$DefaultImpls(?=\.)", ""),
        ("Kotlin internal or inline class name", r"\$\w+_(?:main|debug|release|test)$|-(?!impl)[\w-]{7}$", ""),
        ("Kotlin inlined lambda", r"\$\$inlined\$\w+?(?:\$\d+)+", ""),
        ("Groovy closure", r"_closure\d+", "_closure"),
        ("Groovy script", r"\bScript\d+", "Script"),
        ("Clojure function", r"\b(fn|reify|eval|G)(?:__)?\d+", r"\1"),
        ("Clojure function", r"(?<=[$\w])\.(?:invokeStatic|doInvoke|invokePrim)$", ".invoke"),
        ("anonymous class", r"\$\d+(?=\.|\$|$)", "$"),
        ("compiled page", r"_jsp(?:_\d+)+", "_jsp"),
    ),
    "javascript": (
        ("alias", r" \[as [^\]]+\]$", ""),
        ("Gecko", r"^(?:async\*|\w+\*)+|/<+$|(?<=\w)<$", ""),
        ("kind of call", r"^(?:(?:async|new|get|set|static|bound|Async) )+", ""),
        ("accessor", r"\.(?:get|set) (?=\w)", "."),
        ("method of a prototype", r"\.prototype\.", "."),
        ("receiver", r"^(?:(?:Object|Function|Module|module|exports|global|globalThis|Window|process|Timeout"
         r"|Immediate"
         r"|Proxy|Class|self|this|_class\d*)\.)+(?!<)", ""),
        ("evaluated", r"^eval at .*", "eval"),
        ("place in a list of promises", r" \(index \d+\)$", ""),
    ),
    "python": (
        ("qualified name", r"^(?!<).*\.(?=<?[\w]+>?$)", ""),
    ),
    "go": (
        ("closure", r"(?<=\.)(?:func|gowrap|deferwrap)\d+(?:\.\d+)*(?=$|\.|-)", "func"),
        ("closures within", r"(?:\.func)+(?=$|-)", ".func"),
        ("package variable", r"\.glob\.\.", ".init."),
        ("method value or loop body", r"-(?:fm|range\d+)$", ""),
        ("package version", r"@v[\w.+-]+", ""),
        ("major version", r"/v\d+(?=[./])", ""),
        ("vendored", r"^.*/vendor/", ""),
        ("dot", r"%2e", "."),
        ("instance", r"\[[^\]]*\]", ""),
        ("pointer receiver", r"\(\*([^()]*)\)", r"\1"),
    ),
    "rust": (
        ("hash", r"::h[0-9a-f]{16}E?(?:\s\(\.llvm\.\d+\))?$", ""),
        ("crate id", r"\[[0-9a-f]{6,16}\]", ""),
        ("closure", r"::\{?\{(?:closure|async_\w+)(?:_env)?(?:#\d+)?\}\}?", "::{closure}"),
        ("closures within", r"(?:::\{closure\})+", "::{closure}"),
        ("shim", r"\{\{?(?:vtable\.)?shim(?::\w+)?(?:#\d+)?\}\}?", "{shim}"),
        ("number of an impl", r"\{impl#\d+\}", "{impl}"),
    ),
    "native": (
        ("variant of a compiled function", r"(?: ?\[(?:clone|abi|inlined)[^\]]*\]|\.(?:isra|constprop|part|cold|llvm"
         r"|actor|resume"
         r"|destroy|cleanup|lto_priv)(?:\.\d+)?(?=\.|$| ))+", ""),
        ("interceptor", r"^_*(?:interceptor|asan)_(?!report|handle|stack|poison)", ""),
        ("offset", r"\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?$|\+\d+$", ""),
        ("inline namespace", r"\b(std|ndk)::__(?:\w*?\d+|cxx11|ndk\d)::", r"\1::"),
    ),
    "dotnet": (
        ("state machine of a closure", r"(?:<>c(?:__DisplayClass\d+_\d+)?\.)?<<([\w.]+)>b__[\w"
         r"|]*>d(?:__\d+)?\.MoveNext",
         r"\1.lambda"),
        ("state machine of a local function", r"<<([\w.]+)>g__(\w+)\|[\d_]+>d(?:__\d+)?\.MoveNext", r"\1.\2"),
        ("state machine", r"<([\w.]+)>d(?:__\d+)?(?:`\d+)?(?:\[[^\]]*\])*\.MoveNext", r"\1"),
        ("Visual Basic state machine", r"VB\$StateMachine_\d+_(\w+)\.MoveNext", r"\1"),
        ("closure class", r"<>c(?:__DisplayClass\d+_\d+)?(?:`\d+)?(?:\[[^\]]*\])*\.|_Closure\$__[\d-]+\.", ""),
        ("closure", r"<([\w.]+)>b__[\w|]+", r"\1.lambda"),
        ("Visual Basic closure", r"_Lambda\$__[\w-]+", "lambda"),
        ("local function", r"<([\w.]+)>g__(\w+)\|[\d_]+", r"\1.\2"),
        ("F# closure", r"@\d+(?:-\d+)*(?=\.|$)", ""),
        ("instance", r"`\d+|\[\[.*\]\]|\[[\w ,.`+]*\]", ""),
        ("nested type", r"\+", "."),
        ("entry point", r"<Main>\$", "Main"),
        ("compiled expression", r"lambda_method\d+", "lambda_method"),
        ("end", r"\.+$", ""),
    ),
    "php": (
        ("closure", r"^.*\{closure(?::.*)?\}$", "{closure}"),
        ("anonymous class", r"@anonymous.*?(?=->|::|$)", "@anonymous"),
        ("compiled template", r"(?<=__TwigTemplate_)[0-9a-f]+", ""),
    ),
    "ruby": (
        ("block", r"^(?:(?:block|rescue|ensure)(?: \(\d+ levels\))? in )+", ""),
        ("compiled template", r"__+\d+_\d+$", ""),
        ("qualified name", r"^(?!<)[\w:#<>]+[#.](?=[^#.]+$)", ""),
    ),
    "perl": (
        ("closure", r"__ANON__\[.*\]", "__ANON__"),
        ("evaluated", r"\(eval \d+\)", "(eval)"),
        ("block", r"::BEGIN@\d+", "::BEGIN"),
    ),
    "dart": (
        ("private name", r"@\d+", ""),
        ("closure", r"<(?:anonymous closure|fn|closure)>", "<closure>"),
        ("closures within", r"(?:\.<closure>)+", ".<closure>"),
        ("constructor", r"^new ", ""),
    ),
    "*": (
        ("address", r"0x[0-9a-fA-F]{4,}", "0x"),
        ("hash", r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![0-9A-Za-z])", "#"),
        ("number", r"\d{5,}", "#"),
    ),
}  # fmt: skip
_COMPILED = {
    language: tuple((re.compile(pattern), replacement) for _, pattern, replacement in table)
    for language, table in _TABLE.items()
}
FAMILY = {"java": "jvm", "kotlin": "jvm", "scala": "jvm", "typescript": "javascript", "cpp": "native", "c": "native"}
_UNKNOWN = re.compile(r"^(?:\?+|[<\[(]?(?:unknown|no symbols?|null|unsymbolized)[^\w].*|<unknown>|\(nil\))$")
_LONGEST = 2_000  # characters
_QUALIFIED = {"jvm", "go", "dotnet", "rust", "native", "perl", "dart"}  # function names that name their place
_MINIFIED_FILE = re.compile(
    r"[.-][0-9a-f]{8,}\.|\.min\.|\.chunk\.|-(?=\w*[\dA-Z_])[0-9A-Za-z_-]{8}\.\w+$|^\d+\.|^[\w$]\."
)
_MINIFIED_NAME = re.compile(r"^[\w$]{1,2}(?:\.[\w$]{1,2})*$")
_SCRIPT = re.compile(r"\.(?:[mc]?[jt]sx?|vue|svelte)$")
_FILE_HASH = re.compile(
    r"\?.*$|#.*$|[.-](?=[0-9a-f]*\d)[0-9a-f]{6,}(?=\.|$)|(?<=.)-(?=[\w-]*[\dA-Z_])[0-9A-Za-z_-]{8}(?=\.\w+$)"
)
_FILE_ID = re.compile(r"^(?=[0-9a-f]*\d)[0-9a-f]{16,}(?=\.)|^\d+(?=\.)|^tmp\w{6,}(?=\.|$)")
# Files that every package has one of: the folder tells them apart.
_VAGUE_FILE = re.compile(
    r"^(?:__init__|__main__|index|mod|main|lib|init|app|views?|models?|urls|admin|forms|tasks|utils?|helpers?"
    r"|handlers?"
    r"|serializers?|schemas?|routes?|router|controllers?|services?|types|common|base|core|client|server|api|config"
    r"|settings|constants|errors|exceptions|middleware|page|layout|store|actions|reducers?|selectors|hooks|resolvers?"
    r"|queries|mutations|commands?|jobs?|worker|test|tests|conftest|setup|factory|manager|repository|signals"
    r"|filters)\.\w+$"
)  # fmt: skip
# Folders that say where something was put, not what it is.
_PLACE_DIR = re.compile(
    r"^(?:v?\d[\w.-]*|[0-9a-f]{7,}|.*\d{6,}.*|.*[-_@]v?\d+\.\d[\w.+-]*|\.{1,2}|~|current|releases?|deploy\w*|shared"
    r"|app|apps"
    r"|application|src|source|sources|code|lib|libs|lib64|dist|build|builds|out|output|bin|target|public|www|html"
    r"|htdocs|var"
    r"|srv|opt|usr|local|home|root|mnt|data|tmp|temp|private|workspace|workspaces|work|project|projects|repo|repos"
    r"|site"
    r"|packages|node_modules|(?:site|dist)-packages|vendor|prod|production|staging|stage|dev|development|test"
    r"|testing|blue"
    r"|green|runner|task|function|functions|job|web|C:|D:|webpack:|file:|https?:)$"
)


def family(language: str) -> str:
    """The language whose rules `language` shares."""
    return FAMILY.get(language, language)


@lru_cache(maxsize=50_000)
def clean(name: str, language: str) -> str:
    """`name` of a function or type without what is generated; what is longer than any real name is cut."""
    key, name = family(language), name[:_LONGEST]
    for pattern, replacement in _COMPILED.get(key, ()):
        name = pattern.sub(replacement, name)
    if key == "native":
        name = brackets.native(name)
    elif key == "rust":
        name = brackets.rust(name)
    for pattern, replacement in _COMPILED["*"]:
        name = pattern.sub(replacement, name)
    return name


def clean_type(name: str, language: str) -> str:
    """The name of an exception's type without what is generated."""
    name = name[:_LONGEST].removeprefix("__main__.").replace("<locals>.", "")
    if family(language) == "jvm":
        return clean(name, language)
    for pattern, replacement in _COMPILED["*"]:
        name = pattern.sub(replacement, name)
    return re.sub(r"`\d+", "", name) if language == "dotnet" else re.sub(r"@anonymous.*", "@anonymous", name)


@lru_cache(maxsize=50_000)
def call(path: str, function: str, language: str) -> str:
    """The call as one stable name; empty when there is none."""
    key = family(language)
    name = "" if _UNKNOWN.match(function) else clean(function, language)
    if key == "javascript" and _is_minified(path, name):
        return ""
    if key in _QUALIFIED and name:
        return f"{_file(path)}:{name}" if key == "native" and "::" not in name and "." in path else name
    return f"{_file(path)}:{name}".strip(":")


def _is_minified(path: str, name: str) -> bool:
    return bool(_MINIFIED_NAME.match(name) and _MINIFIED_FILE.search(re.split(r"[/\\]", path)[-1]))


@lru_cache(maxsize=50_000)
def _file(path: str) -> str:
    """The file's name without ids of a build; with its folder where the name is one that many folders have."""
    steps = [step for step in re.split(r"[/\\]", path[-_LONGEST:]) if step]
    if not steps:
        return ""
    name = _FILE_ID.sub("#", _FILE_HASH.sub("", steps[-1]))
    folder = steps[-2] if len(steps) > 1 and _VAGUE_FILE.match(name) and not _PLACE_DIR.match(steps[-2]) else ""
    name = _SCRIPT.sub("", name)
    return f"{folder}/{name}" if folder else name
