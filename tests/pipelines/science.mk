# science.mk -- the demo on several skies, and the method on real galaxies: tables, and whether the bars hold
#
#   make science [SKIES='1 2 3'] [SPLITS='1 2 3'] [REAL=stripe82.csv] [OUT=science]
#
# REAL is a table of real galaxies with g, r, i, z and redshifts below 0.8; without it, only the
# simulated skies are run. Exit status other than 0 where a bar does not hold.

HERE  := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT    ?= science
SKIES  ?= 1 2 3
SPLITS ?= 1 2 3
REAL   ?= $(wildcard $(or $(PZ_SHARED),../shared)/data/catalogues/stripe82.csv)

.PHONY: science skies real FORCE
science: skies $(if $(REAL),real)

skies: $(SKIES:%=$(OUT)/%/report.json)
	$(HERE)/bars.py --table $^

real: $(SPLITS:%=$(OUT)/real-%/report.json)
	$(HERE)/bars.py --real --table $^

$(OUT)/real-%/report.json: FORCE
	WHERE='real galaxies, split $*' $(MAKE) --no-print-directory -s -f pipelines/catalogue.mk \
		TABLE=$(REAL) FEATURES=g,r,i,z=z_mag OUT=$(@D) SEED=$* $@

$(OUT)/%/report.json: FORCE
	WHERE='sky $*' $(MAKE) --no-print-directory -s -f pipelines/demo.mk OUT=$(@D) SEED=$* $@
