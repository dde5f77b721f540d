# folds.mk -- the procedure several times, and the mean of what the networks estimate
#
#   make -f pipelines/folds.mk STAMPS=demo/stamps.pz SETTINGS=mock [OUT=folds] [FOLDS='1 2 3 4 5'] [STEP=step3]
#
# Each fold has its own window of the balanced subset (pzpipe-method(7), BALANCED SUBSET) and weights of its
# own to begin with; samples are the same.
#
# out   $(OUT)/mean.pz harmonic.pz   estimates by all networks together
#       $(OUT)/report.tsv .json      those beside each fold's; figure.png
#       $(OUT)/fold-1/ ...           the procedure's own streams and models

PIPELINES := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT      ?= folds
SEED     ?= 1
SETTINGS ?= sdss
FOLDS    ?= 1 2 3 4 5
STEP     ?= step3
include $(PIPELINES)/common.mk

COMMON    := $(OUT)/common
procedure  = --no-print-directory -s -f $(PIPELINES)/procedure.mk SETTINGS=$(SETTINGS) SEED=$(SEED)
models    := $(FOLDS:%=$(OUT)/fold-%/$(STEP).model)
streams   := $(FOLDS:%=$(OUT)/fold-%/$(STEP).pz)
comma     := ,
empty     :=

.PHONY: folds samples
REPORT := $(OUT)/report.tsv $(OUT)/report.json $(OUT)/figure.png
folds: $(REPORT)

# These recipes run other procedures, which print their own stages.
samples $(streams): export STAGE :=

samples:
	WHERE=samples $(MAKE) $(procedure) OUT=$(COMMON) $(COMMON)/train.pz $(COMMON)/test.pz

# Made, or found to be up to date, by the rule above.
$(COMMON)/test.pz: samples ;

$(OUT)/fold-%/$(STEP).pz: samples FORCE
	WHERE='fold $*' $(MAKE) $(procedure) OUT=$(@D) FOLD=$* WEIGHTS=$(SEED)$* STEPS=$(STEP) \
		TRAIN_SAMPLE=$(COMMON)/train.pz TEST_SAMPLE=$(COMMON)/test.pz $@

# The model is made before its estimates.
$(models): %.model: %.pz ;

$(OUT)/mean.pz: export STAGE = all folds together: arithmetic mean
$(OUT)/harmonic.pz: export STAGE = all folds together: harmonic mean
$(OUT)/mean.pz $(OUT)/harmonic.pz: $(OUT)/%.pz: $(COMMON)/test.pz $(models)
	predict --model $(subst $(empty) $(empty),$(comma),$(models)) --combine $* $< -o $@

$(REPORT): export STAGE = residuals, table and figure
$(REPORT) &: $(streams) $(OUT)/mean.pz $(OUT)/harmonic.pz
	residuals --seed $(SEED) --json $(OUT)/report.json --figure $(OUT)/figure.png \
		$(foreach e,$(FOLDS),fold-$e=$(OUT)/fold-$e/$(STEP).pz) \
		$(OUT)/mean.pz $(OUT)/harmonic.pz -o $(OUT)/report.tsv; \
	MADE='$(REPORT)' not_before
