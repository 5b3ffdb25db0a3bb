# Shared by setup, quickstart and check: steps with progress and a log.
# Sourced by bash with `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
mkdir -p "$logs"

say() { printf '%s\n' "$*" >&2; }

# step LABEL COMMAND...: runs the command with its output in a log. Every ten
# seconds the last line of the log shows that it is alive; on failure the end of
# the log is shown.
step() {
  local label=$1
  shift
  local log start status=0 last
  log=$logs/$(printf '%s' "$label" | tr -cs 'a-zA-Z0-9' '-').log
  start=$SECONDS
  say "== $label"
  "$@" >"$log" 2>&1 </dev/null &
  local job=$! tick=0
  # An interrupt ends the step too.
  trap 'kill $job 2>/dev/null || true; exit 130' INT TERM
  while kill -0 $job 2>/dev/null; do
    sleep 0.2
    tick=$((tick + 1))
    if ((tick % 50 == 0)); then
      last=$(tail -n 1 "$log" | cut -c1-70)
      say "   $((SECONDS - start)) s  $last"
    fi
  done
  wait $job || status=$?
  trap - INT TERM
  if ((status == 0)); then
    say "   done in $((SECONDS - start)) s"
  else
    say "   failed with status $status after $((SECONDS - start)) s; the end of $log:"
    tail -n 60 "$log" >&2
  fi
  return $status
}

# as_root COMMAND...: directly as root, else by sudo.
as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -n "$@" || sudo "$@"
  else
    say "error: installing packages needs root; run as root or install sudo"
    return 1
  fi
}

# Configures and builds a preset.
build_preset() {
  local preset=$1
  (cd "$root" && step "configure $preset" cmake --preset "$preset" &&
    step "build $preset" cmake --build --preset "$preset")
}
