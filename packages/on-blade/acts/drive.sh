# shellcheck shell=sh disable=SC2154 # after domain.sh
# What lies in a drive of a domain: UUID NAME DRIVE FILE. A domain that is active has it twice, as it runs and as it is
# defined, and both must go where it goes.

need_drive() {
  need_domain_arguments "$@"
  drive=${3-} medium=${4-}
  case $drive in '' | *[!a-z0-9]*) fail "not a drive: ${drive:-nothing}" ;; esac
  case $medium in /*) ;; *) fail "not a file: ${medium:-nothing}" ;; esac
  now=$(state) || exit 1
  ways=
  case $now in absent) ;; 'shut off' | crashed) ways=--config ;; *) ways=--live ;; esac
  [ "$ways" != --live ] || [ "$(info Persistent)" != yes ] || ways='--live --config'
}

# $1 --live or --config: the file in it, `-` where it is empty
lies_in() {
  case $1 in --live) set -- ;; *) set -- --inactive ;; esac
  found=$(libvirt 30 domblklist "$@" "$uuid" 2>/dev/null | sed -n "s/^ *$drive  *//p")
  [ -n "$found" ] || fail "$name has no drive $drive"
  printf '%s\n' "$found"
}
