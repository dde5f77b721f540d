#!/usr/bin/env bats
# systems.bats -- what differs between systems: packages, workflows, processes without /proc

load needs

setup() {
	bats_require_minimum_version 1.5.0
	root=$BATS_TEST_DIRNAME/../..
	dir=$BATS_TEST_TMPDIR
}

# A folder of programs in which the only package manager is a false one: it says that it has the
# packages named in $dir/have, and notes what it is asked to install.
false_manager() {
	local name=$1 program
	shift

	mkdir -p "$dir/bin"
	for program in bash env cat grep sed; do
		ln -sf "$(command -v "$program")" "$dir/bin/$program"
	done
	printf '%s\n' "$@" >"$dir/have"
	cat >"$dir/bin/$name" <<-END
		#!$dir/bin/bash
		case "\$1 \$2" in
		"install "* | "add "*) echo "\$0 \$*" >>"$dir/asked" ;;
		"info -e" | "list --versions" | "-q --whatprovides") grep -qxF -- "\$3" "$dir/have" ;;
		--prefix*) echo /opt/homebrew ;;
		update*) : ;;
		-W*) sed "s/^/installed /" "$dir/have" ;;
		*) echo "not known: \$*" >&2; exit 9 ;;
		esac
	END
	printf '#!%s\nexec "$@"\n' "$dir/bin/bash" >"$dir/bin/sudo"
	chmod +x "$dir/bin/$name" "$dir/bin/sudo"
}

set_up() {
	run -"$1" --separate-stderr env PATH="$dir/bin" "$dir/bin/bash" "$root/tests/setup"
}

@test "setup installs on Debian what is missing, and nothing twice" {
	false_manager apt-get gcc make libcfitsio-dev
	cp "$dir/bin/apt-get" "$dir/bin/dpkg-query"
	set_up 0
	grep -q 'apt-get install .*wcslib-dev.* libcmocka-dev' "$dir/asked"
	run ! grep -qE ' (gcc|make|libcfitsio-dev)( |$)' "$dir/asked"
	sed -E 's/.*recommends //; s/ /\n/g' "$dir/asked" >>"$dir/have"
	rm "$dir/asked"
	set_up 0
	[[ -z $output && -z $stderr && ! -e $dir/asked ]]
}

@test "setup installs on Fedora what is missing, and nothing twice" {
	false_manager dnf gcc 'pkgconfig(wcslib)'
	ln -s "$dir/bin/dnf" "$dir/bin/rpm"
	set_up 0
	grep -qF 'dnf install -y -q --setopt=install_weak_deps=False make bash pkgconfig(cfitsio) pkgconfig(openblas)' "$dir/asked"
	sed -E 's/.*False //; s/ /\n/g' "$dir/asked" >>"$dir/have"
	rm "$dir/asked"
	set_up 0
	[[ -z $output && -z $stderr && ! -e $dir/asked ]]
}

@test "setup installs on Alpine what is missing, and nothing twice" {
	false_manager apk gcc make
	set_up 0
	grep -q 'apk add -q bash musl-dev linux-headers .*msgpack-c-dev' "$dir/asked"
	sed -E 's/.*-q //; s/ /\n/g' "$dir/asked" >>"$dir/have"
	rm "$dir/asked"
	set_up 0
	[[ -z $output && -z $stderr && ! -e $dir/asked ]]
}

@test "setup installs on macOS what is missing, says how to build, and does nothing twice" {
	false_manager brew make bash
	set_up 0
	grep -q 'brew install -q pkgconf cfitsio wcslib openblas' "$dir/asked"
	[[ $stderr == *'PKG_CONFIG_PATH=/opt/homebrew/opt/openblas/lib/pkgconfig'* ]]
	sed -E 's/.*-q //; s/ /\n/g' "$dir/asked" >>"$dir/have"
	rm "$dir/asked"
	set_up 0
	[[ -z $output && -z $stderr && ! -e $dir/asked ]]
}

@test "setup lists what to install where it knows no package manager" {
	false_manager unknown
	set_up 1
	[[ $stderr == *'please install'* && $stderr == *libcfitsio-dev* ]]
}

@test "every system that setup knows has a workflow, and each workflow is valid YAML with steps" {
	need_python yaml
	cd "$root/.github/workflows"
	/usr/bin/python3 - ./*.yml <<-'END'
		import sys, yaml
		systems = ""
		for name in sys.argv[1:]:
		    flow = yaml.safe_load(open(name))
		    # "on" is a truth value in YAML
		    assert "./" + flow["name"] + ".yml" == name and (True in flow or "on" in flow), name
		    assert flow["permissions"] == {"contents": "read"}, name
		    for title, job in flow["jobs"].items():
		        assert job["runs-on"] and job["timeout-minutes"] > 0, (name, title)
		        assert all(set(step) & {"run", "uses"} for step in job["steps"]), (name, title)
		        steps = " ".join(step.get("run", "") for step in job["steps"])
		        assert "make" in steps and any("checkout" in step.get("uses", "") for step in job["steps"]), (name, title)
		        systems += str(job)
		for word in ("debian:", "fedora:", "alpine:", "macos-", "-arm", "gcc", "clang", "address,undefined", "thread", "check-long"):
		    assert word in systems, word
	END
}

@test "the processes that one has begun are found by /proc and by ps alike" {
	command -v ps >/dev/null || skip "no ps"
	cd "$root"
	bash -c 'sleep 60 & echo $! >"$0/inner.part"; mv "$0/inner.part" "$0/inner"; wait' "$dir" 3>&- &
	outer=$!
	for ((i = 0; i < 200; i++)); do
		[[ ! -e $dir/inner ]] || break
		sleep 0.05
	done
	inner=$(<"$dir/inner")
	for plain in '' yes; do
		# shellcheck disable=SC2016 # for the inner shell
		run -0 env PZ_OS_PLAIN=$plain bash -c '. pipelines/common.bash; below "$0" || true' "$outer"
		[[ $output == "$inner" ]]
	done
	kill "$inner"
}
