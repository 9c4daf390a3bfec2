# Steps with a number, a log and a result. Sourced by the scripts, which set pipefail; not run by itself.
# shellcheck shell=bash

step_number=0
step_count=0  # the script that sources this sets it

# Shows the counter of ninja ("[3/90] …") and of meson test (" 3/30 …") on one line that is written over.
show_counter() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[?[[:space:]]*([0-9]+/[0-9]+)[]\ ] ]]; then
      printf '\r\033[K%s %s' "$1" "${BASH_REMATCH[1]}"
    fi
  done
  printf '\r\033[K'
}

# step TITLE LOG COMMAND…: runs the command with its output in the log. On failure names the step and the log and shows
# the end of the log; returns the command's result.
step() {
  local title=$1 log=$2 began=$SECONDS result=0 label
  shift 2
  step_number=$((step_number + 1))
  label="[$step_number/$step_count] $title …"
  mkdir -p "$(dirname "$log")"
  if [[ -t 1 ]]; then
    printf '%s' "$label"
    "$@" 2>&1 | tee "$log" | show_counter "$label" || result=$?
  else
    "$@" >"$log" 2>&1 || result=$?
  fi
  if ((result == 0)); then
    printf '%s done (%d s)\n' "$label" $((SECONDS - began))
    return 0
  fi
  printf '%s FAILED (%d s)\n' "$label" $((SECONDS - began))
  printf '\nStep "%s" failed. The whole log: %s\nIts end:\n' "$title" "$log"
  tail -n 40 "$log" | sed 's/^/  | /'
  printf '\n'
  return 1
}
