# shellcheck shell=bash
# cluster.bash -- a cluster of Slurm's own daemons on this machine, for the length of a test
#
#   need_slurm            skips where it is not installed, or we are not root; not in setup_file
#   cluster_up DIR        two nodes of two cores (one, where slurmd has no -N), in DIR
#   cluster_down
#
# Everything listens on the loopback address only, with a key made for the occasion.

# What is missing of it.
lacking_slurm() {
	local program

	((EUID == 0)) || echo "not root"
	for program in slurmctld slurmd sbatch srun munged; do
		command -v $program >/dev/null || echo "no $program"
	done
}

need_slurm() {
	local lacking

	lacking=$(lacking_slurm | head -n 1)
	[ -z "$lacking" ] || skip "$lacking"
}

# A port that nobody has, from $1 on.
free_port() {
	local port=$1

	while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
		((port++))
	done
	echo "$port"
}

# wait_until SECONDS COMMAND...
wait_until() {
	local end=$((SECONDS + $1))
	shift

	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || return 1
		sleep 0.2
	done
}

cluster_up() {
	cluster=$1
	mkdir -p "$cluster"/{state,spool.n1,spool.n2,tmp.n1,tmp.n2}
	chmod 700 "$cluster"
	head -c 1024 /dev/urandom >"$cluster/key"
	chmod 600 "$cluster/key"
	munged --force --socket="$cluster/munge" --key-file="$cluster/key" --pid-file="$cluster/munged.pid" \
		--log-file="$cluster/munged.log" --seed-file="$cluster/munged.seed"
	local port
	port=$(free_port $((20000 + RANDOM % 10000)))
	cat >"$cluster/slurm.conf" <<-END
		ClusterName=test
		SlurmctldHost=$(hostname -s)(127.0.0.1)
		SlurmctldPort=$port
		SlurmUser=root
		SlurmdUser=root
		AuthType=auth/munge
		CredType=cred/munge
		AuthInfo=socket=$cluster/munge,cred_expire=5
		MpiDefault=none
		ProctrackType=proctrack/linuxproc
		TaskPlugin=task/none
		SelectType=select/cons_tres
		SelectTypeParameters=CR_Core
		SchedulerParameters=sched_interval=2,batch_sched_delay=0
		SlurmdParameters=config_overrides
		ReturnToService=2
		KillWait=10
		MinJobAge=3600
		TmpFS=$cluster/tmp.%n
		StateSaveLocation=$cluster/state
		SlurmdSpoolDir=$cluster/spool.%n
		SlurmctldPidFile=$cluster/slurmctld.pid
		SlurmdPidFile=$cluster/slurmd.%n.pid
		SlurmctldLogFile=$cluster/slurmctld.log
		SlurmdLogFile=$cluster/slurmd.%n.log
		NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 RealMemory=4000
		NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 RealMemory=4000
		PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
	END
	export SLURM_CONF=$cluster/slurm.conf
	slurmctld
	slurmd -N n1
	slurmd -N n2
	wait_until 60 idle_nodes 2
}

idle_nodes() { [ "$(sinfo -h -N -t idle | wc -l)" = "$1" ]; }

# Ends what cluster_up began, by the numbers that it wrote down.
cluster_down() {
	local file

	[ -n "${cluster:-}" ] || return 0
	scancel --user=root 2>/dev/null || true
	for file in "$cluster"/slurmd.*.pid "$cluster"/slurmctld.pid "$cluster"/munged.pid; do
		[ ! -e "$file" ] || kill "$(<"$file")" 2>/dev/null || true
	done
}
