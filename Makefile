# pzpipe -- photometric redshifts from galaxy images
#
#   make setup     installs the Debian packages that are missing; nothing to do if none is
#   make           builds the tools into bin/
#   make check     runs all tests; check-long: also those that take more than minutes
#   make check-mpi tests of several processes (mpirun) and of jobs (Slurm); tests/setup long installs both
#   make coverage  lines and branches of lib/ and tools/ that the tests reach, by folder; TESTS= runs some
#   make mutants   changes of the code that no test notices; MUTANTS=200 or EACH=20, SEED=1 FILES=lib/stats
#   make demo      simulated sky to figure; SEED=2 OUT=dir SMALL=1 ENSEMBLE=3
#   make science   the demo on three skies, and whether the results are within their limits
#   make experiment-NAME   an experiment of the article, on the simulated sky or a survey's stamps
#   make install   DESTDIR= PREFIX= PROGRAM_PREFIX=; make uninstall removes what it installed
#   make deb       a Debian package of this tree, in build/; make dist: its source
#   make lint      form and small faults, by the checkers that are installed
#   make bench     speed, compared with PyTorch, ONNX Runtime, cat, astropy, scipy; BENCH_ONLY=nn,onnx,filters,arrays,cutout,memory,knn,ranks
#   make bench-layers the time of each layer of a network, beside its limit; NETS='P T'
#   make bench-threads how far networks would scale with cores; RUNS="'P 32 train'"
#   make bench-size   memory and time of every tool on 600,000 galaxies; SIZE_GALAXIES=60000
#   make fuzz      hostile input, FUZZ_SECONDS=20 for each kind (clang); check-valgrind: memory
#
# You may set CC, CFLAGS, CPPFLAGS, LDFLAGS, SAN=address,undefined, MPI=1, WERROR=1 and V=1 on the
# command line or, to keep them, in config.mak. Changing them triggers a rebuild.

-include config.mak

comma := ,

CC             ?= cc
# Not -O2: the engine leaves vectorising to the compiler, and is three times slower then.
CFLAGS         ?= $(if $(SAN)$(COVERAGE),-O1,-O3) -g
PKG_CONFIG     ?= pkg-config
PREFIX         ?= /usr/local
PROGRAM_PREFIX ?= pz-
VERSION        := 0.2.0

# Asked once, and not before something is compiled: make setup may have to bring pkg-config.
asked       = $(eval $1 := $2)$($1)
MSGPACK     = $(call asked,MSGPACK,$(shell $(PKG_CONFIG) --exists msgpack-c && echo msgpack-c || echo msgpack))
# Debian's own build; hdf5 elsewhere.
HDF5        = $(call asked,HDF5,$(shell $(PKG_CONFIG) --exists hdf5-serial && echo hdf5-serial || echo hdf5))
PKGS        = cfitsio wcslib libpng openblas $(MSGPACK) jansson libxxhash libzip $(HDF5)
PKG_CFLAGS  = $(call asked,PKG_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(PKGS)))
PKG_LIBS    = $(call asked,PKG_LIBS,$(shell $(PKG_CONFIG) --libs $(PKGS)))

WARN     := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wpointer-arith -Wno-missing-field-initializers -Werror=format-security
COUNTING := $(if $(COVERAGE),--coverage -fprofile-update=atomic)
SANITIZE := $(COUNTING) $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)

# Hardening: what this compiler has of it for this machine; fortified functions only where the
# compiler optimises, no sanitizer looks after them itself and you ask for no other level.
known     = $(shell $(CC) -Werror $1 -fsyntax-only -x c /dev/null 2>/dev/null && echo $1)
HARDEN    = $(call asked,HARDEN,$(foreach flag,-fPIE -fstack-protector-strong -fstack-clash-protection \
            -fcf-protection -mbranch-protection=standard,$(call known,$(flag))))
# Likewise of the linker, and of the archiver, whose D leaves out when an object was made.
in_scratch = $(shell scratch=$$(mktemp -d) && cd "$$scratch" && echo 'int main(void) { return 0; }' >a.c && \
            { $1; } >/dev/null 2>&1 && echo '$2'; rm -rf "$$scratch")
links     = $(call in_scratch,$(CC) -fPIE $1 a.c,$1)
LINKED    = $(call asked,LINKED,$(call links,-pie) $(foreach flag,-z$(comma)relro -z$(comma)now \
            -z$(comma)noexecstack --as-needed,$(call links,-Wl$(comma)$(flag))))
