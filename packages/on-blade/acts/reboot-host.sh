# shellcheck shell=sh # after work.sh
# BOOT_ID SECONDS: a reboot after so many seconds, in which the run writes its end; not done while anything runs here, then or now.
case ${2-} in '' | *[!0-9]*) fail "not a number of seconds: ${2-nothing}" ;; esac
boot=
read -r boot <"$root/proc/sys/kernel/random/boot_id" || fail 'this boot has no id'
if [ "$boot" != "$1" ]; then
  printf 'booted since, as %s\n' "$boot"
  exit 0
fi
need_empty
command -v systemctl >/dev/null || command -v reboot >/dev/null || fail 'neither systemctl nor reboot is here'
(
  sleep "$2"
  (need_empty) 2>/dev/null || exit
  if command -v systemctl >/dev/null; then systemctl reboot; else reboot; fi
) </dev/null >/dev/null 2>&1 9>&- &
printf 'reboots in %s s\n' "$2"
