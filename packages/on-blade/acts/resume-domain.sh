# shellcheck shell=sh disable=SC2154 # after domain.sh and guest-disks.sh
# UUID NAME io-error|either [ALIAS=WWID]...: a domain that stands still goes on from its memory. That nobody has written
# its disks since, only the plan's findings can tell. Why it stands still is asked again here: whoever holds it for another
# reason keeps it. Its disks are asked who they are right before and right after.
need_domain_arguments "$@"
by=${3-}
case $by in io-error | either) ;; *) fail "neither io-error nor either: $by" ;; esac
shift 3
need_disks "$@"

now=$(state --reason) || exit 1
case $now in
  running* | idle*)
    printf '%s %s is running\n' "$name" "$uuid"
    exit 0
    ;;
  'paused (I/O error)') ;;
  'paused (user)') [ "$by" = either ] || fail "$name is $now: an operator holds it so, and no I/O error" ;;
  absent) fail "$name is not here" ;;
  *) fail "$name is $now: it is not set going over that" ;;
esac
right_disks "$@" || exit 1
answer=$(libvirt 60 resume "$uuid" 2>&1) || fail "$name did not go on: $(reason "$answer")"
if ! right_disks "$@" >/dev/null; then
  libvirt 60 suspend "$uuid" >/dev/null 2>&1 || libvirt 60 destroy "$uuid" >/dev/null 2>&1
  fail "$name went on while a disk of it became another LUN: it was stopped, and is $(state)"
fi
sleep 2 # its first write is refused, or fails, within that
now=$(state --reason) || exit 1
case $now in
  running* | idle*) printf '%s %s is running\n' "$name" "$uuid" ;;
  *)
    failed=$(libvirt 30 domblkerror "$uuid" 2>/dev/null | sed -n '/:/p' | tr '\n' ' ')
    fail "$name is $now again${failed:+, by its disk ${failed% }}"
    ;;
esac
