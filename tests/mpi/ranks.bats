#!/usr/bin/env bats
# ranks.bats -- train as several processes: the losses of one, the same bytes on all

bats_require_minimum_version 1.5.0
load ../tools/nets
load mpi

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	echo "$net" >small.net
	labelled 40 >stamps.pz
}

teardown() {
	[ -z "${mpirun:-}" ] || kill "$mpirun" 2>/dev/null || true
}

# What all runs share: 10 stamps a batch, which neither 3 nor 4 ranks part evenly.
options=(--net small.net -n 60 -b 10 --rate 1e-3 --drop 1 --every 10 -j 1 stamps.pz)

@test "sums: every rank has those in the order of the ranks, to the byte" {
	for n in 1 2 3; do
		run -0 ranks $n sums
		[ "$(grep -c "of $n: all sums are right" <<<"$output")" = $n ]
	done
}

@test "any number of ranks has the losses of one, and the same bytes on each" {
	train "${options[@]}" --valid stamps.pz --log 1.tsv -o 1.model
	ranks 1 train "${options[@]}" -o alone.model
	cmp 1.model alone.model
	for n in 2 3 4; do
		ranks $n train -v "${options[@]}" --valid stamps.pz --log $n.tsv -o $n.model 2>said
		curves_agree 1e-5 1.tsv $n.tsv
		# all parameters are compared at each line of the log
		[ "$(grep -c "$n ranks have the same parameters" said)" = 6 ]
		inspect --check $n.model
		ranks $n train "${options[@]}" -o again.model
		cmp $n.model again.model
	done
	run ! cmp -s 1.model 3.model # it is not the first rank that does all the work
}

@test "batch normalisation: over the whole batch, with statistics that are the same on each rank" {
	sed 's/ prelu/ norm prelu/' small.net >norm.net
	local normed=("${options[@]/small.net/norm.net}" --recipe modern --average 0.5 --valid stamps.pz)
	normed=("${normed[@]/--drop/--decay}")
	train "${normed[@]}" --log 1.tsv -o 1.model
	for n in 2 3; do
		ranks $n train -v "${normed[@]}" --log $n.tsv -o $n.model 2>said
		curves_agree 1e-4 1.tsv $n.tsv
		[ "$(grep -c "$n ranks have the same parameters" said)" = 6 ]
		ranks $n train "${normed[@]}" -o again.model
		cmp $n.model again.model
	done
}

@test "frozen: each rank keeps the features of its share" {
	train "${options[@]}" -o from.model
	local frozen=(--from from.model --freeze -n 200 -b 10 --rate 1e-3 --every 20 --valid stamps.pz stamps.pz)
	train "${frozen[@]}" --log 1.tsv -o 1.model
	ranks 3 train "${frozen[@]}" --log 3.tsv -o 3.model
	curves_agree 1e-5 1.tsv 3.tsv
	cmp <(tensors from.model trunk) <(tensors 3.model trunk)
}

@test "a resumed run of ranks gives the bytes of one that was not stopped" {
	local kept=("${options[@]}" --checkpoint run.state)
	ranks 3 train "${kept[@]}" -o whole.model
	rm run.state
	ranks 3 train "${kept[@]}" -n 30 -o part.model
	ranks 3 train "${kept[@]}" --resume --log log.tsv -o run.model
	cmp whole.model run.model
	# another number of ranks may go on: the same run, to rounding
	rm run.state
	ranks 3 train "${kept[@]}" -n 30 -o part.model
	ranks 2 train "${kept[@]}" --resume --log other.tsv -o other.model
	curves_agree 1e-5 log.tsv other.tsv
}

# Starts three ranks of a run that is too long, and waits for their first checkpoint.
long_run() {
	mpirun -n 3 train "${options[@]}" -n 1000000 --checkpoint run.state -o run.model 2>said &
	mpirun=$!
	for ((i = 0; i < 500; i++)); do
		[ ! -e run.state ] || break
		sleep 0.02
	done
	mapfile -t pids < <(pgrep -P "$mpirun" -x train)
	[ "${#pids[@]}" = 3 ]
}

