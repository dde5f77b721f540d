# pzpipe -- photometric redshifts from galaxy images, as a line of filters
#
#   make setup     install what is missing (Debian packages); instant when nothing is
#   make           the tools, into bin/
#   make check     every test; check-long: those that take more than minutes
#   make demo      mock sky -> figure; SEED=2 OUT=dir SMALL=1
#   make science   the demo on three skies, and whether its bars hold
#   make experiment-NAME   what was varied in the article, on the mock sky or a survey's stamps
#   make install   DESTDIR= PREFIX= PROGRAM_PREFIX=; make uninstall takes it away again
#   make lint      form and small faults, by the checkers that are installed
#   make bench     speed beside PyTorch, cat, astropy, scipy; BENCH_ONLY=nn,filters,cutout,memory,knn
#   make bench-size   memory and time of every tool on 600,000 galaxies; SIZE_GALAXIES=60000
#   make fuzz      hostile input, FUZZ_SECONDS=20 for each kind (clang); check-valgrind: memory
#
# Yours to set: CC, CFLAGS, SAN=address,undefined, WERROR=1, V=1 -- here or in config.mak

-include config.mak

CC             ?= cc
CFLAGS         ?= $(if $(SAN),-O1,-O3) -g
PREFIX         ?= /usr/local
PROGRAM_PREFIX ?= pz-
VERSION        := 0.1.0

MSGPACK := $(shell pkg-config --exists msgpack-c && echo msgpack-c || echo msgpack)
PKGS    := cfitsio wcslib libpng openblas $(MSGPACK) jansson libxxhash
WARN    := -Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes \
           -Wwrite-strings -Wpointer-arith -Wno-missing-field-initializers
SANITIZE := $(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)

# Ours are kept apart from CFLAGS, which the command line may replace.
# No contraction: a*b+c rounds the same in every build (kernels ask for fma by name).
# Nobody reads errno or traps of arithmetic: loops with sqrtf or a choice vectorise.
ALL_CPPFLAGS = -D_GNU_SOURCE -DPZ_VERSION='"$(VERSION)"' -Iinclude \
               $(shell pkg-config --cflags $(PKGS)) $(CPPFLAGS)
ALL_CFLAGS   = -std=c11 -fopenmp -ffp-contract=off -fno-math-errno -fno-trapping-math $(WARN) $(if $(WERROR),-Werror) $(CFLAGS) $(SANITIZE)
ALL_LDLIBS   = $(shell pkg-config --libs $(PKGS)) -lcsv -lbz2 -lz -lm -lpthread $(LDLIBS)

# One tree for each compiler and sanitizer: objects of different kinds never meet.
comma   := ,
KIND    := $(notdir $(CC))$(if $(SAN),-$(subst $(comma),-,$(SAN)))
O       := build/$(KIND)
B       := $(if $(filter-out cc gcc,$(KIND)),$(O)/bin,bin)

