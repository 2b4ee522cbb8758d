# shellcheck shell=sh disable=SC2154 # after domain.sh
# Takes a disable-autostart back.
need_domain_arguments "$@"
answer=$(libvirt 30 autostart "$uuid" 2>&1) || fail "autostart can't be turned on: $(reason "$answer")"
[ "$(info Autostart)" = enable ] || fail "$name does not start by itself"
printf '%s %s starts by itself again\n' "$name" "$uuid"
