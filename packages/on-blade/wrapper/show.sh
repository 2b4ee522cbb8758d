# shellcheck shell=sh disable=SC2154 # after leases.sh
# What stands here of runs, for whoever asks; changes nothing. A process a run, hardly more.

head_line() {
  printf 'anyblade-runs 1 %s\n' "${ANYBLADE_VERSION:-unknown}"
  today=$(date +%s)
  read_clock
}

show() {
  need_run "$@"
  head_line
  [ ! -f "$dir/journal" ] || show_run
  printf 'anyblade-end\n'
}

show_run() {
  at=$today
  read -r at <"$dir/began"
  printf '[%s\n|age\t%s\n' "$run" "$((today - at))"
  if read_lease "$run" && is_held "$run"; then
    printf '|holder\t%s\t%s\t%s\t%s\n' "$its_operator" "$its_epoch" "$((now - its_since))" "$(left)"
  fi
  if [ -f "$dir/abort" ]; then printf '|asked\n'; fi
  # A plan is one line, for JSON writes line feeds and tabs as signs.
  printf '|plan\t'
  cat "$dir/plan.json" "$dir/journal"
  printf '\n]%s ok\n' "$run"
}

list() {
  need_number count "${1-}"
  head_line
  for began in "$base"/runs/r-*/began; do
    read -r at 2>/dev/null <"$began" && printf '%s %s\n' "$at" "${began%/began}"
  done | sort -rn | head -n "$1" | while read -r at dir; do
    run=${dir##*/}
    show_run
  done
  printf 'anyblade-end\n'
}
