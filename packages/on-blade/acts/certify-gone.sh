# shellcheck shell=sh disable=SC2154 # after traces.sh
# Changes nothing. The certificate that a LUN is gone from this blade: each place where it could have left something was
# looked at, and there is nothing. Exit status 0 only then; otherwise all that is left is told.
need_lun_arguments "$@"

told=
certify() {
  what=$1
  shift
  left=$("$@")
  if [ -z "$left" ]; then
    printf '%s: none\n' "$what"
  else
    printf '%s: %s\n' "$what" "$(printf '%s\n' "$left" | tr '\n' ',' | sed 's/,$//; s/,/, /g')"
    told="$told, $what"
  fi
}

counted=0
for entry in "$root"/sys/bus/scsi/devices/*:*; do [ -e "$entry" ] && counted=$((counted + 1)); done
host=$(value "$root/proc/sys/kernel/hostname")
printf 'certificate of %s: %s, %s, LUN %s\n' "$host" "$volume" "$wwid" "$lun"
certify "SCSI device (of $counted)" devices_left
certify 'map or partition map' maps_left
certify 'link in /dev' links_left
for file in wwids bindings prkeys; do certify "line in /etc/multipath/$file" lines_left "$root/etc/multipath/$file"; done
certify 'entry in a configuration of multipath' configured
certify "entry in LVM's devices file" lvm_left
[ -z "$told" ] || fail "$volume has left something on $host: ${told#, }"
