# shellcheck shell=sh # after trust.sh
# FLEET: that key pair goes.
rm -f "$root$key" "$root$key.pub" "$root$key.new" "$root$key.new.pub"
[ ! -e "$root$key" ] && [ ! -e "$root$key.pub" ] || fail "$key is still there"
printf '%s is gone\n' "$key"
