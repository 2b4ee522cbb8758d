# shellcheck shell=sh disable=SC2154 # a part of probe.sh: its functions and $root are in effect when this is called
# How puppet's agent stands here, by puppet's own word; it takes a second or two. Reads only.

agent() {
  section agent
  PATH=$PATH:/opt/puppetlabs/bin
  if ! command -v puppet >/dev/null 2>&1; then
    end agent 'refused puppet is not installed'
    return
  fi
  said=$(timeout -k 2 30 puppet config print --section agent certname noop agent_disabled_lockfile 2>/dev/null </dev/null)
  state=$?
  printf '|version\t%s\n' "$(timeout -k 2 30 puppet --version 2>/dev/null </dev/null | head -n 1 | encoded)"
  lines "$said" | while IFS= read -r one; do
    one=${one#?}
    case $one in *' = '*) ;; *) continue ;; esac
    printf '|%s\t%s\n' "${one%% = *}" "$(printf %s "${one#* = }" | encoded)"
    case $one in 'agent_disabled_lockfile = '*) disabling "${one#* = }" ;; esac
  done
  end agent "$(ending $state)"
}

# a file of JSON with somebody's reason; it counts though it holds none
disabling() { [ ! -e "$1" ] || printf '|disabled\t%s\n' "$(head -c 4096 "$1" 2>/dev/null | encoded)"; }
