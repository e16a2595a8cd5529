"""Reports of native code: AddressSanitizer after sanitizer_stacktrace_printer.cpp and asan_errors.cpp of compiler-rt,
gdb after print_frame in gdb/stack.c, KASAN after mm/kasan/report.c and the x86 stack dump of Linux.

A function's name is drawn as demanglers print it, with blanks, brackets and operators. Not drawn: a function whose name
itself looks like arguments ("(x=1)"), a path with " at " in it.
"""

from hypothesis import strategies as st

from tests.indexers.printing import Expected, Printed

Place = tuple[str, str, int | None, int | None]
FUNCTIONS = [
    "main",
    "shop::Cart::add(int, char const*)",
    "(anonymous namespace)::run(std::vector<int> const&)",
    "__libc_start_main",
]
FUNCTIONS += [
    "std::function<void (int)>::operator()(int) const",
    "operator new(unsigned long)",
    "shop::Größe::~Größe()",
    "_start",
]
PLAIN = [
    "main",
    "shop::Cart::add",
    "(anonymous namespace)::run",
    "std::function<void (int)>::operator()",
    "??",
    "operator<<",
]
FILES = ["/srv/shop/cart.cc", "../../base/x.cpp", "cart.c", "C:\\src\\cart.cc", "/home/a b/cart.h"]
ARGUMENTS = ["", "this=0x0, n=1", 'label=0x55 "a (b), c"', "order=..., f=@0x7f: {x = 1}", "v=<optimized out>"]
KINDS = ["heap-use-after-free", "SEGV", "stack-buffer-overflow", "attempting"]
KERNEL = ["dump_stack", "kasan_report", "ext4_evict_inode", "__x64_sys_ioctl", "do_syscall_64", "foo.isra.0", "x.cold"]


@st.composite
def sanitizer(draw: st.DrawFn) -> Printed:
    """The failing stack and the stacks that explain it, which are not part of it."""
    kind = draw(st.sampled_from(KINDS))
    message = f"{kind} on address 0x602000000014 at pc 0x55963d16ab6b bp 0x7ffdaa268a70 sp 0x7ffdaa268a68"
    lines = ["=" * 65, f"==13405==ERROR: AddressSanitizer: {message}", "READ of size 4 at 0x602000000014 thread T0"]
    frames = []
    for number in range(draw(st.integers(1, 6))):
        function, file = draw(st.sampled_from(FUNCTIONS)), draw(st.none() | st.sampled_from(FILES))
        line, column = draw(st.integers(1, 9_999)), draw(st.none() | st.integers(1, 99))
        place = f"{file}:{line}{'' if column is None else f':{column}'}" if file else "(/srv/shop/a (x86)/cart+0x1d)"
        lines.append(f"    #{number} 0x55963d16ab6a in {function} {place}")
        frames.append((file or "", function, line if file else None, column if file else None))
    last = len(lines)
    lines += [
        "",
        "freed by thread T0 here:",
        "    #0 0x7f6 in free /srv/x.c:1",
        "",
        "SUMMARY: AddressSanitizer: x",
        "==13405==ABORTING",
    ]
    return Printed("cpp", tuple(lines), (_one(f"AddressSanitizer: {kind}", message, (2, last), frames),))


@st.composite
def debugger(draw: st.DrawFn) -> Printed:
    """A signal under gdb, then `bt`; long frames may be wrapped."""
    signal, words = draw(st.sampled_from([("SIGSEGV", "Segmentation fault"), ("SIGABRT", "Aborted")]))
    lines = ["[New Thread 0x7f]", "", f"Program received signal {signal}, {words}."]
    wraps = draw(st.booleans())
    frames: list[Place] = []
    stack: list[str] = []
    for number in range(draw(st.integers(1, 6))):
        if number and draw(st.sampled_from([False, False, False, True])):
            stack.append(f"#{number}  <signal handler called>")
            frames.append(("", "<signal handler called>", None, None))
            continue
        function, arguments = draw(st.sampled_from(PLAIN)), draw(st.sampled_from(ARGUMENTS))
        where = draw(st.sampled_from(["", "at", "from"]))
        file, line = draw(st.sampled_from(FILES)), draw(st.integers(1, 9_999))
        address = "0x00007ffff7e5d1f5 in " if number and draw(st.booleans()) else ""
        place = {"": "", "at": f"at {file}:{line}", "from": "from /lib/libc.so.6"}[where]
        stack.append(f"#{number}  {address}{function} ({arguments}){'' if wraps or not place else f' {place}'}")
        if wraps and place:
            stack.append(f"    {place}")
        frames.append((file, function, line, None) if where == "at" else ("", function, None, None))
    lines += [f"{frames[0][1]} () at x.c:1", *stack, ""]
    return Printed("cpp", tuple(lines), (_one(signal, words, (3, len(lines) - 1), frames),))


@st.composite
def kernel(draw: st.DrawFn) -> Printed:
    """A KASAN report, plain or with decoded places."""
    stamp = draw(st.sampled_from(["", "[   12.345678] ", "[  113.130000][ T8412] "]))
    message = f"use-after-free in {draw(st.sampled_from(KERNEL))}+0x208/0x390"
    lines = ["=" * 66, f"BUG: KASAN: {message}", "Write of size 8 at addr ffffffc05b5c4d28 by task sh/8262", ""]
    lines += [
        "CPU: 4 PID: 8262 Comm: sh Tainted: G           O    4.9.274 #1",
        draw(st.sampled_from(["Call Trace:", "Call trace:"])),
    ]
    sections = draw(st.booleans())
    frames: list[Place] = []
    if sections:
        lines.append(" <TASK>")
    for _ in range(draw(st.integers(1, 8))):
        name, decoded = draw(st.sampled_from(KERNEL)), draw(st.none() | st.integers(1, 9_999))
        shape = draw(
            st.sampled_from(["{}+0x1/0x2{}", "? {}+0x1/0x2{}", "[<ffffffff81002368>] {}+0x1/0x2{}", "{}{} [inline]"])
        )
        if "inline" in shape and decoded is None:
            decoded = 7
        lines.append(" " + shape.format(name, "" if decoded is None else f" mm/kasan/report.c:{decoded}"))
        frames.append(("" if decoded is None else "mm/kasan/report.c", name, decoded, None))
    if sections:
        lines.append(" </TASK>")
    last = len(lines)
    lines += ["", "Allocated by task 11872:", " kasan_kmalloc+0xf0/0x1c8", "=" * 66]
    return Printed(
        "cpp", tuple(stamp + line for line in lines), (_one("KASAN: use-after-free", message, (2, last), frames),)
    )


def _one(kind: str, message: str, lines: tuple[int, int], frames: list[Place]) -> Expected:
    return Expected(kind, message, "root", None, lines, tuple(frames))


def traces() -> st.SearchStrategy[Printed]:
    """One report of any of the kinds."""
    return sanitizer() | debugger() | kernel()
