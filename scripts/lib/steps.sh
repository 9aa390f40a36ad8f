# Progress of a script's steps: one line each, with the seconds it took; a failed step shows what it printed.

note() { printf '    %s\n' "$*" >&2; }

# step NAME COMMAND...: run the command in this shell; on failure show its output and stop the script.
step() {
    local name=$1 started=$SECONDS log
    shift
    log=$(mktemp)
    printf '• %s ...\n' "$name" >&2
    if ! "$@" 2> >(tee "$log" | grep --line-buffered '^    ' >&2); then
        printf '✗ %s failed:\n' "$name" >&2
        grep -v '^    ' "$log" | tail -n 30 >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
    printf '✓ %s (%d s)\n' "$name" $((SECONDS - started)) >&2
}
