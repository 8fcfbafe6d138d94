#!/bin/sh
# Prints the path of the Python that the Makefile makes .venv from: the newest CPython found.
# PYTHON=/path/to/python3 names one instead. Without a usable one: one line on stderr, exit 1.
# With an argument, as in `find_python.sh 12`, only a Python 3.12 will do.
#
# A candidate is judged by running it: pyenv, for one, puts a python3.13 on PATH that fails unless
# that version is switched on, while the real one works from pyenv's own folder.

# Prints "ok RANK PATH" or "no REASON". The rank prefers releases over pre-releases, the minor
# versions that the pinned requirements are known to have wheels for (to 3.15) over later ones,
# then newer over older. A virtual environment's Python stands for the one it was made from.
probe='
import os, sys
def no(reason):
    print("no " + sys.executable + " " + reason)
    sys.exit()
v = sys.version_info
if sys.implementation.name != "cpython":
    no("is not CPython")
if v < (3, 11):
    no("is Python %d.%d, too old" % v[:2])
if "t" in sys.abiflags:
    no("is a free-threaded build")
for module in ("ensurepip", "venv", "ssl", "zlib"):
    try:
        __import__(module)
    except ImportError:
        hint = " (on Debian and Ubuntu: apt install python3-venv)" if module == "ensurepip" else ""
        no("lacks the module " + module + hint)
tier = 0 if v.releaselevel != "final" else 1 if v >= (3, 16) else 2
print("ok %d %s" % (tier * 1000000 + v.minor * 1000 + v.micro, sys._base_executable))
'

judge() {
    "$1" -I -c "$probe" 2>/dev/null
}

fail() {
    printf 'error: %s\n' "$1" >&2
    exit 1
}

if [ -n "${PYTHON:-}" ]; then
    verdict=$(judge "$PYTHON")
    case $verdict in
    "ok "*) verdict=${verdict#ok }; printf '%s\n' "${verdict#* }"; exit 0 ;;
    "no "*) fail "PYTHON: ${verdict#no }; it takes CPython 3.12 or newer" ;;
    *) fail "PYTHON=$PYTHON does not run; it takes the path of a CPython 3.12 or newer" ;;
    esac
fi

wanted=${1:-any}
best=-1
best_path=
near_miss=

consider() {
    [ -f "$1" ] && [ -x "$1" ] || return 0
    verdict=$(judge "$1") || return 0
    case $verdict in
    "ok "*)
        verdict=${verdict#ok }
        rank=${verdict%% *}
        [ "$wanted" = any ] || [ "$wanted" = $((rank % 1000000 / 1000)) ] || return 0
        if [ "$rank" -gt "$best" ]; then
            best=$rank
            best_path=${verdict#* }
        fi
        ;;
    *" lacks the module "*) near_miss=${verdict#no } ;;
    esac
}

# Sets the positional parameters to the folders of PATH, which may have spaces in them.
set -f
old_ifs=$IFS
IFS=:
# shellcheck disable=SC2086  # splitting at the colons is what is wanted
set -- $PATH /opt/homebrew/bin /usr/local/bin
IFS=$old_ifs
set +f

for folder in "$@"; do
    for name in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do
        consider "${folder:-.}/$name"
    done
done

data=${XDG_DATA_HOME:-${HOME:-}/.local/share}
for python in \
    "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[1-9]*/bin/python3 \
    "${UV_PYTHON_INSTALL_DIR:-$data/uv/python}"/cpython-3.1[1-9]*/bin/python3 \
    "$data"/mise/installs/python/3.1[1-9]*/bin/python3 \
    "${HOME:-}"/.asdf/installs/python/3.1[1-9]*/bin/python3; do
    consider "$python"
done

[ -n "$best_path" ] || fail "no usable Python: CPython 3.12 or newer is needed${near_miss:+ ($near_miss)}; \
PYTHON=/path/to/python3 names one that is not on PATH"
printf '%s\n' "$best_path"
