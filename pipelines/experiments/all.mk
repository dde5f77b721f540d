# all.mk -- the article's experiments (pzpipe-method(7), EXPERIMENTS): what is varied, and its effect
#
#   make experiment-NAME [SCALE=mock|survey|wide] [OUT=experiments] [SEED=1]
#   make experiments                                                       all of them
#
#   NAME: threshold, bins, iterations, sample-size, label-errors, mid-reduced, networks
#
# out   $(OUT)/NAME/table.tsv   a line for each value and step
#       $(OUT)/NAME/figure.png  slope and total variation against the value
#       $(OUT)/NAME/VALUE/      the procedure's own streams, models, report and figure
#
# SCALE=mock runs on the mock sky, minutes each; SCALE=survey with the article's settings on
# STAMPS=FILE, stamps of a real survey (cutout); SCALE=wide (threshold alone) on CFHTLS-WIDE, with
# WIDE=FILE DEEP=FILE LOW=FILE as cfhtls.mk has them. Samples, baseline and step 1 are those of
# $(OUT)/common unless the experiment varies them. It resumes; -j runs several at a time.

EXPERIMENTS := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
PIPELINES   := $(EXPERIMENTS)/..

OUT   ?= experiments
include $(PIPELINES)/common.mk
SEED  ?= 1
SCALE ?= mock

settings.mock   := mock
settings.survey := sdss
settings.wide   := cfhtls
SETTINGS := $(or $(settings.$(SCALE)),$(error SCALE=$(SCALE): there are mock, survey and wide))
COMMON   := $(OUT)/common
STEP1     = $(COMMON)/step1.model
include $(PIPELINES)/settings/$(SETTINGS).mk
ifeq ($(SCALE),mock)
STAMPS   := $(OUT)/stamps.pz
endif

procedure = --no-print-directory -s -f $(PIPELINES)/procedure.mk SETTINGS=$(SETTINGS) SEED=$(SEED)

.PHONY: common experiments
experiments:

# -- common to all experiments

$(OUT)/stamps.pz: export STAGE = a mock sky: stamps of $(GALAXIES) galaxies
$(OUT)/stamps.pz:
	mkdir -p $(@D); \
	mock --stamps --galaxies $(GALAXIES) --size $(SIZE) --survey $(SURVEY) --seed $(SEED) -o $@

ifeq ($(SCALE),wide)
COMMON   := $(OUT)/common/wide
STEP1     = $(OUT)/common/both/step1.model
common:
	$(MAKE) --no-print-directory -s -f $(PIPELINES)/cfhtls.mk OUT=$(OUT)/common SEED=$(SEED) \
		STEPS='baseline step1' wide
else
common: $(STAMPS)
	$(if $(STAMPS),,echo 'STAMPS: expected a file of stamps (STAMPS=FILE), found none' >&2; exit 2)
	WHERE=common $(MAKE) $(procedure) OUT=$(COMMON) STAMPS=$(STAMPS) STEPS='baseline step1' \
		$(COMMON)/train.pz $(COMMON)/baseline.pz $(COMMON)/step1.pz
endif

# Made, or found to be up to date, by the rule above.
$(COMMON)/train.pz: common ;

samples   = TRAIN_SAMPLE=$(COMMON)/train.pz TEST_SAMPLE=$(COMMON)/test.pz
from-step1 = STEP1=$(STEP1) STEPS='step2 step3' \
	BESIDE='baseline=$(COMMON)/baseline.pz step1=$(COMMON)/step1.pz'
all-steps = STEPS='baseline step1 step2 step3'

# -- one experiment: the procedure once for each value, then table and figure
#
#   NAME.mock, .survey, .wide   the values
#   NAME.what                what the values are, for the figure; NAME.axis: --log
#   NAME.with                the variables of the procedure for the value $1
#   NAME.after               the value whose run is continued for $1, if any

report = $(OUT)/$1/$2/report.json

define at
$(call report,$1,$2): FORCE common $(foreach before,$(call $1.after,$2),$(call report,$1,$(before)))
	WHERE='$1 $2' $$(MAKE) $(procedure) OUT=$(OUT)/$1/$2 $(samples) $(call $1.with,$2) $(call report,$1,$2)
endef

define experiment
.PHONY: experiment-$1
experiments: $(if $($1.$(SCALE)),experiment-$1)
experiment-$1: $(OUT)/$1/table.tsv

$(foreach v,$($1.$(SCALE)),$(eval $(call at,$1,$v)))

$(OUT)/$1/table.tsv: $(foreach v,$($1.$(SCALE)),$(call report,$1,$v))
	$(if $($1.$(SCALE)),,echo '$1: there are no values for SCALE=$(SCALE)' >&2; exit 2)
	sweep --name '$($1.what)' $($1.axis) --figure $(OUT)/$1/figure.png \
		$(foreach v,$($1.$(SCALE)),$v=$(call report,$1,$v)) -o $$@
endef

include $(filter-out %/all.mk,$(wildcard $(EXPERIMENTS)/*.mk))
