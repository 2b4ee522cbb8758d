# shellcheck shell=sh disable=SC2154 # after traces.sh
# Changes nothing. The certificate that LUNs are gone from this blade: each place where they could have left something was
# looked at, and there is nothing. Exit status 0 only then; otherwise all that is left is told.
need_luns_arguments "$@"

traces=$(traces) || fail 'what is left could not be looked for'
note() { eval "left=\${$1_$2-} $1_$2=\${$1_$2-}\${left:+, }\$3"; }
for_each_line note "$traces"

certify() {
  what=$1 place=$2 all=
  for_each_lun gather
  printf '%s: %s\n' "$what" "${all:-none}"
}
gather() {
  eval "left=\${${place}_$lun-} told=\${told_$lun-}"
  [ -n "$left" ] || return 0
  all="$all${all:+, }$left"
  eval "told_$lun=\$told\${told:+, }\$what"
}

counted=0
for entry in "$root"/sys/bus/scsi/devices/*:*; do [ -e "$entry" ] && counted=$((counted + 1)); done
word_of "$root/proc/sys/kernel/hostname"
host=$word
heading() { printf 'certificate of %s: %s, %s, LUN %s\n' "$host" "$volume" "$wwid" "$lun"; }
for_each_lun heading
certify "SCSI device (of $counted)" devices
certify 'map or partition map' maps
certify 'link in /dev' links
for file in wwids bindings prkeys; do certify "line in /etc/multipath/$file" "$file"; done
certify 'entry in a configuration of multipath' configured
certify "entry in LVM's devices file" lvm
why=
complain() {
  eval "told=\${told_$lun-}"
  [ -z "$told" ] || why="$why${why:+$lf}$volume has left something on $host: $told"
}
for_each_lun complain
[ -z "$why" ] || fail "$why"
