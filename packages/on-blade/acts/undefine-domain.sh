# shellcheck shell=sh disable=SC2154 # after domain.sh
# Takes a definition away; an active domain keeps running without one, so it is refused then. NVRAM is kept.
need_domain_arguments "$@"
now=$(state) || exit 1
case $now in
  absent) ;;
  'shut off' | crashed)
    answer=$(libvirt 60 undefine --keep-nvram "$uuid" 2>&1) || fail "libvirt keeps $name: $(reason "$answer")"
    now=$(state) || exit 1
    [ "$now" = absent ] || fail "$name is still there ($now) after it was undefined"
    ;;
  *) fail "$name is $now: stop it first" ;;
esac
printf '%s %s is not defined here\n' "$name" "$uuid"
