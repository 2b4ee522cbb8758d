/**
 * What a shell evaluates to complete `anyblade`. It calls the very program that printed it, by its path: an alias or a
 * script of that name stands between otherwise, and costs time at each key press.
 */

/** `program`: the words that start it, such as node and its main file. */
export function script(shell: 'bash' | 'zsh' | 'fish', program: readonly string[]): string {
  const call = `${program.map(shell === 'fish' ? fishWord : shWord).join(' ')} complete --`
  return { bash, zsh, fish }[shell](call)
}

const shWord = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
const fishWord = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`

/** Without a proposal each shell completes file names, as for any other command. */
const bash = (call: string): string => `# bash: source <(anyblade completion bash)
_anyblade() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(${call} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _anyblade anyblade
`

const zsh = (call: string): string => `# zsh: source <(anyblade completion zsh)
_anyblade() {
  local line
  local -a proposals
  while IFS= read -r line; do
    proposals+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <(${call} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#proposals} )); then _describe -V anyblade proposals; else _files; fi
}
compdef _anyblade anyblade
`

const fish = (call: string): string => `# fish: anyblade completion fish | source
function __anyblade_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l proposals (${call} $words[2..-1] 2>/dev/null)
  if test (count $proposals) -gt 0
    printf '%s\\n' $proposals
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c anyblade -e
complete -c anyblade -f -k -a '(__anyblade_complete)'
`
