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

# Whether the run in $dir has come to a good end.
is_over() { grep -q '^|entry	0	[0-9]*	ended \(un\)\{0,1\}done	' "$dir/journal"; }

# COUNT: the newest ones, and of the older ones those that nobody has brought to a good end.
list() {
  need_number count "${1-}"
  head_line
  place=0
  for began in "$base"/runs/r-*/began; do
    read -r at 2>/dev/null <"$began" && printf '%s %s\n' "$at" "${began%/began}"
  done | sort -rn | while read -r at dir; do
    place=$((place + 1))
    if [ "$place" -le "$1" ] || ! is_over; then
      run=${dir##*/}
      show_run
    fi
  done
  printf 'anyblade-end\n'
}
