# nets.bash -- what the tests of train and predict share: a small network, learnable stamps
#
#   labelled COUNT [EDIT]     stamps of 8 pixels squared with hard labels, five bins, 3 channels

load "${BASH_SOURCE[0]%/*}/samples"

# shellcheck disable=SC2034 # for those who load this
net='conv 3x3 6 prelu
pool
flatten
ebv
dense 24 relu'

learned_header='{"kind": "stamps", "bands": ["g", "r"], "size": 8, "pixel": "f4", "stretch": "sqrt",
	"divide": 1, "labels": "channels", "survey": "sdss",
	"grid": {"target": "z", "min": 0, "max": 0.4, "bins": 5, "left": 0, "right": 0},
	"rows": {"mag": "r", "min": 15.5, "width": 0.5, "channels": 3}, "telescope": "2.5 m"}'

# Records as JSON; EDIT is Python that may change record r of number i.
learned_records() {
	/usr/bin/python3 - "$@" <<-'EOF'
	import json, random, sys

	for i in range(int(sys.argv[1])):
	    random.seed(i)
	    r = {"id": 100 + i, "z": 0.4 * (i % 5 + 0.5) / 5, "ebv": round(0.1 * random.random(), 4),
	         "img": [round(random.gauss(0, 1), 4) for _ in range(128)], "note": f"n{i}",
	         "label": [[i % 3, i % 5, 0]] if i % 2 else [[i % 2, i % 5, 0], [i % 2 + 1, i % 5, 0]]}
	    exec(sys.argv[2] if len(sys.argv) > 2 else "")
	    print(json.dumps(r))
	EOF
}

labelled() { learned_records "$@" | make_stream "$learned_header"; }

# The header with a Python change to h.
changed_header() {
	/usr/bin/python3 -c "
import json, sys
h = json.loads(sys.argv[1])
exec(sys.argv[2])
print(json.dumps(h))" "$learned_header" "$1"
}

# quick OPTIONS...: trains a few iterations of the small network
quick() { train --net small.net -n 12 -b 4 --rate 1e-3 --every 3 "$@"; }

# A tensor of a model as hexadecimal, or all of a role.
tensors() {
	/usr/bin/python3 - "$@" <<-'EOF'
	import sys, msgpack

	for r in msgpack.Unpacker(open(sys.argv[1], "rb"), max_buffer_size=0):
	    if r.get("role") == sys.argv[2] and "moment" not in r:
	        print(r["name"], r["shape"], r["data"].hex())
	EOF
}
