# shellcheck shell=sh # the last part of the wrapper
# What it can be told; see its head.
verb=${1-}
[ $# -eq 0 ] || shift
case $verb in
  lease | renew | release | abort | act | note | list | show | carry) "$verb" "$@" ;;
  *) die 64 "no such verb: $verb" ;;
esac
