# A blade's power cut by its service processor, from a host that reaches it: BMC USER PASSWORD-FILE.
# Off is what the service processor says when asked again, never that it took the command.
export LC_ALL=C
bmc=$1 user=$2 password=$3

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

ipmi() { timeout -k 2 10 ipmitool -I lanplus -H "$bmc" -U "$user" -f "$password" chassis power "$1" </dev/null 2>&1; }
is_off() { case $(ipmi status) in *'is off'*) return 0 ;; *) return 1 ;; esac; }

command -v ipmitool >/dev/null || fail 'there is no ipmitool here'
[ -r "$password" ] || fail "$password can't be read here"
if ! is_off; then
  said=$(ipmi off) || is_off || fail "$bmc does not cut the power: $said"
  looks=0
  until is_off; do
    looks=$((looks + 1))
    [ $looks -lt 20 ] || fail "$bmc took the command, and the power is still on: $(ipmi status)"
    sleep 1
  done
fi
printf 'off\n'
