#!/usr/bin/env bats
# namespaces.bats -- ranks that have nothing in common but a network: two network namespaces
# of this machine, joined by a cable of their own; nothing leaves it

bats_require_minimum_version 1.5.0
load ../tools/nets
load mpi

setup_file() {
	export NEAR=pz-near-$$ FAR=pz-far-$$
	# bats 1.8 cannot skip here: setup does
	((EUID == 0)) && ip netns add "$NEAR" 2>/dev/null || return 0
	ip netns add "$FAR"
	ip link add "pz0-$$" netns "$NEAR" type veth peer name "pz1-$$" netns "$FAR"
	cable "$NEAR" "pz0-$$" 192.0.2.1
	cable "$FAR" "pz1-$$" 192.0.2.2
}

# An end of the cable; the addresses are those that are kept for examples.
cable() {
	ip -n "$1" address add "$3/24" dev "$2"
	ip -n "$1" link set "$2" up
	ip -n "$1" link set lo up
}

teardown_file() {
	ip netns delete "$NEAR" 2>/dev/null || true
	ip netns delete "$FAR" 2>/dev/null || true
}

setup() {
	((EUID == 0)) || skip "not root"
	command -v ip >/dev/null || skip "no ip (iproute2)"
	[ -e "/run/netns/$FAR" ] || skip "network namespaces are not allowed"
	cd "$BATS_TEST_TMPDIR" || return
	# what takes mpirun's place for ssh: agent HOST COMMAND
	cat >agent <<-'END'
		#!/bin/sh
		[ "$1" = 192.0.2.2 ] || exit 1
		shift
		exec ip netns exec "$FAR" sh -c "$*"
	END
	chmod +x agent
	echo "$net" >small.net
	labelled 40 >stamps.pz
	export OMPI_MCA_btl=self,tcp OMPI_MCA_btl_tcp_if_include=192.0.2.0/24 OMPI_MCA_oob_tcp_if_include=192.0.2.0/24
}

# apart COMMAND...: two ranks here and one there
apart() {
	ip netns exec "$NEAR" mpirun --mca plm_rsh_agent "$PWD/agent" --mca plm rsh \
		--host 192.0.2.1:2,192.0.2.2:1 -x PATH -n 3 "$@"
}

options=(--net small.net -n 60 -b 10 --rate 1e-3 --drop 1 --every 10 -j 1 stamps.pz)

@test "ranks in two network namespaces: the losses of one, the bytes of ranks on one machine" {
	train "${options[@]}" --log one.tsv -o one.model
	apart train "${options[@]}" --log apart.tsv -o apart.model
	curves_agree 1e-5 one.tsv apart.tsv
	OMPI_MCA_btl=self,vader OMPI_MCA_oob_tcp_if_include=lo ranks 3 train "${options[@]}" -o near.model
	cmp near.model apart.model
	run -0 apart sums
	[ "$(grep -c 'of 3: all sums are right' <<<"$output")" = 3 ]
}

@test "a machine that dies ends the job, with a message and no model" {
	apart train "${options[@]}" -n 10000000 --checkpoint run.state -o run.model 2>said &
	local job=$!
	for ((i = 0; i < 1000; i++)); do
		[ ! -e run.state ] || break
		sleep 0.02
	done
	mapfile -t far < <(ip netns pids "$FAR")
	[ "${#far[@]}" -gt 0 ]
	kill -KILL "${far[@]}"
	local status=0
	wait $job || status=$?
	[ "$status" -ne 0 ]
	[ -s said ]
	[ ! -e run.model ]
	inspect --check run.state
}
