#!/usr/bin/env bash
# common.bash -- the shell that runs the recipes of these pipelines
#
#   make's SHELL: a recipe is a pipeline; it fails where any of its commands fails,
#   its stage (the variable STAGE of the target) is named before, its time after.

set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
PATH=${PZ_BIN:-$here/../bin}:$PATH
export PATH

run() {
	local begun=$EPOCHREALTIME status=0

	[[ -z ${STAGE:-} ]] || printf '== %s\n' "$STAGE" >&2
	bash -euo pipefail -c "$1" || status=$?
	[[ -z ${STAGE:-} ]] || ((status)) || took "$begun"
	return $status
}

# Seconds since $1, to a tenth.
took() {
	local micro=$((${EPOCHREALTIME/./} - ${1/./}))

	printf '   %s: %d.%d s\n' "$STAGE" $((micro / 1000000)) $((micro % 1000000 / 100000)) >&2
}

# as make calls it: common.bash -c 'pipeline'
if [[ ${1:-} == -c ]]; then
	run "$2"
fi