AR_D      = $(call asked,AR_D,$(call in_scratch,$(AR) Drcs a.a a.c,D))
OPTIMISED = $(filter-out -O0,$(filter -O%,$(CFLAGS)))
FORTIFY   = $(if $(SAN)$(findstring _FORTIFY_SOURCE,$(CPPFLAGS) $(CFLAGS)),,$(if $(OPTIMISED),-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3))

# Ours are kept apart from CFLAGS, which the command line may replace.
# No contraction: a*b+c rounds the same in every build (kernels ask for fma by name).
# Nobody reads errno or traps of arithmetic: loops with sqrtf or a choice vectorise.
# Nothing made depends on the directory it is made in.
ALL_CPPFLAGS = -D_GNU_SOURCE -DPZ_VERSION='"$(VERSION)"' -Iinclude $(PKG_CFLAGS) $(FORTIFY) $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 -pthread -ffp-contract=off -fno-math-errno -fno-trapping-math $(WARN) $(if $(WERROR),-Werror) \
               $(if $(COVERAGE),,-ffile-prefix-map="$$PWD"=.) $(HARDEN) $(CFLAGS) $(SANITIZE)
# The child that reads HDF5 ends by _exit and writes its counts itself (lib/array/apart.c).
ALL_LDFLAGS  = -pthread $(SANITIZE) $(if $(COVERAGE),-Wl$(comma)-u$(comma)__gcov_dump) $(LINKED) $(LDFLAGS)
ALL_LDLIBS   = $(PKG_LIBS) -lbz2 -lz -lm -lpthread $(LDLIBS)

# One tree for each compiler, sanitizer and with MPI: objects of different kinds never meet.
KIND    := $(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))$(if $(MPI),-mpi)$(if $(COVERAGE),-coverage)
O       := build/$(KIND)
B       := $(if $(filter-out cc gcc,$(KIND)),$(O)/bin,bin)

