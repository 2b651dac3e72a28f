# Output of the scripts: colour on a terminal, plain text in a pipe or with NO_COLOR. Sourced, not run.
# shellcheck shell=bash
# The colours are for the scripts that source this file.
# shellcheck disable=SC2034
if [[ -t 1 && -z "${NO_COLOR:-}" && "${TERM:-dumb}" != dumb ]]; then
  bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' cyan=$'\e[36m' plain=$'\e[0m'
  on_terminal=1
else
  bold='' dim='' red='' green='' cyan='' plain=''
  on_terminal=0
fi

# A heading before each step.
step() { printf '\n%s==>%s %s%s%s\n' "$cyan" "$plain" "$bold" "$*" "$plain"; }
say() { printf '    %s\n' "$*"; }

# Prints one line on stderr and exits with the status: 1 failed, 2 wrong usage.
die() {
  local status=$1
  shift
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit "$status"
}

# Prints the script's head comment, up to its first line that is no comment. Scripts run in the repository's root.
usage() { sed -n '2,/^\([^#]\|$\)/{/^#/{s/^# \{0,1\}//;p;}}' "tools/${0##*/}"; }