LIB     := $(O)/libpz.a
LIB_O   := $(patsubst %.c,$(O)/%.o,$(wildcard lib/*/*.c))
SHARED  := $(O)/libtool.a
SHARED_O := $(patsubst %.c,$(O)/%.o,$(wildcard tools/shared/*.c))
TOOLS   := $(patsubst tools/%.c,$(B)/%,$(wildcard tools/*.c))
UNIT    := $(patsubst tests/unit/%.c,$(O)/unit/%,$(wildcard tests/unit/test_*.c))
GOLDEN  := $(filter $(O)/unit/test_golden%,$(UNIT))
SCRIPTS := $(wildcard tests/tools/*.bats tests/pipelines/*.bats)
KILLED  := tests/kills/train tests/kills/pipeline

Q       := $(if $(V),,@)
SAY      = @$(if $(V),:,printf '  %-6s %s\n')
.PHONY: all setup bench bench-size fuzz fuzz-targets check check-long check-unit check-golden check-valgrind demo science experiments install uninstall lint clean
.DELETE_ON_ERROR:
.SECONDARY:

all: $(TOOLS)

$(O)/%.o: %.c
	@mkdir -p $(@D)
	$(SAY) CC $<
	$(Q)$(CC) $(ALL_CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c $< -o $@
$(LIB): $(LIB_O)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(SHARED): $(SHARED_O)
	$(Q)rm -f $@ && $(AR) rcs $@ $^
$(B)/%: $(O)/tools/%.o $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) -fopenmp $(SANITIZE) $(LDFLAGS) $^ $(ALL_LDLIBS) -o $@
$(O)/unit/%: $(O)/tests/unit/%.o $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) -fopenmp $(SANITIZE) $(LDFLAGS) $^ $(ALL_LDLIBS) -lcmocka -o $@

BENCH   := $(O)/bench/bench_nn $(O)/bench/bench_fits
$(O)/bench/%: $(O)/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) -fopenmp $(SANITIZE) $(LDFLAGS) $^ $(ALL_LDLIBS) -o $@
# Standard output is the table's alone.
bench:
	$(Q)$(MAKE) --no-print-directory $(BENCH) $(TOOLS) $(O)/make_stream >&2
	$(Q)BENCH_NN="$(O)/bench/bench_nn" BENCH_FITS="$(O)/bench/bench_fits" PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" \
		PZ_SHARED="$${PZ_SHARED:-$(abspath ../shared)}" tests/bench/run

# Every tool on galaxies by the hundred thousand.
bench-size:
	$(Q)$(MAKE) --no-print-directory $(TOOLS) $(O)/more_stream >&2
	$(Q)PATH="$(CURDIR)/$(B):$(CURDIR)/$(O):$$PATH" tests/bench/size

# What writes streams for the tests: small ones, and large ones out of small ones.
$(O)/make_stream $(O)/more_stream: $(O)/%: $(O)/tests/data/%.o $(LIB)
	$(SAY) LD $@
	$(Q)$(CC) -fopenmp $(SANITIZE) $(LDFLAGS) $^ $(ALL_LDLIBS) -o $@

# Fuzz targets: with libFuzzer (FUZZER=1, by clang), else with a main that tries seeds, cuts, flips.
FUZZ    := $(patsubst tests/fuzz/fuzz_%.c,$(O)/fuzz/fuzz_%,$(wildcard tests/fuzz/fuzz_*.c))
$(O)/fuzz/fuzz_%: $(O)/tests/fuzz/fuzz_%.o $(O)/tests/fuzz/common.o $(if $(FUZZER),,$(O)/tests/fuzz/standalone.o) $(SHARED) $(LIB)
	@mkdir -p $(@D)
	$(SAY) LD $@
	$(Q)$(CC) -fopenmp $(SANITIZE) $(if $(FUZZER),-fsanitize=fuzzer) $(LDFLAGS) $^ $(ALL_LDLIBS) -o $@
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

check: $(TOOLS) $(UNIT) $(FUZZ) $(O)/make_stream $(if $(SAN),,$(FAULTS))
	$(Q)$(if $(SAN),,PZ_FAULTS=$(abspath $(FAULTS)) FAULTS_STEP=83 KILLS=2 KILLS_STEP=97 )$(RUN_TESTS) $(UNIT) $(FUZZ) $(SCRIPTS) $(if $(SAN),,tests/faults/run $(KILLED))
# Every fault, not every 83rd; 30 kills of each kind; memory and time by size.
check-long: $(TOOLS) $(O)/make_stream $(FAULTS)
	$(Q)PZ_FAULTS=$(abspath $(FAULTS)) $(RUN_TESTS) tests/faults/run $(KILLED)
	$(Q)SIZE_GALAXIES=60000 $(MAKE) --no-print-directory bench-size
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

lint:
	$(Q)tests/lint

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

# Tools and manual pages bear the prefix; share/pzpipe/bin has the plain names, for the pipelines.
BINDIR   = $(DESTDIR)$(PREFIX)/bin
MANDIR   = $(DESTDIR)$(PREFIX)/share/man/man1
SHAREDIR = $(DESTDIR)$(PREFIX)/share/pzpipe
NAMES    = $(notdir $(TOOLS))

install: $(TOOLS)
	install -d "$(BINDIR)" "$(MANDIR)" "$(SHAREDIR)/bin"
	cp -R pipelines "$(SHAREDIR)/"
	$(Q)for tool in $(NAMES); do \
		install -m 755 "$(B)/$$tool" "$(BINDIR)/$(PROGRAM_PREFIX)$$tool" && \
		install -m 644 "tools/$$tool.1" "$(MANDIR)/$(PROGRAM_PREFIX)$$tool.1" && \
		ln -sf "../../../bin/$(PROGRAM_PREFIX)$$tool" "$(SHAREDIR)/bin/$$tool" || exit 1; \
	done
uninstall:
	$(Q)for tool in $(NAMES); do \
		rm -f "$(BINDIR)/$(PROGRAM_PREFIX)$$tool" "$(MANDIR)/$(PROGRAM_PREFIX)$$tool.1"; \
	done
	rm -rf "$(SHAREDIR)"

clean:
	rm -rf build bin

-include $(shell find build -name '*.d' 2>/dev/null)