LIB     := $(O)/libpz.a
LIB_O   := $(patsubst %.c,$(O)/%.o,$(sort $(wildcard lib/*/*.c)))
# A tool is what has a manual page; its main stands beside it. The other files of tools/ are a
# library for the mains and the tests.
PAGES   := $(sort $(wildcard tools/*/*.1))
MAINS   := $(PAGES:.1=.c)
TOOLS   := $(patsubst %.1,$(B)/%,$(notdir $(PAGES)))
SHARED  := $(O)/libtool.a
OTHER_RANKS := tools/train/processes_$(if $(MPI),alone,mpi).c
SHARED_O := $(patsubst %.c,$(O)/%.o,$(filter-out $(MAINS) $(OTHER_RANKS),$(sort $(wildcard tools/*/*.c))))
UNIT    := $(patsubst tests/unit/%.c,$(O)/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
GOLDEN  := $(filter $(O)/unit/test_golden%,$(UNIT))
SCRIPTS := $(sort $(wildcard tests/tools/*.bats tests/pipelines/*.bats))
LONG    := $(sort $(wildcard tests/packaging/*.bats))
HARDSHIPS := $(addprefix tests/faults/,run world harm)
KILLED  := tests/kills/train tests/kills/pipeline

Q       := $(if $(V),,@)
SAY      = @$(if $(V)$(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-6s %s\n')
.PHONY: all setup bench bench-layers bench-threads bench-size fuzz fuzz-targets check check-built check-long check-mpi check-ranks check-unit check-golden check-valgrind demo science experiments install uninstall lint clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(TOOLS)

# What objects were made with. (make install takes those that are there, whatever it is given.)
FLAGS = $(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(ALL_LDLIBS)
.PHONY: FORCE
$(O)/flags: $(if $(filter install install-library,$(MAKECMDGOALS)),,FORCE)
	@mkdir -p $(@D)
	@flags='$(subst ','\'',$(FLAGS))'; [ "$$flags" = "$$(cat $@ 2>/dev/null)" ] || echo "$$flags" >$@

$(O)/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
# Programs see what include/pz marks with PZ_API, and nothing else of the library.
$(LIB_O): private ALL_CFLAGS += -fvisibility=hidden
$(LIB): $(LIB_O)
	$(Q)rm -f $@ && $(AR) $(AR_D)rcs $@ $^
$(SHARED): $(SHARED_O)
	$(Q)rm -f $@ && $(AR) $(AR_D)rcs $@ $^
define link_tool
$(B)/$(notdir $(1)): $(O)/$(1).o $(SHARED) $(LIB)
	@mkdir -p $$(@D)
	$$(SAY) LD $$@
	$$(Q)$$(CC) $$(ALL_LDFLAGS) $$^ $$(ALL_LDLIBS) -o $$@
endef
$(foreach main,$(PAGES:.1=),$(eval $(call link_tool,$(main))))
# Mains once more, as NAME_main, which a unit test calls (tests/unit/in_process.h).
CALLED_O := $(patsubst %.c,$(O)/called/%.o,$(MAINS))
CALLED  := $(O)/libcalled.a
$(O)/called/%.o: %.c $(O)/flags
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -Dmain=$(*F)_main -Wno-missing-prototypes -MMD -MP -c $< -o $@
$(CALLED): $(CALLED_O)
	$(Q)rm -f $@ && $(AR) $(AR_D)rcs $@ $^
$(O)/unit/%: $(O)/tests/unit/%.o $(CALLED) $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -lcmocka -o $@

# MPI is for train alone, and one file knows of it.
ifdef MPI
MPI_CFLAGS := $(shell $(PKG_CONFIG) --cflags ompi-c 2>/dev/null || mpicc --showme:compile)
MPI_LIBS   := $(shell $(PKG_CONFIG) --libs ompi-c 2>/dev/null || mpicc --showme:link)
$(O)/tools/train/processes_mpi.o: private ALL_CPPFLAGS += $(MPI_CFLAGS)
$(B)/train $(O)/mpi/sums: private ALL_LDLIBS += $(MPI_LIBS)
endif
$(O)/mpi/%: $(O)/tests/mpi/%.o $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@

BENCH   := $(O)/bench/bench_nn $(O)/bench/bench_layers $(O)/bench/bench_fits $(O)/bench/bench_threads
$(O)/bench/bench_threads: private ALL_LDFLAGS += -Wl,--wrap=pz_team_run
$(O)/bench/%: $(O)/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@
# Standard output is the table's alone.
bench:
	$(Q)$(MAKE) --no-print-directory $(BENCH) $(TOOLS) $(O)/make_stream >&2
	$(Q)BENCH_NN="$(O)/bench/bench_nn" BENCH_FITS="$(O)/bench/bench_fits" PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" \
		PZ_SHARED="$${PZ_SHARED:-$(abspath ../shared)}" tests/bench/run

# Where the time of a network's prediction goes, layer by layer.
bench-layers: $(O)/bench/bench_layers
	$(Q)for net in $(or $(NETS),P T); do echo "# Net_$$net" && "$(O)/bench/bench_layers" "$$net" || exit 1; done

# How far networks would scale with the number of cores.
bench-threads: $(O)/bench/bench_threads
	$(Q)for run in $(or $(RUNS),'P 32 train' 'P 128 train' 'S3 128 train' 'P 64 predict' 'S3 64 predict'); do \
		echo "# Net_$$run" && "$(O)/bench/bench_threads" $$run || exit 1; done

# Every tool on galaxies by the hundred thousand.
bench-size:
	$(Q)$(MAKE) --no-print-directory $(TOOLS) $(O)/more_stream >&2
	$(Q)PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" tests/bench/size

# What writes streams for the tests: small ones, and large ones out of small ones.
$(O)/make_stream $(O)/more_stream: $(O)/%: $(O)/tests/data/%.o $(LIB)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_LDFLAGS) $^ $(ALL_LDLIBS) -o $@

# Fuzz targets: with libFuzzer (FUZZER=1, by clang), else with a main that tries seeds, cuts, flips.
FUZZ    := $(patsubst tests/fuzz/fuzz_%.c,$(O)/fuzz/fuzz_%,$(wildcard tests/fuzz/fuzz_*.c))
$(O)/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/common.o $(if $(FUZZER),,$(O)/tests/fuzz/standalone.o) $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) $(ALL_LDFLAGS) $(if $(FUZZER),-fsanitize=fuzzer) $^ $(ALL_LDLIBS) -o $@
# Kernels unrolled for vectors take clang minutes each to instrument, and see no input as it comes.
ifdef FUZZER
$(patsubst %.c,$(O)/%.o,$(wildcard lib/nn/*_avx*.c lib/nn/*_plain.c)): SANITIZE :=
endif
fuzz-targets: $(FUZZ)
fuzz: $(FUZZ)
	$(Q)$(MAKE) --no-print-directory CC=clang SAN=fuzzer-no-link,address,undefined FUZZER=1 fuzz-targets
	$(Q)tests/fuzz/run $(O)/fuzz build/clang-fuzzer-no-link-address-undefined/fuzz

# What makes calls of a program fail; glibc's, and no sanitizer's beside it.
FAULTS := $(O)/faults.so
$(FAULTS): tests/faults/preload.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(CPPFLAGS) -D_GNU_SOURCE -std=c11 $(WARN) -Wno-missing-prototypes $(if $(WERROR),-Werror) -O1 -g -fPIC -shared $< -o $@ -ldl

setup:
	@tests/setup

# The tests find the tools in PATH and the shared files beside the project.
RUN_TESTS = PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" PZ_SHARED="$${PZ_SHARED:-$(abspath ../shared)}" tests/run

# Built by all cores, also where make was called without -j.
check:
	$(Q)$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc 2>/dev/null || echo 2)) check-built
	$(Q)$(if $(SAN),,PZ_FAULTS=$(abspath $(FAULTS)) FAULTS_STEP=127 WORLD_STEP=1000 HARM_STEP=101 KILLS=2 KILLS_STEP=97 )\
		$(RUN_TESTS) $(if $(SAN),,$(HARDSHIPS) $(KILLED)) $(UNIT) $(FUZZ) tests/header-examples $(SCRIPTS)
check-built: $(TOOLS) $(UNIT) $(FUZZ) $(O)/make_stream $(if $(SAN),,$(FAULTS))
# Every fault, not every 127th; 30 kills of each kind; what is handed out; memory and time by size.
check-long: $(TOOLS) $(O)/make_stream $(FAULTS)
	$(Q)PZ_FAULTS=$(abspath $(FAULTS)) WORLD_STEP=17 $(RUN_TESTS) --comments --failures $(HARDSHIPS) $(KILLED) $(LONG)
	$(Q)SIZE_GALAXIES=60000 $(MAKE) --no-print-directory bench-size
	$(Q)$(MAKE) --no-print-directory check-mpi
# Ranks that are processes, in a build of their own, and jobs of a cluster.
check-mpi:
	$(Q)if command -v mpirun >/dev/null && command -v mpicc >/dev/null; then \
		$(MAKE) --no-print-directory MPI=1 check-ranks; \
	else echo 'check-mpi: no OpenMPI, passed over'; fi
check-ranks: $(TOOLS) $(O)/make_stream $(O)/mpi/sums
	$(Q)PATH="$(CURDIR)/$(O)/mpi:$$PATH"; $(RUN_TESTS) $(wildcard tests/mpi/*.bats tests/slurm/*.bats)
# Whether the demo makes the bytes that it made at BASE.
.PHONY: same
same: $(TOOLS)
	$(Q)tests/same $(BASE)
# Small changes of the code (MUTANTS= of them, or EACH= in each folder, in FILES=) that no test
# notices: tests/mutants, after make coverage.
.PHONY: mutants
mutants: $(TOOLS) $(O)/make_stream $(CALLED) $(patsubst $(O)/unit/%,$(O)/tests/unit/%.o,$(UNIT))
	$(Q)PZ_SHARED="$${PZ_SHARED:-$(abspath ../shared)}" tests/mutants --verbose \
		$(if $(EACH),--each $(EACH),--count $(or $(MUTANTS),200)) --seed $(or $(SEED),1) \
		--jobs $(or $(JOBS),2) $(O) build/$(notdir $(CC))-coverage $(FILES)
# What of lib/ and tools/ the tests reach, counted in a build of its own. TESTS= runs some of them,
# whose counts are added to those of earlier runs: tests/coverage.
.PHONY: coverage coverage-counted
coverage:
	$(Q)$(MAKE) --no-print-directory COVERAGE=1 coverage-counted
coverage-counted: $(TOOLS) $(UNIT) $(FUZZ) $(O)/make_stream
	$(Q)PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" PZ_SHARED="$${PZ_SHARED:-$(abspath ../shared)}" \
		tests/coverage $(O) $(or $(TESTS),$(UNIT) $(FUZZ) $(SCRIPTS))
check-unit: $(UNIT)
	$(Q)$(RUN_TESTS) $(UNIT)
check-golden: $(GOLDEN)
	$(Q)$(RUN_TESTS) $(GOLDEN)

# Under valgrind, which knows no AVX-512: unit tests but the golden ones, and the pipelines with
# every tool wrapped. UNIT= and SCRIPTS= choose others.
VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite \
            --show-leak-kinds=definite --suppressions=$(CURDIR)/tests/valgrind.supp
# test_nn_alloc counts by a malloc of its own, which valgrind takes away.
UNWRAPPED := $(GOLDEN) $(O)/unit/test_nn_alloc
WRAPPED  := $(patsubst $(B)/%,$(O)/valgrind/%,$(TOOLS))
$(O)/valgrind/%: $(B)/%
	@mkdir -p $(@D)
	$(Q)printf '#!/bin/sh\nexec $(VALGRIND) $(abspath $<) "$$@"\n' >$@ && chmod +x $@
check-valgrind: SCRIPTS := $(filter tests/pipelines/%,$(SCRIPTS))
check-valgrind: $(UNIT) $(WRAPPED) $(O)/make_stream
	$(Q)PZ_WRAP="$(VALGRIND)" PZ_CPU=plain PATH="$(CURDIR)/$(O)/valgrind:$(CURDIR)/$(O):$$PATH" \
		PZ_SHARED=/nowhere tests/run $(filter-out $(UNWRAPPED),$(UNIT)) $(SCRIPTS)

lint: $(LIB) $(SHARED)
	$(Q)tests/lint $(O)

demo: $(TOOLS)
	$(Q)$(MAKE) --no-print-directory -s -f pipelines/demo.mk PZ_BIN=$(abspath $(B)) OUT=$(or $(OUT),demo)

# The pipelines that take longer. What else they may be given, they say themselves.
FURTHER = --no-print-directory -s PZ_BIN=$(abspath $(B)) $(if $(OUT),OUT=$(OUT))
science: $(TOOLS)
	$(Q)$(MAKE) $(FURTHER) -f tests/pipelines/science.mk
experiments: $(TOOLS)
	$(Q)$(MAKE) $(FURTHER) -f pipelines/experiments/all.mk $@
experiment-%: $(TOOLS)
	$(Q)$(MAKE) $(FURTHER) -f pipelines/experiments/all.mk $@

# Tools and their manual pages have the prefix; share/pzpipe/bin has the plain names, for the
# pipelines. The pages of sections 5 and 7 describe pzpipe as a whole and have no prefix.
BINDIR   = $(DESTDIR)$(PREFIX)/bin
MANDIR   = $(DESTDIR)$(PREFIX)/share/man
SHAREDIR = $(DESTDIR)$(PREFIX)/share/pzpipe
DOCDIR   = $(DESTDIR)$(PREFIX)/share/doc/pzpipe
BASHDIR  = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR   = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
NAMES    = $(notdir $(TOOLS))
TOPICS   = $(notdir $(wildcard tools/pzpipe/*.[57]))
DOCS     = README.md CHANGELOG.md LICENSE

# A page names commands as they are installed: in its title and its examples, and where they are
# emphasised or have options.
empty   :=
COMMAND  = ($(subst $(empty) ,|,$(NAMES)))
DASHED   = $(subst -,\\-,$(PROGRAM_PREFIX))
DATED    = 1s/"pzpipe"/"pzpipe $(VERSION)"/; \
           /^\.[BIR]+ /s/(^[^ ]+ |[ "])$(COMMAND)([ ,"]|$$)/\1$(DASHED)\2\3/g
TYPED    = /^\.nf/,/^\.fi/s/(^ *|\| |^mpirun .* )$(COMMAND)( |$$)/\1$(DASHED)\2\3/g
RENAME   = 1s/^\.TH /&$(shell echo '$(PROGRAM_PREFIX)' | tr a-z A-Z)/; $(DATED); $(TYPED); \
           s/^$(COMMAND) \\- /$(DASHED)&/; s/\($(COMMAND) \\-/($(DASHED)\1 \\-/g
RENAME_TOPIC = $(DATED); /^\.SH (EXAMPLES|TUTORIAL)/,/^\.SH [A-DF-SU-Z]/{ $(TYPED); }

# What the completions of the shells are made from. Tools of another kind of machine do not run
# here: then there are none.
$(O)/options: $(TOOLS)
	$(Q)for tool in $(NAMES); do \
		"$(B)/$$tool" --completion | sed "s/^/$$tool	/" || exit 1; \
	done >$@ 2>/dev/null || : >$@

install: $(TOOLS) $(O)/options
	$(SAY) INSTALL "$(DESTDIR)$(PREFIX)"
	$(Q)install -d "$(BINDIR)" "$(MANDIR)/man1" "$(MANDIR)/man5" "$(MANDIR)/man7" "$(SHAREDIR)/bin" \
		"$(DOCDIR)" "$(BASHDIR)" "$(ZSHDIR)"
	$(Q)cp -R pipelines "$(SHAREDIR)/" && chmod -R u=rwX,go=rX "$(SHAREDIR)/pipelines"
	$(Q)install -m 644 $(DOCS) "$(DOCDIR)"
	$(Q)for tool in $(NAMES); do \
		install -m 755 "$(B)/$$tool" "$(BINDIR)/$(PROGRAM_PREFIX)$$tool" && \
		ln -sf "../../../bin/$(PROGRAM_PREFIX)$$tool" "$(SHAREDIR)/bin/$$tool" && \
		page="$(MANDIR)/man1/$(PROGRAM_PREFIX)$$tool.1" && \
		sed -E '$(RENAME)' tools/*/"$$tool.1" >"$$page" && chmod 644 "$$page" || exit 1; \
	done
	$(Q)for page in $(TOPICS); do \
		to="$(MANDIR)/man$${page##*.}/$$page" && \
		sed -E '$(RENAME_TOPIC)' "tools/pzpipe/$$page" >"$$to" && chmod 644 "$$to" || exit 1; \
	done
	$(Q)if [ -s $(O)/options ]; then \
		tools/pzpipe/completions bash "$(PROGRAM_PREFIX)" <$(O)/options >"$(BASHDIR)/pzpipe" && \
		tools/pzpipe/completions zsh "$(PROGRAM_PREFIX)" <$(O)/options >"$(ZSHDIR)/_pzpipe" && \
		chmod 644 "$(BASHDIR)/pzpipe" "$(ZSHDIR)/_pzpipe" && \
		for tool in $(NAMES); do \
			ln -sf pzpipe "$(BASHDIR)/$(PROGRAM_PREFIX)$$tool" || exit 1; \
		done; \
	else \
		echo 'install: the tools do not run on this machine: no completions for bash and zsh' >&2; \
	fi
uninstall:
	$(Q)for tool in $(NAMES); do \
		rm -f "$(BINDIR)/$(PROGRAM_PREFIX)$$tool" "$(MANDIR)/man1/$(PROGRAM_PREFIX)$$tool.1" \
			"$(BASHDIR)/$(PROGRAM_PREFIX)$$tool"; \
	done
	$(Q)for page in $(TOPICS); do \
		rm -f "$(MANDIR)/man$${page##*.}/$$page"; \
	done
	$(Q)rm -f "$(BASHDIR)/pzpipe" "$(ZSHDIR)/_pzpipe"
	$(Q)rm -rf "$(SHAREDIR)" "$(DOCDIR)"

# The library for programs of others: headers, libpz.a, and what pkg-config says of them.
LIBDIR   ?= $(PREFIX)/lib
HEADERS  := $(sort $(wildcard include/pz/*.h))
.PHONY: install-library uninstall-library
install: install-library
install-library: $(LIB)
	$(Q)install -d "$(DESTDIR)$(PREFIX)/include/pz" "$(DESTDIR)$(LIBDIR)/pkgconfig"
	$(Q)install -m 644 $(HEADERS) "$(DESTDIR)$(PREFIX)/include/pz"
	$(Q)install -m 644 $(LIB) "$(DESTDIR)$(LIBDIR)"
	$(Q)sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@PKGS@|$(PKGS)|' \
		lib/pzpipe.pc.in >"$(DESTDIR)$(LIBDIR)/pkgconfig/pzpipe.pc"
	$(Q)chmod 644 "$(DESTDIR)$(LIBDIR)/pkgconfig/pzpipe.pc"
uninstall: uninstall-library
uninstall-library:
	$(Q)rm -f "$(DESTDIR)$(LIBDIR)/libpz.a" "$(DESTDIR)$(LIBDIR)/pkgconfig/pzpipe.pc"
	$(Q)rm -rf "$(DESTDIR)$(PREFIX)/include/pz"

# What git knows of this tree, as it stands; the package is built of that.
.PHONY: dist deb
dist deb:
	$(Q)tests/packaging/$@ $(VERSION)

clean:
	rm -rf build bin

-include $(shell find build -name '*.d' 2>/dev/null)
