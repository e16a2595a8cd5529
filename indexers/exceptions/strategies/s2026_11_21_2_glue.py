"""Calls that never count under the strategy 2026-11-21.2: what runtimes put around a fault, by language.

They come and go between versions, JIT states and settings, whatever the fault. Patterns look at the cleaned name of
the function and are anchored at both ends wherever a name could be somebody's own. Frozen with the strategy.
Keeps out: the application's own code (in_app).
"""

import re
from functools import lru_cache

from indexers.exceptions.strategies.s2026_11_21_2_names import clean, family

# language -> what it is -> pattern of cleaned function names
_TABLE: dict[str, tuple[tuple[str, str], ...]] = {
    "jvm": (
        ("reflection", r"(?:java\.lang\.reflect\.(?:Method|Constructor|Proxy)|sun\.reflect|jdk\.internal\.reflect"
         r"|java\.lang\.invoke|jdk\.internal\.misc"
         r"\.Unsafe|java\.security\.AccessController|jdk\.internal\.vm|org\.codehaus\.groovy\.(?:runtime|vmplugin"
         r"|reflection))"
         r"\..*"),
        ("a class generated at run time", r".*(?:\$\$Lambda|\$\$(?:EnhancerBy|FastClassBy|SpringCGLIB)"
         r"|\$\$?Proxy\d*\."
         r"|\$HibernateProxy|\$MockitoMock|_\$\$_jvst|\$ByteBuddy|_(?:Subclass|ClientProxy)\.|_\$\$_Weld|\$LambdaForm"
         r"|Generated(?:Method|Constructor|Serialization)\w*Accessor|\$r8\$lambda|\$ExternalSynthetic).*"),
        ("a compiler's accessor", r".*\.access\$\w*"),
        ("a coroutine boundary", r"_COROUTINE\..*|kotlin\.coroutines\.jvm\.internal\..*"
         r"|kotlinx\.coroutines\.(?:Dispatched"
         r"|scheduling|internal|Run|Event|Blocking|Cancellable|Resume|EventLoop).*"),
        ("a check that moves between platform versions", r"jdk\.internal\.util\.Preconditions\..*"
         r"|java\.util\.Objects\.check"
         r"(?:Index|FromIndexSize|FromToIndex)|java\.util\.ArrayList\.rangeCheck(?:ForAdd)?|java\.lang\."
         r"(?:String|StringLatin1|StringUTF16|AbstractStringBuilder)\.check(?:Index|Offset|Range\w*|Bounds\w*)"),
        ("where a thread begins", r"java\.lang\.(?:Thread|VirtualThread)\.(?:run|runWith|start)"
         r"|java\.lang\.VirtualThread\$.*|java\.util\.concurrent"
         r"\.(?:ThreadPoolExecutor|ThreadPerTaskExecutor|ForkJoin\w*|Executors|FutureTask|CompletableFuture\$\w+"
         r"|ScheduledThreadPoolExecutor)(?:\$\w*)*\.(?:run|runWorker|runAndReset|runTask|exec|doExec|call|compute"
         r"|topLevelExec|tryFire|postFire|scan)"),
    ),
    "javascript": (
        ("the event loop", r"(?:processTicksAndRejections|_?process(?:Immediate|Timers)|listOnTimeout|runMicrotasks"
         r"|runNextTicks|_tickCallback|_combinedTickCallback|tryOnImmediate|ontimeout|tryOnTimeout|emitProcessWarning"
         r"|asyncRunEntryPointWithESMLoader|Promise\.(?:all|any|race|allSettled|then|catch|finally)|Promise"
         r"|Generator\.\w+)"),
        ("compiled async code", r"(?:__awaiter|__async|__generator|fulfilled|rejected|step|_?asyncToGenerator"
         r"|asyncGeneratorStep"
         r"|_next|_throw|Object\.(?:next|throw)|_callee\$?|tryCatch)"),
        ("the loader of modules", r"(?:__webpack_require__|__turbopack_\w+|_compile|_extensions\.+js|_load|load"
         r"|require"
         r"|executeUserEntryPoint|wrapModuleLoad|runMain|loadESM|ModuleJob\.run|TracingChannel\.\w+)"),
    ),
    "python": (
        ("a comprehension, part of its function since Python 3.12", r"<(?:list|dict|set)comp>"),
    ),
    "go": (
        ("the runtime", r"runtime\.(?:goexit|gopanic|sigpanic|main|panic\w*|goPanic\w*|throw|fatal\w*|mapassign\w*"
         r"|mapaccess\w*"
         r"|chansend\w*|closechan|chanrecv\w*|newstack|morestack|systemstack|mcall|gopark\w*|fatalthrow"
         r"|dopanic\w*)(?:\.func)?"),
        ("the panic itself", r"panic|runtime/debug\.(?:Stack|PrintStack)"),
    ),
    "rust": (
        ("how a panic is raised", r"(?:\w+::)?(?:rust_begin_unwind|rust_panic(?:_with_hook|_without_hook|_fmt)?"
         r"|__rust_(?:start_panic|begin_short_backtrace|end_short_backtrace|maybe_catch_panic|try"
         r"|foreign_exception))|<?(?:std"
         r"|core)::panicking::.*"
         r"|(?:std|core)::(?:option|result)::(?:unwrap_failed|expect_failed|expect_none_failed)|std::panic::.*"
         r"|core::panic::.*"
         r"|core::(?:slice::index|str)::\w*_fail\w*|core::cell::panic_\w+|alloc::raw_vec::.*"),
        ("how a backtrace is made", r"<*(?:std|core|backtrace|alloc)::(?:backtrace\w*|sys\w*|sys_common|rt|io"
         r"|fmt)::.*"
         r"|<+(?:std|core|alloc)::.*(?:fmt::Display|Box as core::ops).*|backtrace::.*"),
        ("how a closure is called", r"<?core::ops::function::.*|<alloc::boxed::Box as core::ops::function::.*"
         r"|std::thread::.*"
         r"|(?:core|std)::panic::unwind_safe::.*|<core::panic::unwind_safe.*|_?main|_start|__libc_start\w*"
         r"|start_thread"
         r"|clone3?|.*::\{shim\}|<?core::future::.*|<core::pin::Pin.*"),
    ),
    "native": (
        ("where a thread begins", r"(?:.*:)?(?:_start|__libc_start_\w+|start_thread|(?:__)?clone3?|thread_start"
         r"|_pthread_\w+"
         r"|BaseThreadInitThunk|RtlUserThreadStart|invoke_main|__scrt_\w+|__tmainCRTStartup|ret_from_fork(?:_asm)?)"),
        ("how a failure is raised", r"(?:.*:)?(?:__asan_(?:report|handle|stack)\w*|__sanitizer_(?:print_stack_trace"
         r"|report_error_summary)|__ubsan\w*|abort"
         r"|raise"
         r"|gsignal"
         r"|__GI_(?:raise|abort|___pthread_kill|___assert_fail|__assert_fail)|__pthread_kill(?:_implementation"
         r"|_internal)?|pthread_kill(?:@\S+)?|__cxa_(?:throw|rethrow|call_\w+|pure_virtual)|__assert_(?:fail"
         r"|fail_base|perror_fail|rtn)"
         r"|__assert"
         r"|std::terminate|std::__terminate|dump_stack\w*|print_address_description|kasan_report|__kasan_\w+"
         r"|show_stack"
         r"|kasan_save_\w+|check_memory_region|print_report|end_report|__asan::.*|__sanitizer::.*)"),
        ("the standard library's own glue", r"(?:.*:)?std::(?:__invoke\w*|invoke|__function::.*"
         r"|function::operator\{call\}"
         r"|_Function_handler::_M_invoke|__throw_\w+|thread::_\w+|__thread_\w+|_Bind::.*|_Mem_fn\w*::.*)"),
    ),
    "dotnet": (
        ("async glue", r"System\.Runtime\.(?:CompilerServices|ExceptionServices)\..*|System\.Threading\.(?:Tasks\."
         r"(?:Task|ContinuationTaskFromTask|AwaitTaskContinuation|ValueTask|Future)\.(?:ThrowIfExceptional|InternalWait"
         r"|GetResultCore|get_Result|RunContinuations|ExecuteWithThreadLocal|ExecuteEntry|ExecuteEntryUnsafe|InnerInvoke"
         r"|Execute|ExecuteFromThreadPool|\.?cctor|<>c.*)|ExecutionContext\.\w+|ThreadPoolWorkQueue\.\w+"
         r"|ThreadHelper\.\w+|Thread\.(?:StartCallback|StartHelper\.\w+|ThreadMain_\w+)|PortableThreadPool\.\w+"
         r"|_ThreadPoolWaitCallback\.\w+|QueueUserWorkItem\w*\.\w+|TimerQueue\w*\.\w+)"),
        ("how an exception is thrown", r"System\.(?:ThrowHelper|SR)\..*|System\.Argument\w*Exception\.Throw\w*"
         r"|System\.Collections\.Generic\.(?:ThrowHelper|Error)\..*"),
        ("reflection", r"System\.(?:RuntimeMethodHandle|RuntimeType|Delegate)\..*"
         r"|System\.Reflection\.(?:Runtime)?(?:MethodBase|MethodInfo|MethodInvoker|MethodBaseInvoker|ConstructorInfo"
         r"|ConstructorInvoker)\..*|lambda_method|System\.Dynamic\..*"),
    ),
    "ruby": (),
    "php": (("an include", r"(?:include|require)(?:_once)?|\{main\}|call_user_func(?:_array)?"),),
    "perl": (("an evaluated block", r"eval \{\.\.\.\}|\(eval\)|Try::Tiny::.*|Carp::.*"),),
    "dart": (("a gap between events", r"<asynchronous suspension>|_\w*(?:Zone|rootRun\w*|Future\w*)\..*|_rootRun\w*"
              r"|_microtaskLoop|_startMicrotaskLoop|_runPendingImmediateCallback|_RawReceivePort\w*\..*"),),
}  # fmt: skip
# Ruby's iterators: written in C or in Ruby, and in another file, depending on the version. They count where they fail.
_ITERATORS = re.compile(
    r"^(?:each(?:_with_index|_with_object|_pair|_slice|_cons|_key|_value|_char|_line|_entry|_index|_byte)?|map!?|collect!?"
    r"|filter_map|flat_map|select!?|filter!?|reject!?|inject|reduce|times|upto|downto|step|loop|tap)$"
)
_COMMON_NAMES = {"javascript", "ruby", "php", "perl"}
_COMPILED = {
    language: tuple((what, re.compile(rf"(?:{pattern})\Z")) for what, pattern in table)
    for language, table in _TABLE.items()
}
# Names that say only "the top of a file or program".
NAMELESS = re.compile(
    r"^(?:<module>|<main>|<top \(required\)>|(?:Object\.)?<anonymous>|\{main\}|main|main\.main|main::main|<script>"
    r"|\?+|<unknown>|)$"
)


@lru_cache(maxsize=50_000)
def glue(function: str, language: str, failing: bool) -> str:
    """What kind of glue the call is; empty when it is none.

    `failing`: it is the innermost call, or the application's innermost. In languages where glue has the names that
    anybody might use, such a call is never taken for it.
    """
    name = clean(function, language)
    if failing and family(language) in _COMMON_NAMES:
        return ""
    for what, pattern in _COMPILED.get(family(language), ()):
        if pattern.match(name) or pattern.match(function):
            return what
    if language == "ruby" and _ITERATORS.match(name):
        return "an iterator of the core library, which moves between versions"
    return ""
