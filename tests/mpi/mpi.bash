# shellcheck shell=bash
# mpi.bash -- ranks on this machine, whoever we are and however many cores there are

export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
# Traffic stays on this machine.
export OMPI_MCA_btl=self,vader OMPI_MCA_oob_tcp_if_include=lo
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none

# ranks N COMMAND...
ranks() {
	local n=$1
	shift

	mpirun -n "$n" "$@"
}

# curves_agree BOUND A B: the losses of two logs, line by line, relative
curves_agree() {
	/usr/bin/python3 - "$@" <<-'END'
		import csv, sys
		bound, names = float(sys.argv[1]), sys.argv[2:]
		a, b = (list(csv.DictReader(open(n), delimiter="\t")) for n in names)
		assert len(a) == len(b) > 2, (len(a), len(b))
		off = 0
		for x, y in zip(a, b):
		    assert [x[k] for k in ("iteration", "seen", "rate")] == [y[k] for k in ("iteration", "seen", "rate")]
		    off = max([off] + [abs(float(x[k]) / float(y[k]) - 1) for k in ("loss", "valid_loss") if x[k]])
		print(f"# losses of {names[1]} differ from those of {names[0]} by {off:.1e} at most", file=sys.stderr)
		assert off < bound, off
	END
}