stopped_well() {
	wait "$mpirun"
	[ ! -e run.model ]
	[ "$(grep -c 'run.state: stopped after iteration' said)" = 1 ]
	inspect --check run.state
}

@test "a signal stops all ranks at the same iteration, with a checkpoint to go on from" {
	long_run
	kill -USR1 "$mpirun" # which passes it on to all
	stopped_well
	for rank in 0 2; do
		rm run.state
		long_run
		kill -TERM "${pids[rank]}"
		stopped_well
	done
	at=$(inspect run.state | sed -n 's/^checkpoint.iteration *//p')
	ranks 3 train "${options[@]}" -n $((at + 20)) --checkpoint run.state --resume -o resumed.model
	ranks 3 train "${options[@]}" -n $((at + 20)) -o whole.model
	cmp whole.model resumed.model
}

@test "a rank that dies ends the job, with a message and no model" {
	for rank in 0 1; do
		rm -f run.state
		long_run
		kill -KILL "${pids[rank]}"
		status=0
		wait "$mpirun" || status=$?
		[ "$status" = 137 ]
		grep -q 'exited on signal 9' said
		[ ! -e run.model ]
		inspect --check run.state # to go on from
		! pgrep -P "$mpirun"
	done
}

# says_once STATUS TEXT COMMAND...: all end, one of them says why (besides what rank 0 says of
# the run before its first iteration and after it)
says_once() {
	fails_with "$@"
	[ "$(grep '^train: ' "$BATS_TEST_TMPDIR/stderr" | grep -cvE ' parameters, |: expected to take ')" = 1 ]
}

@test "what is wrong is said once, and all ranks end with its status" {
	local run=("${options[@]::${#options[@]}-1}") frozen=(--from from.model --freeze -n 9 -b 4 --memory 0 stamps.pz -o x.model)
	labelled 40 'r["img"] = [1e30] * 128' >huge.pz
	says_once 4 "train: stamps.pz: expected a stream of model" ranks 3 train --from stamps.pz -n 1 stamps.pz
	says_once 1 "train: none.pz: No such file" ranks 2 train "${run[@]}" none.pz
	says_once 1 "train: /dev/full: cannot write" ranks 2 train "${options[@]}" -o /dev/full
	says_once 1 "expected a stamp for each of 3 ranks" ranks 3 train "${options[@]}" -b 2 -o x.model
	says_once 1 "the loss is" ranks 2 train "${run[@]}" --rate 10 -o x.model huge.pz
	train "${options[@]}" -o from.model
	says_once 1 "rank 1: " mpirun -n 1 train "${frozen[@]}" : -n 1 -x TMPDIR=/nowhere train "${frozen[@]}"
	grep -q 'train: rank 1: .*/nowhere' "$BATS_TEST_TMPDIR/stderr"
	[ ! -e x.model ]
}

@test "ranks that are not about to do the same are refused" {
	local run=(-o x.model "${options[@]::${#options[@]}-1}")
	labelled 40 'r["ebv"] = 0' >others.pz
	says_once 1 "rank 1 and rank 0 have different parameters" \
		mpirun -n 1 train "${run[@]}" stamps.pz : -n 1 train "${run[@]}" --seed 2 stamps.pz
	says_once 1 "rank 2 and rank 0 have different stamps or labels" \
		mpirun -n 2 train "${run[@]}" stamps.pz : -n 1 train "${run[@]}" others.pz
	says_once 1 "rank 1 and rank 0 have different options" \
		mpirun -n 1 train "${run[@]}" stamps.pz : -n 1 train "${run[@]}" --rate 1e-5 stamps.pz
}

@test "what the ranks cannot each read is refused" {
	says_once 2 "stdin: expected a file that each of 2 ranks can read" ranks 2 train --net small.net -n 1 <stamps.pz
	mkfifo pipe
	says_once 2 "pipe: expected a file" ranks 2 train --net small.net -n 1 pipe
	says_once 2 "pipe: expected a file" ranks 2 train --net small.net -n 1 --valid pipe stamps.pz
}
