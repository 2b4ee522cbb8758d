# shellcheck shell=sh disable=SC2154 # after domain.sh
# Starts a domain that is defined here. That it runs nowhere else, only the plan's findings can tell.
need_domain_arguments "$@"
now=$(state) || exit 1
case $now in
  running | idle) ;;
  'shut off' | crashed)
    answer=$(libvirt 60 start "$uuid" 2>&1) || fail "$name did not start: $(reason "$answer")"
    ;;
  absent) fail "$name is not defined here" ;;
  *) fail "$name is $now: somebody holds it so, it is not started over that" ;;
esac
now=$(state) || exit 1
[ "$now" = running ] || [ "$now" = idle ] || fail "$name is $now after it was started"
printf '%s %s is running\n' "$name" "$uuid"
