#compdef vnnlua
# Completion of vnnlua for zsh.
_vnnlua() {
  local -a choices
  if ((CURRENT == 2)); then
    choices=(
      'help:explains a topic' 'doctor:looks for libraries, solvers and data' 'list:scripts that came with vnnlua'
      'run:runs one of those' 'new:writes a file to start from' 'verify:decides a VNN-LIB query'
      'supports:which queries that takes' 'kernel:notebooks in Lua for Jupyter'
    )
    _describe -t commands command choices
    _files -g '*.lua'
    return
  fi
  case $words[2]:$CURRENT in
  run:3) choices=(${(f)"$(_call_program scripts $words[1] list --names 2>/dev/null)"}) ;;
  new:3) choices=(policy experiment model workspace) ;;
  kernel:*) choices=(--install --prefix --sandbox) ;;
  help:3) choices=(${(f)"$(_call_program topics $words[1] help --names 2>/dev/null)"}) ;;
  *) _files; return ;;
  esac
  compadd -a choices
}
_vnnlua "$@"
