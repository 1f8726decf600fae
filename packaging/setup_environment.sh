#!/usr/bin/env bash
# Sets up what the program needs: system libraries and a virtual environment in .venv.
# Usage: setup_environment.sh app|tests     A second run with nothing new takes a moment.
set -euo pipefail
cd "$(dirname "$0")/.."

purpose=${1:-app}
case $purpose in
    app) lists=(packaging/apt_window.txt) extras="" ;;
    tests) lists=(packaging/apt_window.txt packaging/apt_tests.txt) extras="[tests]" ;;
    *) echo "Usage: $0 app|tests" >&2; exit 2 ;;
esac

say() { printf '%s\n' "$*" >&2; }

# Installed packages and the names they stand in for (libglib2.0-0 is libglib2.0-0t64 in places).
installed_packages() {
    dpkg-query -W -f '${db:Status-Abbrev} ${Package}, ${Provides}\n' |
        sed -n 's/^ii //p' | tr ',' '\n' | sed 's/^ *//; s/[ (:].*//' | sort -u
}

apt_install() {
    apt-get update -qq </dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        </dev/null >/dev/null
}

system_libraries() {
    if ! command -v apt-get >/dev/null; then
        say "This is not Debian or Ubuntu, so Qt's system libraries are taken to be there."
        return
    fi
    local missing
    missing=$(comm -23 <(sort -u "${lists[@]}") <(installed_packages) | tr '\n' ' ')
    [ -z "$missing" ] && return
    if [ "$(id -u)" = 0 ]; then
        say "Installing system libraries: $missing"
        # shellcheck disable=SC2086 # the list is to be split into words
        apt_install $missing
    else
        say "These system packages are missing: $missing"
        say "Ask an administrator to run: apt-get install --no-install-recommends $missing"
    fi
}

# Prints the first Python that can carry the program.
find_python() {
    local name
    for name in python3.11 python3.12 python3; do
        if "$name" -c 'import sys, venv, ensurepip
sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

choose_python() {
    find_python && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing Python"
        apt_install python3 python3-venv
        find_python && return
    fi
    say "Python 3.11 or 3.12 with its venv module is needed;" \
        "here is $(python3 --version 2>/dev/null || echo none)." \
        "On Debian or Ubuntu it is in the packages python3 and python3-venv."
    return 1
}

python_packages() {
    local versions stamp=.venv/cxrviewer-ready
    versions=$(cat pyproject.toml constraints.txt | sha256sum | cut -c1-64)
    # What the tests need holds all that the program needs.
    grep -qsxF -e "$purpose $versions" -e "tests $versions" "$stamp" && return
    if [ ! -x .venv/bin/python ]; then
        local python
        python=$(choose_python)
        "$python" -m venv .venv
    fi
    say "Installing Python packages into .venv (minutes the first time)"
    .venv/bin/python -m pip install -qq --disable-pip-version-check \
        -c constraints.txt -e ".$extras" </dev/null
    echo "$purpose $versions" >>"$stamp"
}

system_libraries
python_packages
