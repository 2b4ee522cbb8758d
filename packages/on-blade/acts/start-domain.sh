# shellcheck shell=sh disable=SC2154 # after domain.sh and guest-disks.sh
# UUID NAME [ALIAS=WWID]...: starts a domain that is defined here. That it runs nowhere else, only the plan's findings can
# tell. Its disks are asked who they are right before and right after: a LUN number may be given to another LUN at any
# moment, and who has just begun on another one's disk is cut off before it does more.
need_domain_arguments "$@"
shift 2
need_disks "$@"

now=$(state) || exit 1
case $now in
  running | idle) ;;
  'shut off' | crashed)
    right_disks "$@" || exit 1
    answer=$(libvirt 60 start "$uuid" 2>&1) || fail "$name did not start: $(reason "$answer")"
    if ! right_disks "$@" >/dev/null; then
      libvirt 60 destroy "$uuid" >/dev/null 2>&1
      fail "$name was started while a disk of it became another LUN: it was cut off, and is $(state)"
    fi
    ;;
  absent) fail "$name is not defined here" ;;
  *) fail "$name is $now: somebody holds it so, it is not started over that" ;;
esac
now=$(state) || exit 1
[ "$now" = running ] || [ "$now" = idle ] || fail "$name is $now after it was started"
printf '%s %s is running\n' "$name" "$uuid"
