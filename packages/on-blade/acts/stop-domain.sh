# shellcheck shell=sh disable=SC2154 # after domain.sh
# UUID NAME shutdown|destroy SECONDS: asks the guest to shut down and waits, or cuts it off. Asking never turns into
# cutting off: a guest that does not answer is said, and stays.
need_domain_arguments "$@"
how=${3-} seconds=${4-}
case $seconds in '' | *[!0-9]*) fail "not a number of seconds: $seconds" ;; esac
case $how in shutdown | destroy) ;; *) fail "neither shutdown nor destroy: $how" ;; esac

is_down() {
  now=$(state) || exit 1
  case $now in absent | 'shut off' | crashed) return 0 ;; *) return 1 ;; esac
}

if ! is_down; then
  answer=$(libvirt 60 "$how" "$uuid" 2>&1) || is_down ||
    fail "libvirt does not $how $name: $(reason "$answer")"
  tick
  end=$((clock + seconds)) again=$((clock + 10))
  while ! is_down; do
    tick
    [ "$clock" -lt $end ] || fail "$name is still $now after $seconds s: its guest does not answer the shutdown"
    sleep 1
    # a guest that has just booted does not hear the first one
    if [ "$how" = shutdown ] && [ "$clock" -ge $again ]; then
      again=$((clock + 10))
      libvirt 30 shutdown "$uuid" >/dev/null 2>&1
    fi
  done
fi
printf '%s %s is %s\n' "$name" "$uuid" "$now"
