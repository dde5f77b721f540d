# cfhtls.mk -- CFHTLS: from tiles to stamps, one step 1 for both fields, then WIDE and DEEP separately
#
#   make -f pipelines/cfhtls.mk [OUT=cfhtls] [SEED=1] [WIDE=wide.pz DEEP=deep.pz LOW=low.pz]
#
# in    $(OUT)/wide.csv, deep.csv   galaxies with high-quality redshifts in either field
#       $(OUT)/low.csv              those with redshifts of low resolution, of both
#       $(TILES)/                   the tiles of release T0007, 19,354 pixels squared
#       or WIDE, DEEP, LOW: stamps of them, all cut with --survey cfhtls-wide
#
# Tiles may be gzipped; ten at a time are unpacked to $TMPDIR, 1.5 GB each. Where only the later i
# filter was used (its tiles are called y), make a link with the name of the tile in i. Pixels keep
# the unit of the tiles, zero point 30; the settings divide them by 1000, which gives nanomaggies.
# CUT has further options of cutout, such as --columns, or --mask for weight maps.
#
# out   $(OUT)/wide/, $(OUT)/deep/   each field's streams, models, report and figure
#
# Baseline and step 1 learn from the training galaxies of WIDE and DEEP and from those of low
# resolution with z < 4; steps 2 to 4 from one field's alone, and none of low resolution (pzpipe-method(7),
# EXPERIMENTS). WIDE_PARTS and DEEP_PARTS leave 10,000 test galaxies of each when set so:
# WIDE_PARTS=train=20000/30000,test=10000/30000. STEPS are those that are reported.

PIPELINES := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT        ?= cfhtls
include $(PIPELINES)/common.mk
SEED       ?= 1
WIDE       ?= $(OUT)/wide.pz
DEEP       ?= $(OUT)/deep.pz
LOW        ?= $(OUT)/low.pz
STEPS      ?= baseline step1 step2 step3 step4
WIDE_PARTS ?= train=0.8,test=0.2
DEEP_PARTS ?= train=0.8,test=0.2

TILES          ?= $(OUT)/tiles
WIDE_TILES     ?= $(TILES)/CFHTLS_W_%b_*_T0007_MEDIAN.fits,$(TILES)/CFHTLS_W_%b_*_T0007_MEDIAN.fits.gz
DEEP_TILES     ?= $(subst _W_,_D-85_,$(WIDE_TILES))
LOW_TILES      ?= $(WIDE_TILES),$(DEEP_TILES)
WIDE_CATALOGUE ?= $(OUT)/wide.csv
DEEP_CATALOGUE ?= $(OUT)/deep.csv
LOW_CATALOGUE  ?= $(OUT)/low.csv
SIZE           ?= 64
CUT            ?=

# Galaxies of a cell of the balanced subset (pzpipe-method(7), SURVEYS).
wide.threshold := --threshold 100
deep.threshold := --threshold 5

procedure = --no-print-directory -s -f $(PIPELINES)/procedure.mk SETTINGS=cfhtls SEED=$(SEED)

.PHONY: cfhtls wide deep
cfhtls: wide deep
wide deep: %: $(OUT)/%/report.json

# -- the stamps, unless they are given

# $1: a sample, $2: the prefix of its variables; stamps may be there without a catalogue
define cut
$(OUT)/$1.pz: export STAGE = cut stamps of $(SIZE) pixels: $1
$(OUT)/$1.pz: $(if $(wildcard $($2_CATALOGUE)),$(call seen,$2_CATALOGUE))
	cutout --catalogue $($2_CATALOGUE) --frames '$($2_TILES)' --bands u,g,r,i,z --survey cfhtls-wide \
		--size $(SIZE) $(CUT) -o $$@

$(call see,$2_CATALOGUE)
endef
$(eval $(call cut,wide,WIDE))
$(eval $(call cut,deep,DEEP))
$(eval $(call cut,low,LOW))

# -- the samples

$(OUT)/wide/train.pz: STAMPS = $(WIDE)
$(OUT)/deep/train.pz: STAMPS = $(DEEP)
$(OUT)/wide/train.pz: PARTS = $(WIDE_PARTS)
$(OUT)/deep/train.pz: PARTS = $(DEEP_PARTS)
$(OUT)/wide/train.pz: | $(WIDE)
$(OUT)/deep/train.pz: | $(DEEP)
$(OUT)/wide/train.pz $(OUT)/deep/train.pz: export STAGE :=
$(OUT)/wide/train.pz $(OUT)/deep/train.pz: FORCE
	WHERE=$(notdir $(@D)) $(MAKE) $(procedure) OUT=$(@D) STAMPS=$(STAMPS) PARTS=$(PARTS) $@ $(@D)/test.pz

$(OUT)/low/train.pz: export STAGE = galaxies of low resolution: normalise, z < 4
$(OUT)/low/train.pz: $(call seen,LOW)
	mkdir -p $(@D); \
	normalize --stretch sqrt --pixel f2 $(LOW) | \
	partition --keep all --parts all=1 --within z=0,3.999999 --outside drop -o $@

$(eval $(call see,LOW))

$(OUT)/learn.pz: export STAGE = the sample of baseline and step 1
$(OUT)/learn.pz: $(OUT)/wide/train.pz $(OUT)/deep/train.pz $(OUT)/low/train.pz
	cat $^ >$@.part; mv $@.part $@

# -- the networks

both = $(OUT)/both/baseline.model $(OUT)/both/step1.model
.PHONY: both
both: $(OUT)/learn.pz
	WHERE=both $(MAKE) $(procedure) OUT=$(OUT)/both LEARN_SAMPLE=$(OUT)/learn.pz $(both)

$(OUT)/wide/report.json $(OUT)/deep/report.json: $(OUT)/%/report.json: both FORCE
	WHERE=$* $(MAKE) $(procedure) OUT=$(OUT)/$* TRAIN_SAMPLE=$(OUT)/$*/train.pz TEST_SAMPLE=$(OUT)/$*/test.pz \
		STAMPS=$(if $(filter wide,$*),$(WIDE),$(DEEP)) PARTS=$(if $(filter wide,$*),$(WIDE_PARTS),$(DEEP_PARTS)) \
		BASELINE=$(OUT)/both/baseline.model STEP1=$(OUT)/both/step1.model \
		THRESHOLD='$($*.threshold)' STEPS='$(STEPS)' $@
