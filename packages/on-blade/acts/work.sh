# shellcheck shell=sh
# What acts of an operator's own work on this blade share. His command is text that goes to one shell, and nowhere else.
export LC_ALL=C
root=${ANYBLADE_ROOT-}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# Guests that are here are not to be met by what comes: whoever started them, and those that land at this very moment.
need_empty() {
  for entry in "$root"/proc/[0-9]*; do
    name=
    read -r name 2>/dev/null <"$entry/comm"
    case $name in
      qemu-system-* | qemu-kvm | kvm) fail "$name runs here as process ${entry##*/}: this blade is not empty, nothing was begun" ;;
    esac
  done
}
