# Completion of vnnlua for bash.
_vnnlua() {
  local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]} choices=
  if ((COMP_CWORD == 1)); then
    choices="help doctor list run new verify supports kernel --sandbox --help --version -e -i -l -v"
  elif [[ $command == run && $COMP_CWORD == 2 ]]; then
    choices=$("${COMP_WORDS[0]}" list --names 2>/dev/null)
  elif [[ $command == new && $COMP_CWORD == 2 ]]; then
    choices="policy experiment model workspace"
  elif [[ $command == help && $COMP_CWORD == 2 ]]; then
    choices=$("${COMP_WORDS[0]}" help --names 2>/dev/null)
  elif [[ $command == kernel ]]; then
    choices="--install --prefix --sandbox"
  elif [[ $word == --* ]]; then
    # A script's own options, as its help lists them.
    local script=("$command")
    [[ $command == run ]] && script+=("${COMP_WORDS[2]}")
    choices=$("${COMP_WORDS[0]}" "${script[@]}" --help 2>/dev/null </dev/null | grep -oE '^ +--[a-z][a-z-]*' | tr -d ' ')
  fi
  mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}
complete -o default -F _vnnlua vnnlua
