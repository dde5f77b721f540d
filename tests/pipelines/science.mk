# science.mk -- the demo on several skies, and the method on real galaxies: tables, and whether the bars hold
#
#   make science [SKIES='1 2 3'] [DEEP='1 2 3'] [SPLITS='1 2 3'] [REAL=stripe82.csv] [BRIGHT=sdss-main-sample.csv] [OUT=science]
#
# REAL is a table of real galaxies with g, r, i, z and redshifts below 0.8, BRIGHT one of galaxies of
# the SDSS main sample with u, g, r, i, z, of which p(z) and intervals alone are judged; without
# them, only the simulated skies are run. Exit status other than 0 where a bar does not hold.

HERE  := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT    ?= science
SKIES  ?= 1 2 3
DEEP   ?= 1 2 3
SPLITS ?= 1 2 3
TABLES := $(or $(PZ_SHARED),../shared)/data/catalogues
REAL   ?= $(wildcard $(TABLES)/stripe82.csv)
BRIGHT ?= $(wildcard $(TABLES)/sdss-main-sample.csv)
export STEPS := baseline step1 step2 step3 step3a step3b step3-prior step4 step5 knn

.PHONY: science skies deep real bright FORCE
science: skies deep $(if $(REAL),real) $(if $(BRIGHT),bright)

skies: $(SKIES:%=$(OUT)/%/report.json)
	$(HERE)/bars.py --table $^

deep: $(DEEP:%=$(OUT)/deep-%/report.json)
	$(HERE)/bars.py --deep --table $^

real: $(SPLITS:%=$(OUT)/real-%/report.json)
	$(HERE)/bars.py --real --table $^

bright: $(SPLITS:%=$(OUT)/bright-%/report.json)
	$(HERE)/bars.py --products --table $^

$(OUT)/real-%/report.json: FORCE
	WHERE='real galaxies, split $*' $(MAKE) --no-print-directory -s -f pipelines/catalogue.mk \
		ENSEMBLE=1 TABLE=$(REAL) FEATURES=g,r,i,z=z_mag OUT=$(@D) SEED=$* $(@D)/products.fits $@

$(OUT)/bright-%/report.json: FORCE
	WHERE='bright galaxies, split $*' $(MAKE) --no-print-directory -s -f pipelines/catalogue.mk \
		ENSEMBLE=1 TABLE=$(BRIGHT) OUT=$(@D) SEED=$* $(@D)/products.fits $@

$(OUT)/deep-%/report.json: FORCE
	WHERE='deep sky $*' $(MAKE) --no-print-directory -s -f pipelines/demo.mk SURVEY=deep OUT=$(@D) SEED=$* \
		STEPS='$(STEPS) knn-mag' $(@D)/products.fits $@

$(OUT)/%/report.json: FORCE
	WHERE='sky $*' $(MAKE) --no-print-directory -s -f pipelines/demo.mk OUT=$(@D) SEED=$* \
		STEPS='$(STEPS) knn-mag' $(@D)/products.fits $@
