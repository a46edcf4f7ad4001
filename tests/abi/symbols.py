#!/usr/bin/env python3
"""What the built library asks of the system, and whether it keeps state: symbols.py libniem.so libniem.a

A stateless library that gives one set of bits must not end the process, print, read the environment or the locale, draw
the system's random numbers, or call the system's exp, log, pow and kin, which differ by machine. It has no writable
variables either.
"""

import re
import subprocess
import sys

FORBIDDEN = {
    "it would end or divert the process": "exit _exit _Exit quick_exit abort raise kill signal sigaction atexit on_exit longjmp"
    " _longjmp siglongjmp __assert_fail fork vfork execve system popen dlopen",
    "it would print or read the terminal": "printf vprintf puts putchar putc fputc fputs fprintf vfprintf dprintf perror stdout"
    " stderr stdin getchar gets scanf vscanf fscanf syslog",
    "it depends on the environment or the locale": "getenv secure_getenv setenv putenv unsetenv setlocale newlocale uselocale"
    " localeconv nl_langinfo strcoll strxfrm strerror strerror_r strtod strtof strtold atof sscanf vsscanf strftime localtime"
    " localtime_r tolower toupper isalpha isspace isdigit __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc iconv"
    " mbstowcs mbrtowc wcstombs strcasecmp strncasecmp",
    "it draws from outside the seed": "rand srand rand_r random srandom drand48 lrand48 arc4random getrandom",
    "it has state of its own": "strtok gmtime asctime ctime cJSON_InitHooks cJSON_Print cJSON_PrintUnformatted"
    " cJSON_PrintBuffered cJSON_PrintPreallocated pthread_key_create pthread_setspecific __tls_get_addr",
    "its order of equal elements differs by system": "qsort qsort_r",
    "its bits differ by system": "exp exp2 exp10 expm1 log log2 log10 log1p pow sin cos tan asin acos atan atan2 sinh cosh tanh"
    " asinh acosh atanh cbrt hypot fma erf erfc lgamma lgamma_r tgamma fmod remainder sincos",
}
REASONS = {name: reason for reason, names in FORBIDDEN.items() for name in names.split()}
# Also the variants for float and long double: expf, expl.
BITS = FORBIDDEN["its bits differ by system"].split()
REASONS.update({name + letter: REASONS[name] for name in BITS for letter in "fl"})

# Writable variables that compilers and linkers add to any shared library; __cpu_...: what kind of processor this is, which libgcc
# writes down once, before anything runs, to choose among functions that are compiled twice (NI_WIDE).
TOOLCHAIN = re.compile(r"completed\.\d+|__dso_handle|__TMC_END__|__data_start|data_start|_edata|__bss_start|_end|__bss_start__"
                       r"|__gcov.*|__cpu_model|__cpu_features2|DW\.ref\..*|\.bss|\.data|\.tbss|\.tdata|")
WRITABLE = re.compile(r"\.(data|bss|tdata|tbss|sdata|sbss)(\..*)?|\*COM\*")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plain(name):
    """The function's own name, without version, fortification and standard."""
    name = name.split("@")[0]
    match = re.fullmatch(r"__(\w+)_chk", name) or re.fullmatch(r"__isoc\d\d_(\w+)", name)
    return match.group(1) if match else name


def forbidden(library):
    names = {plain(line.split()[-1]) for line in run("nm", "-u", library).splitlines() if " U " in line}
    return [f"{library} calls {name}: {REASONS[name]}" for name in sorted(names) if name in REASONS]


def variables(library):
    """Symbols in writable sections. `.data.rel.ro` is written by the loader only."""
    found = []
    for line in run("objdump", "-t", library).splitlines():
        match = re.match(r"[0-9a-f]+ .{7} (\S+)\t[0-9a-f]+\s+(?:\.hidden |\.protected )?(.*)$", line)
        if match is None:
            continue
        section, name = match.groups()
        if WRITABLE.fullmatch(section) and not section.startswith(".data.rel.ro") and not TOOLCHAIN.fullmatch(name):
            found.append(f"{library} has the writable variable {name} ({section}); make it const or part of a call")
    return found


def main():
    problems = [problem for library in sys.argv[1:] for check in (forbidden, variables) for problem in check(library)]
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
