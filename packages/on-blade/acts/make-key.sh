# shellcheck shell=sh # after trust.sh
# FLEET: a key pair by which this blade logs in at others of its fleet, where there is none yet; says its public half.
if [ ! -f "$root$key" ]; then
  ssh_directory || fail "$root/root/.ssh can not be made"
  # one whose writing was cut off has no public half under its name
  rm -f "$root$key.new" "$root$key.new.pub"
  ssh-keygen -q -t ed25519 -N '' -C "$mark$(cat "$root/proc/sys/kernel/hostname")" -f "$root$key.new" </dev/null >&2 || fail 'ssh-keygen made no key'
  mv "$root$key.new.pub" "$root$key.pub" && mv "$root$key.new" "$root$key" || fail "$key can not be put in place"
  sync "$root$key" "$root$key.pub" "$root/root/.ssh" 2>/dev/null || sync
fi
read -r type public _ <"$root$key.pub" || fail "$key.pub can not be read"
printf '%s is there\nkey %s %s\n' "$key" "$type" "$public"
