# ensemble.mk -- several networks of each kind, the mean of their p(z), and how much they differ
#
#   make demo ENSEMBLE=3
#   make -f pipelines/procedure.mk ENSEMBLE=3 ...        or another pipeline with ENSEMBLE=3
#
# procedure.mk includes this file where ENSEMBLE is not 1. Networks that are trained on the same
# galaxies from other initial weights give other numbers: of the slope, their scatter is two to three
# times the bootstrap error. Here the procedure runs once for each network, from baseline and step 1 to
# its own report. The steps of $(OUT) are then the means of their p(z); steps 4 and 5 are fitted to
# these means, and every number of the report has the scatter between the networks as a second error.
#
# out   $(OUT)/network-1/ ...     models, streams and report of each network
#       $(OUT)/baseline.pz ...    the mean over networks; the rest is as without an ensemble

NETWORKS := $(shell seq 1 '$(ENSEMBLE)' 2>/dev/null)
$(if $(word 2,$(NETWORKS)),,$(error ENSEMBLE: expected a number of networks from 1 on, found '$(ENSEMBLE)'))
$(if $(filter-out $(OUT)/baseline.model,$(BASELINE)),$(error ENSEMBLE: expected to train the baseline, found BASELINE=$(BASELINE)))
$(if $(filter-out $(OUT)/step1.model,$(STEP1)),$(error ENSEMBLE: expected to train step 1, found STEP1=$(STEP1)))

SINGLE   := $(NETWORKS:%=$(OUT)/network-%/report.json)
empty    :=
listed    = $(subst $(empty) $(empty),$(comma),$1)
training := --training $(call listed,$(SINGLE))
LOGS     := $(foreach k,$(NETWORKS),$(foreach step,baseline step1,network-$k-$(step)=$(OUT)/network-$k/$(step).log))

# What all networks share; the first weights of each have a seed of its own. Of their reports the scatter
# is taken, not the errors, so that few bootstrap samples do, unless RESIDUALS says how many. The
# distance from the training domain in the means is that of the first network.
shared = $(foreach v,SETTINGS SEED GRID ERRORS THRESHOLD FOLD AGREE REFINE DRAW TOMOGRAPHY NET LEARN REFIT \
	EXTEND EXTEND_FIT TRAIN TRAIN_SAMPLE LEARN_SAMPLE TEST_SAMPLE VALID_SAMPLE KEEP_STATE,$v='$($v)') \
	STEPS='$(filter-out knn knn-mag,$(STEPS))' ENSEMBLE=1 BESIDE= COMPARE= FIGURE= SHEET= PAGE= \
	RESIDUALS='--bootstrap 10 $(RESIDUALS)'

# These recipes run other procedures, which print their own stages.
$(SINGLE): export STAGE :=
$(SINGLE): $(OUT)/network-%/report.json: FORCE $(TRAIN_SAMPLE) $(LEARN_SAMPLE) $(TEST_SAMPLE) $(VALID_SAMPLE)
	WHERE='network $*' $(MAKE) --no-print-directory -s -f $(PIPELINES)/procedure.mk $(shared) \
		OUT=$(@D) WEIGHTS=$(WEIGHTS)$* DOMAIN='$(if $(filter 1,$*),$(DOMAIN))' $(EARLIER:%=EARLIER=%/network-$*) $@

# The means, of which the first stream is that of network 1.
AVERAGED := $(PREDICTED) $(if $(filter step4,$(STEPS)),$(OUT)/subset-step3.pz) \
	$(if $(filter step5,$(STEPS)),$(OUT)/valid-baseline.pz) \
	$(if $(filter step3-prior,$(STEPS)),$(OUT)/valid-step3.pz)
members   = $(NETWORKS:%=$(OUT)/network-%/$1)
means    := $(notdir $(AVERAGED))

# Made, or found to be up to date, by the rule above.
$(foreach f,$(means),$(call members,$f)): $(SINGLE) ;

$(AVERAGED): export STAGE = mean of $(words $(NETWORKS)) networks: $(notdir $@)
.SECONDEXPANSION:
$(AVERAGED): $(OUT)/%: $$(call members,$$*) $(call setting,ENSEMBLE)
	average --with $(call listed,$(wordlist 2,$(words $(NETWORKS)),$(call members,$(@F)))) \
		$(OUT)/network-1/$(@F) -o $@
