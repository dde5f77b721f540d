# procedure.mk -- the procedure of Lin et al. 2022 (A&A 662, A36), a rule a step
#
#   make -f pipelines/procedure.mk OUT=dir SEED=1 ...
#
# in    $(OUT)/stamps.pz          stamps with redshifts and magnitudes, as cut
# out   $(OUT)/report.tsv .json   what each step did to the two biases
#       $(OUT)/figure.png         the same, to look at
#
# Every target is a stream or a model: make resumes where it was stopped, -j runs
# what does not depend on each other, and `inspect` looks into any of them.

HERE  := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
SHELL := $(HERE)/common.bash
.DELETE_ON_ERROR:

OUT   ?= out
SEED  ?= 1

# The survey's settings are in the stream's header; these are the network's
# (METHOD.md section 1: SDSS).
PARTS      ?= train=0.8,valid=0.04,test=0.16
NET        ?= P
LEARN      ?= --iterations 120000 --batch 128 --rate 1e-4 --drop 0.5
REFIT      ?= --iterations 40000 --batch 32 --rate 2e-5
EXTEND_FIT ?= $(REFIT)
THRESHOLD  ?=
EXTEND     ?= --extend 90,90
DRAW       ?=

STEPS    := baseline step1 step2 step3 step3a step3b
STREAMS  := $(STEPS:%=$(OUT)/%.pz) $(OUT)/step4.pz
seeded    = --seed $(SEED)

# A setting is a file too: what was made with another value is made anew.
$(OUT)/settings/%: export STAGE :=
$(OUT)/settings/%: FORCE
	mkdir -p $(@D); echo '$($*)' | cmp -s - $@ || echo '$($*)' >$@
.PHONY: FORCE
.PRECIOUS: $(OUT)/settings/%
setting = $(1:%=$(OUT)/settings/%)

.PHONY: report
report: $(OUT)/report.json $(OUT)/sheet.png

# -- the samples

$(OUT)/normal.pz: export STAGE = normalise the stamps
$(OUT)/normal.pz: $(OUT)/stamps.pz
	normalize --stretch sqrt --pixel f2 $< -o $@

$(OUT)/train.pz: export STAGE = part the training sample
$(OUT)/train.pz: $(OUT)/normal.pz $(call setting,PARTS SEED)
	partition --keep train --parts $(PARTS) $(seeded) $< -o $@

$(OUT)/test.pz: export STAGE = part the test sample
$(OUT)/test.pz: $(OUT)/normal.pz $(call setting,PARTS SEED)
	partition --keep test --parts $(PARTS) $(seeded) $< -o $@

$(OUT)/subset.pz: export STAGE = a nearly balanced subset (section 3.2)
$(OUT)/subset.pz: $(OUT)/train.pz $(call setting,THRESHOLD)
	balance $(THRESHOLD) $(seeded) $< -o $@

# -- the networks

$(OUT)/baseline.model: export STAGE = baseline: one redshift output
$(OUT)/baseline.model: $(OUT)/train.pz $(call setting,NET LEARN)
	softlabel --single $< | train --net $(NET) $(LEARN) $(seeded) -o $@

$(OUT)/step1.model: export STAGE = step 1: a representation, one redshift output per magnitude channel
$(OUT)/step1.model: $(OUT)/train.pz $(call setting,NET LEARN)
	softlabel --hard $< | train --net $(NET) $(LEARN) $(seeded) -o $@

$(OUT)/step2.model: export STAGE = step 2: outputs refitted on the balanced subset
$(OUT)/step2.model: $(OUT)/subset.pz $(OUT)/step1.model $(call setting,REFIT)
	softlabel --hard $< | \
	train --from $(OUT)/step1.model --freeze --heads keep $(REFIT) $(seeded) -o $@

# Step 3 is labelled from step 2's estimates, and starts from step 1.
$(OUT)/subset-step2.pz: export STAGE = step 2's estimates on the subset
$(OUT)/subset-step2.pz: $(OUT)/subset.pz $(OUT)/step2.model
	predict --model $(OUT)/step2.model --keep-stamps $< -o $@

$(OUT)/step3.model: export STAGE = step 3: softened, shifted labels over an extended range
$(OUT)/step3a.model: export STAGE = step 3a: shifted labels, not softened
$(OUT)/step3b.model: export STAGE = step 3b: softened labels, not shifted
$(OUT)/step3a.model: variant = --hard
$(OUT)/step3b.model: variant = --no-shift
$(OUT)/step3.model $(OUT)/step3a.model $(OUT)/step3b.model: $(OUT)/subset-step2.pz $(OUT)/step1.model \
		$(call setting,EXTEND EXTEND_FIT)
	softlabel $(EXTEND) $(variant) $< | \
	train --from $(OUT)/step1.model --freeze --heads new $(EXTEND_FIT) $(seeded) -o $@

# -- the estimates

$(STEPS:%=$(OUT)/%.pz): export STAGE = estimates of the test sample: $(notdir $@)
$(STEPS:%=$(OUT)/%.pz): $(OUT)/%.pz: $(OUT)/%.model $(OUT)/test.pz
	predict --model $< $(OUT)/test.pz -o $@

$(OUT)/subset-step3.pz: export STAGE = step 3's estimates on the subset
$(OUT)/subset-step3.pz: $(OUT)/subset.pz $(OUT)/step3.model
	predict --model $(OUT)/step3.model $< -o $@

$(OUT)/step4.pz: export STAGE = step 4: what bias is left as a function of photo-z
$(OUT)/step4.pz: $(OUT)/step3.pz $(OUT)/subset-step3.pz $(call setting,DRAW)
	calibrate --train $(OUT)/subset-step3.pz $(DRAW) $(seeded) $< -o $@

# -- what came of it

$(OUT)/report.json: export STAGE = residuals, table and figure
$(OUT)/report.json: $(STREAMS)
	residuals $(seeded) --json $@ --figure $(OUT)/figure.png $(foreach s,$(STEPS) step4,$(s)=$(OUT)/$(s).pz) \
		-o $(OUT)/report.tsv

$(OUT)/sheet.png: export STAGE = a contact sheet of the test sample
$(OUT)/sheet.png: $(OUT)/test.pz
	inspect --png $@ $<
