#!/usr/bin/env bash
# common.bash -- the shell that runs the recipes of these pipelines
#
#   make's SHELL: a recipe is a pipeline; it fails where any of its commands fails,
#   its stage (the variable STAGE of the target) is named before, its time after.
#   WHERE, if set, says in which of many like procedures that is. What it made (MADE) is
#   no older than what it was made from (FROM), whatever the clocks say. Asked to end, by
#   SIGTERM, SIGINT, SIGHUP or SIGUSR1, it ends all that it began, and waits for it:
#   train has a state to keep.

set -euo pipefail

# Numbers have a point and letters an order of their own in some languages: here, in the recipes
# and in all that they run, they are those of C.
export LC_ALL=C

here=$(cd "${BASH_SOURCE[0]%/*}" && pwd)
PATH=${PZ_BIN:-$here/../bin}:$PATH
export PATH

run() {
	local begun=$EPOCHREALTIME status=0 job

	say "== ${WHERE:+$WHERE: }${STAGE:-}"
	trap '[[ -n ${!-} ]] || exit 143; stop "$!"' TERM INT HUP USR1
	bash -euo pipefail -c "trap 'exit 143' TERM; $1" <&0 &
	job=$!
	while kill -0 "$job" 2>/dev/null; do
		status=0
		wait "$job" || status=$?
	done
	((status)) || say "   ${WHERE:+$WHERE: }${STAGE:-}: $(seconds_since "$begun") s"
	((status)) || not_before || true
	return $status
}

# Where nothing can be said (a full disk, a terminal that is gone), the stage goes on.
say() {
	[[ -z ${STAGE:-} ]] || printf '%s\n' "$1" >&2 || true
}

# The recipe's shell first: it waits for its pipeline, and begins no other.
stop() {
	kill -TERM "$1" 2>/dev/null || true
	# shellcheck disable=SC2046 # a word for each
	kill -TERM $(below "$1" || true) 2>/dev/null || true
}

# The processes that $1 has begun, by /proc or, where a system has none, by ps.
children() {
	if [[ -z ${PZ_OS_PLAIN:-} && -r /proc/self/status ]]; then
		grep -lsx "PPid:[[:space:]]*$1" /proc/[0-9]*/status | sed 's|/status$||; s|.*/||'
	else
		ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'
	fi
}

# The processes that $1 has begun, those that they have, and so on.
below() {
	local child

	children "$1" | while read -r child; do
		echo "$child"
		below "$child"
	done
}

# Seconds since $1, to a tenth.
seconds_since() {
	local micro=$((${EPOCHREALTIME/./} - ${1/./}))

	printf '%d.%d' $((micro / 1000000)) $((micro % 1000000 / 100000))
}

# A file made from one of a machine whose clock is ahead would be older than that, and made
# again and again: it gets the time of the latest of those that it was made from. (-c: a make that is
# asked to end may delete it meanwhile, and an empty file must not get its name.)
not_before() {
	local made from

	for made in ${MADE:-}; do
		[[ -f $made ]] || continue
		for from in ${FROM:-}; do
			[[ ! $from -nt $made || ! -f $from ]] || touch -c -r "$from" "$made"
		done
	done
}

# gnu NAME ARGUMENT...: a program as GNU has it. Where the system's own is another one, GNU's has a g
# before its name.
gnu() {
	if command -v "g$1" >/dev/null; then
		"g$1" "${@:2}"
	else
		"$@"
	fi
}

# What tells a file from any other, its name and place apart: size, time, and its end, where a
# stream has its hash.
identity() {
	local file

	for file; do
		[[ ! -f $file ]] || echo "$(gnu stat -L -c '%s %Y' "$file") $(tail -c 65536 "$file" | cksum)"
	done
}

# note FILE TEXT: a file of one text, written where it says another; it is then later than all
# that was made with the former text, also where the clock of some other machine was ahead.
# Several jobs of a cluster may write the same note at the same time, each under a name of its
# own first: that of its host and process, so that what a killed run left behind is known.
note() {
	local file=$1 text=$2 part=$1.$HOSTNAME-$BASHPID.part latest

	remove_left "$file"
	[[ ! -e $file || $(<"$file") != "$text" ]] || return 0
	mkdir -p "${file%/*}"
	printf '%s\n' "$text" >"$part"
	latest=$(gnu find "${file%/*}/.." -ignore_readdir_race -maxdepth 2 -type f -newer "$part" -printf '%T@\n' | sort -n | tail -n 1)
	[[ -z $latest ]] || gnu touch -d "@$((${latest%.*} + 1))" "$part"
	mv "$part" "$file"
}

# Half-written notes of processes of this host that run no more. (kill -0 would find one that is
# dead, but that its parent has not asked about yet.)
remove_left() {
	local part process state

	for part in "$1.$HOSTNAME-"*.part; do
		[[ -e $part ]] || continue
		process=${part##*-}
		process=${process%.part}
		state=$(ps -o stat= -p "$process" 2>/dev/null || true)
		if [[ $state == Z* ]] || ! kill -0 "$process" 2>/dev/null; then
			rm -f "$part"
		fi
	done
}

# is_of FILE FROM...: whether a file, if it is there, was made from these files as they are now,
# and with those of these words that are no files. Where it was not it goes, and what gets its
# name from here on counts as made from them.
is_of() {
	local file=$1 made='' word
	shift

	for word; do
		made+=$([[ -f $word ]] && identity "$word" || echo "$word")$'\n'
	done
	[[ ! -e $file.of || "$(<"$file.of")"$'\n' != "$made" ]] || return 0
	rm -f "$file"
	printf '%s' "$made" >"$file.of.part"
	mv "$file.of.part" "$file.of"
	return 1
}

# continue_from STATE EARLIER FILE...: readies the checkpoint of a run that learns from
# these files. One of a run that learned from others, or from these as they were, goes, as
# does the one before it; where there is none, that of an earlier run (if one is named) is
# where this one begins.
continue_from() {
	local state=$1 earlier=$2
	shift 2

	is_of "$state" "$@" || rm -f "$state.previous"
	if [[ -n $earlier && ! -e $state && ! -e $state.previous ]]; then
		cp "$earlier" "$state.part"
		mv "$state.part" "$state"
	fi
}

# download BASE FOLDER URL...: each BASE/PATH into FOLDER/PATH, where it appears when it is whole;
# what is there, or in FOLDER itself, is not asked for again.
download() {
	local base=$1 folder=$2 url path failed=0
	shift 2

	for url; do
		path=$folder/${url#"$base"/}
		[[ ! -e $path && ! -e $folder/${url##*/} ]] || continue
		mkdir -p "${path%/*}"
		if curl --fail --silent --show-error --location --retry 5 --output "$path.part" "$url"; then
			mv "$path.part" "$path"
		else
			echo "$url: not fetched" >&2
			failed=1
		fi
	done
	return "$failed"
}
export -f not_before gnu identity note remove_left is_of continue_from download

# as make calls it: common.bash -c 'pipeline'
if [[ ${1:-} == -c ]]; then
	run "$2"
fi
