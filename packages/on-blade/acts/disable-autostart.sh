# shellcheck shell=sh disable=SC2154 # after domain.sh
# A domain no longer starts with the host: where it may run, only proofs decide.
need_domain_arguments "$@"
answer=$(libvirt 30 autostart --disable "$uuid" 2>&1) || fail "autostart can't be turned off: $(reason "$answer")"
[ "$(info Autostart)" = disable ] || fail "$name still starts by itself"
printf '%s %s no longer starts by itself\n' "$name" "$uuid"
