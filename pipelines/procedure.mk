# procedure.mk -- the procedure of Lin et al. 2022 (A&A 662, A36), a rule a step
#
#   make -f pipelines/procedure.mk OUT=dir SEED=1 SETTINGS=sdss ...
#
# in    $(OUT)/stamps.pz          stamps with redshifts and magnitudes, as cut; or $(STAMPS), one file or more
# out   $(OUT)/report.tsv .json   the two biases after each step
#       $(OUT)/figure.png         the same as a figure
#       $(OUT)/products.fits      estimates without bias at each true redshift, estimates without bias at
#                                 each photometric redshift, calibrated p(z) with intervals, flags; products.txt
#                                 says which to use for what
#       $(OUT)/nz.fits            the redshift distribution of the test sample
#       $(OUT)/report.html        all of it for people, as one web page
#
# Every target is a stream or a model: make resumes where it was stopped, -j runs targets that do
# not depend on each other at the same time, and `inspect` shows any of them. After a kill, run the
# same command again: it continues, because unfinished files never have the final name. They are
# called FILE.part, and may remain until FILE is there.

PIPELINES := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT   ?= out
SEED  ?= 1
include $(PIPELINES)/common.mk

# The settings of the survey are in the header of the stream; these are those of the network.
SETTINGS   ?= sdss
include $(PIPELINES)/settings/$(SETTINGS).mk
EXTEND_FIT ?= $(REFIT)

# The steps to report: those of the article; step 5, the baseline's p(z) recalibrated with galaxies that
# were not used in training, if there are such; the nearest neighbours, as a benchmark, by what is
# measured on the stamps (knn) and by the magnitudes of a catalogue (knn-mag), if MAGNITUDES names these.
# Further variants:
# step3-skip2, the article's 3\2; step3-prior, step 3 with the p(z) that its network would give with the
# n(z) of the training sample as prior, recalibrated (its estimates are those of step 3).
STEPS      ?= baseline step1 step2 step3 step3a step3b step4 $(if $(has_valid),step5) knn $(if $(MAGNITUDES),knn-mag)
# Other streams for the same report: NAME=FILE ...
BESIDE     ?=

# What a procedure may take from elsewhere: stamps, as cut or ready to learn from; galaxies to learn
# from (baseline and step 1 may have others than the rest), galaxies to test, the models of baseline
# and step 1.
STAMPS       ?= $(OUT)/stamps.pz
READY        ?= $(OUT)/normal.pz
TRAIN_SAMPLE ?= $(OUT)/train.pz
LEARN_SAMPLE ?= $(TRAIN_SAMPLE)
TEST_SAMPLE  ?= $(OUT)/test.pz
VALID_SAMPLE ?= $(if $(findstring valid=,$(PARTS)),$(OUT)/valid.pz)
has_valid     = $(strip $(VALID_SAMPLE))
BASELINE     ?= $(OUT)/baseline.model
STEP1        ?= $(OUT)/step1.model

# What a procedure may change: the grid or the target (options of softlabel), errors of the labels
# of baseline and step 1, the balanced subset and its window, a condition of keep that estimates of the
# subset must meet for steps 3 and 4 to learn from them (where some redshifts are wrong), the share by
# which the labels of step 3 are refined with what a first network left (0 to 1; empty: as in the
# article, they are not), the seed of the initial weights, how many galaxies step 4 draws, options of
# residuals and of knn, keys of the records that are magnitudes (one for each band, as from cutout
# --carry) with options of knn for these, by which galaxies the baseline tells those that are outside
# of the training domain, tomographic bins, and how steps are compared (streams from elsewhere may have
# other galaxies, and so have nearest neighbours where magnitudes are missing).
GRID       ?=
ERRORS     ?=
THRESHOLD  ?=
FOLD       ?= 1
AGREE      ?=
REFINE     ?=
WEIGHTS    ?= $(SEED)
DRAW       ?=
RESIDUALS  ?=
KNN        ?=
MAGNITUDES ?=
KNN_MAG    ?=
DOMAIN     ?= $(if $(filter step5,$(STEPS)),--domain $(LEARN_SAMPLE))
TOMOGRAPHY ?= --tomography 4 --by mean --require lsst-y1,lsst-y10
COMPARE    ?= $(if $(BESIDE)$(MAGNITUDES),,--differences) --against mag

# How many networks of each kind are trained; their p(z) are averaged, and their scatter is an error
# of every number (ensemble.mk).
ENSEMBLE ?= 1

# The command that trains baseline and step 1: train, or one that runs it as several processes.
TRAIN ?= train

# The figure, the contact sheet and the web page; empty for none.
FIGURE ?= $(OUT)/figure.png
SHEET ?= $(OUT)/sheet.png
PAGE  ?= $(OUT)/report.html

# Whether the checkpoints of training are kept, and the directory of an earlier run to continue.
KEEP_STATE ?=
EARLIER    ?=

comma    := ,
STREAMS  := $(STEPS:%=$(OUT)/%.pz)
seeded    = --seed $(SEED)

# Those that networks estimate.
PREDICTED := $(sort $(filter-out $(OUT)/step5.pz $(OUT)/step3-prior.pz $(OUT)/knn.pz $(OUT)/knn-mag.pz, \
	$(STREAMS:$(OUT)/step4.pz=$(OUT)/step3.pz)) $(if $(filter step3-prior,$(STEPS)),$(OUT)/step3.pz) \
	$(if $(filter step5,$(STEPS)),$(OUT)/baseline.pz))

REPORT := $(OUT)/report.tsv $(OUT)/report.json $(FIGURE)

# The catalogue of products needs steps 3 to 5.
PRODUCTS := $(if $(and $(filter step4,$(STEPS)),$(filter step5,$(STEPS))),$(OUT)/products.fits $(OUT)/nz.fits)

# If a run was killed at its very end, its checkpoint may still be there.
.PHONY: report
report: $(REPORT) $(SHEET) $(PRODUCTS) $(PAGE)
	$(if $(KEEP_STATE),,rm -f $(foreach step,baseline step1,$(addprefix $(OUT)/$(step).,state state.previous state.of)))

# -- the samples

$(OUT)/normal.pz: export STAGE = normalise the stamps
$(OUT)/normal.pz: $(call seen,STAMPS)
	normalize --stretch sqrt --pixel f2 $(STAMPS) -o $@

$(OUT)/train.pz: export STAGE = the training sample
$(OUT)/train.pz: $(READY) $(call setting,PARTS SEED)
	partition --keep train --parts $(PARTS) $(seeded) $< -o $@

$(OUT)/test.pz: export STAGE = the test sample
$(OUT)/test.pz: $(READY) $(call setting,PARTS SEED)
	partition --keep test --parts $(PARTS) $(seeded) $< -o $@

$(OUT)/valid.pz: export STAGE = the validation sample, for step 5
$(OUT)/valid.pz: $(READY) $(call setting,PARTS SEED)
	partition --keep valid --parts $(PARTS) $(seeded) $< -o $@

$(OUT)/subset.pz: export STAGE = a nearly balanced subset (section 3.2)
$(OUT)/subset.pz: $(call seen,TRAIN_SAMPLE) $(call setting,THRESHOLD FOLD GRID)
	balance $(GRID) $(THRESHOLD) --fold $(FOLD) $(seeded) $(TRAIN_SAMPLE) -o $@

# Wrong redshifts among the labels are far from the estimates, and would widen and shift all labels.
$(OUT)/agreeing-%.pz: export STAGE = estimates that agree with the redshifts: $(notdir $@)
$(OUT)/agreeing-%.pz: $(OUT)/subset-%.pz $(call setting,AGREE)
	keep '$(AGREE)' $< -o $@
agreed := $(OUT)/$(if $(AGREE),agreeing,subset)

# -- the networks, or an ensemble of them

ifneq ($(ENSEMBLE),1)
include $(PIPELINES)/ensemble.mk
else

# A stopped run of train continues from its checkpoint. (After a signal, train ends with status 0 and
# without a model; then the recipe fails. An earlier model, of other settings, is removed first, so
# that it cannot be taken for the missing one.)
state   = $(@:.model=.state)
resumed = --checkpoint $(state) --resume --log $(@:.model=.log)
begin   = rm -f $@; continue_from $(state) '$(EARLIER:%=%/$(notdir $(state)))' $^
end     = [ -e $@ ]; rm -f $(if $(KEEP_STATE),,$(state) $(state).of) $(state).previous
LEARNT  = $(call seen,LEARN_SAMPLE) $(call setting,NET LEARN GRID ERRORS WEIGHTS)

$(OUT)/baseline.model: export STAGE = baseline: one redshift output
$(OUT)/baseline.model: $(LEARNT) $(EARLIER:%=%/baseline.model)
	$(begin); \
	softlabel --single $(GRID) $(ERRORS) $(seeded) $(LEARN_SAMPLE) | \
	$(TRAIN) --net $(NET) $(LEARN) $(resumed) --seed $(WEIGHTS) -o $@; \
	$(end)

$(OUT)/step1.model: export STAGE = step 1: a representation, one redshift output per magnitude channel
$(OUT)/step1.model: $(LEARNT) $(EARLIER:%=%/step1.model)
	$(begin); \
	softlabel --hard $(GRID) $(ERRORS) $(seeded) $(LEARN_SAMPLE) | \
	$(TRAIN) --net $(NET) $(LEARN) $(resumed) --seed $(WEIGHTS) -o $@; \
	$(end)

refit = train --from $(STEP1) --freeze --seed $(WEIGHTS)

$(OUT)/step2.model: export STAGE = step 2: outputs refitted on the balanced subset
$(OUT)/step2.model: $(OUT)/subset.pz $(call seen,STEP1) $(call setting,REFIT WEIGHTS)
	softlabel --hard $< | $(refit) --heads keep $(REFIT) -o $@

# The labels of step 3 are made from the estimates of step 2; its network starts from step 1.
$(OUT)/subset-step2.pz: export STAGE = step 2's estimates on the subset
$(OUT)/subset-step2.pz: $(OUT)/subset.pz $(OUT)/step2.model
	predict --model $(OUT)/step2.model --keep-stamps $< -o $@

$(OUT)/step3.model: export STAGE = step 3: softened, shifted labels over an extended range$(if $(REFINE),$(comma) refined)
$(OUT)/first.model: export STAGE = step 3, first: softened, shifted labels, not yet refined
$(OUT)/step3a.model: export STAGE = step 3a: shifted labels, not softened
$(OUT)/step3b.model: export STAGE = step 3b: softened labels, not shifted
$(OUT)/step3a.model: variant = --hard
$(OUT)/step3b.model: variant = --no-shift
$(OUT)/step3.model: private variant = $(if $(REFINE),--refine $(agreed)-first.pz --share $(REFINE))
$(OUT)/first.model $(OUT)/step3.model $(OUT)/step3a.model $(OUT)/step3b.model: $(agreed)-step2.pz $(call seen,STEP1) \
		$(call setting,EXTEND EXTEND_FIT WEIGHTS AGREE)
	softlabel $(EXTEND) $(variant) $< | $(refit) --heads new $(EXTEND_FIT) -o $@

# Where it is refined, a first network of the same labels comes before.
$(OUT)/step3.model: $(if $(REFINE),$(agreed)-first.pz) $(call setting,REFINE)

$(OUT)/subset-first.pz: export STAGE = its estimates on the subset
$(OUT)/subset-first.pz: $(OUT)/subset.pz $(OUT)/first.model
	predict --model $(OUT)/first.model $< -o $@

# 3\2: step 3 right after step 1, which replaces step 2, on practically the whole sample.
$(OUT)/whole-step1.pz: export STAGE = step 1's estimates on the whole sample
$(OUT)/whole-step1.pz: $(call seen,TRAIN_SAMPLE STEP1) $(call setting,FOLD GRID)
	balance $(GRID) --threshold 10000 --fold $(FOLD) $(seeded) $(TRAIN_SAMPLE) | \
	predict --model $(STEP1) --keep-stamps -o $@

$(OUT)/step3-skip2.model: export STAGE = step 3\2: step 3 right after step 1
$(OUT)/step3-skip2.model: $(OUT)/whole-step1.pz $(call seen,STEP1) $(call setting,EXTEND EXTEND_FIT WEIGHTS)
	softlabel $(EXTEND) $< | $(refit) --heads new $(EXTEND_FIT) -o $@

# -- the estimates

# The models of baseline and step 1 may be from elsewhere.
model_of   = $(or $(and $(filter baseline,$1),$(BASELINE)),$(and $(filter step1,$1),$(STEP1)),$(OUT)/$1.model)
model_seen = $(or $(and $(filter baseline,$1),$(call seen,BASELINE)),$(and $(filter step1,$1),$(call seen,STEP1)),$(OUT)/$1.model)
.SECONDEXPANSION:
$(PREDICTED): export STAGE = estimates of the test sample: $(notdir $@)
$(PREDICTED): $(OUT)/%.pz: $$(call model_seen,$$*) $(call seen,TEST_SAMPLE) $(call setting,ENSEMBLE)
	predict --model $(call model_of,$*) $(if $(filter baseline,$*),$(DOMAIN)) $(TEST_SAMPLE) -o $@

$(OUT)/subset-step3.pz: export STAGE = step 3's estimates on the subset
$(OUT)/subset-step3.pz: $(OUT)/subset.pz $(OUT)/step3.model $(call setting,ENSEMBLE)
	predict --model $(OUT)/step3.model $< -o $@

# The galaxies by which step 5 is fitted were not used in training.
$(OUT)/valid-baseline.pz: export STAGE = the baseline's estimates on the validation sample
$(OUT)/valid-baseline.pz: $(call seen,BASELINE VALID_SAMPLE) $(call setting,ENSEMBLE)
	predict --model $(BASELINE) $(VALID_SAMPLE) -o $@

$(OUT)/valid-step3.pz: export STAGE = step 3's estimates on the validation sample
$(OUT)/valid-step3.pz: $(OUT)/step3.model $(call seen,VALID_SAMPLE) $(call setting,ENSEMBLE)
	predict --model $(OUT)/step3.model $(VALID_SAMPLE) -o $@

endif

$(OUT)/step4.pz: export STAGE = step 4: correct the bias as a function of photo-z
$(OUT)/step4.pz: $(OUT)/step3.pz $(agreed)-step3.pz $(call setting,DRAW AGREE)
	calibrate --train $(agreed)-step3.pz $(DRAW) $(seeded) $< -o $@

$(OUT)/step5.pz: export STAGE = step 5: recalibrate the p(z) of the baseline
$(OUT)/step5.pz: $(OUT)/baseline.pz $(OUT)/valid-baseline.pz
	recalibrate --train $(OUT)/valid-baseline.pz --intervals 68,95 $(seeded) $< -o $@

# The network of step 3 learned from the balanced subset, which has another n(z) than the sky.
$(OUT)/step3-prior.pz: export STAGE = step 3 with the prior of the training sample, recalibrated
$(OUT)/step3-prior.pz: $(OUT)/step3.pz $(OUT)/valid-step3.pz $(OUT)/subset.pz $(call seen,TRAIN_SAMPLE)
	recalibrate --train $(OUT)/valid-step3.pz --prior $(TRAIN_SAMPLE) --trained $(OUT)/subset.pz \
		--intervals 68,95 $(seeded) $< -o $@

$(OUT)/knn.pz: export STAGE = nearest neighbours, as a benchmark
$(OUT)/knn.pz: $(call seen,TRAIN_SAMPLE TEST_SAMPLE) $(call setting,KNN)
	knn --train $(TRAIN_SAMPLE) $(KNN) $(TEST_SAMPLE) -o $@

$(OUT)/knn-mag.pz: export STAGE = nearest neighbours by catalogue magnitudes, as a benchmark
$(OUT)/knn-mag.pz: $(call seen,TRAIN_SAMPLE TEST_SAMPLE) $(call setting,MAGNITUDES KNN_MAG)
	knn --train $(TRAIN_SAMPLE) --magnitudes $(MAGNITUDES) $(KNN_MAG) $(TEST_SAMPLE) -o $@

# -- the products

$(OUT)/products.pz: export STAGE = products: estimates of steps 3 and 4, p(z) of step 5
$(OUT)/products.pz: $(OUT)/step3.pz $(OUT)/step4.pz $(OUT)/step5.pz
	match --with $(OUT)/step4.pz --take zphot=zphot_corrected $< | \
	match --with $(OUT)/step5.pz --take pz,interval$(if $(DOMAIN),$(comma)domain) | \
	flag -o $@

$(OUT)/products.fits: export STAGE :=
$(OUT)/products.fits: $(OUT)/products.pz $(PIPELINES)/products.txt
	totable --comments $(PIPELINES)/products.txt $< -o $@

$(OUT)/nz.pz: export STAGE = n(z) of the test sample, from calibrated p(z)
$(OUT)/nz.pz: $(OUT)/step5.pz $(call seen,TRAIN_SAMPLE)
	nz --trained $(TRAIN_SAMPLE) $(seeded) $< -o $@

$(OUT)/nz.fits: export STAGE :=
$(OUT)/nz.fits: $(OUT)/nz.pz
	totable $< -o $@

# -- the report

beside := $(foreach s,$(BESIDE),$(lastword $(subst =, ,$(s))))
$(REPORT): export STAGE = residuals, table and figure
$(REPORT) &: $(STREAMS) $(call seen,beside) $(call setting,STEPS BESIDE TOMOGRAPHY COMPARE RESIDUALS ENSEMBLE) $(SINGLE)
	residuals $(TOMOGRAPHY) $(COMPARE) $(RESIDUALS) $(training) $(seeded) --json $(OUT)/report.json $(FIGURE:%=--figure %) \
		$(BESIDE) $(foreach s,$(STEPS),$(s)=$(OUT)/$(s).pz) -o $(OUT)/report.tsv; \
	MADE='$(REPORT)' not_before

$(OUT)/sheet.png: export STAGE = a contact sheet of the test sample
$(OUT)/sheet.png: $(call seen,TEST_SAMPLE)
	inspect --png $@ $(TEST_SAMPLE)

# -- the page: it shows every stream, and hides what the figure leaves out at first. Panels of single
# streams, n(z) and PIT, are charts of the page itself, which go with their stream.

PAGE_PANELS ?= zspec,zphot,tv$(if $(TOMOGRAPHY),$(comma)tomography)$(if $(findstring --against,$(COMPARE)),$(comma)against)

LOGS    ?= $(OUT)/baseline.log $(OUT)/step1.log
figured := $(if $(filter step3,$(STEPS)),step3,$(lastword $(STEPS)))
sheets  := $(if $(SHEET),$(OUT)/worst.png $(OUT)/random.png)

$(OUT)/figure.svg: export STAGE = the figure of the web page
$(OUT)/figure.svg: $(OUT)/report.json
	residuals -q $(TOMOGRAPHY) $(COMPARE) $(RESIDUALS) $(training) $(seeded) --figure $@ --steps all --panels $(PAGE_PANELS) \
		--caption $(@D)/figure-page.txt $(BESIDE) $(foreach s,$(STEPS),$(s)=$(OUT)/$(s).pz) >/dev/null; \
	MADE='$@ $(@D)/figure-page.txt' not_before

$(sheets): export STAGE = stamps of the web page: $(basename $(notdir $@))
$(sheets): $(OUT)/%.png: $(OUT)/$(figured).pz $(call seen,TEST_SAMPLE)
	match --with $(TEST_SAMPLE) --take img $< | inspect --choose $* --png $@ $(seeded)

$(OUT)/report.html: export STAGE = the web page
$(OUT)/report.html: $(OUT)/report.json $(OUT)/figure.svg $(sheets) $(STREAMS)
	logs=(); for log in $(LOGS); do [[ ! -e $${log#*=} ]] || logs+=("$$log"); done; \
	report $(OUT)/report.json $(OUT)/figure.svg figure=$(OUT)/figure-page.txt $(sheets) "$${logs[@]}" \
		$(foreach s,$(STEPS),$(s)=$(OUT)/$(s).pz) -o $@

$(foreach name,STAMPS TRAIN_SAMPLE LEARN_SAMPLE TEST_SAMPLE VALID_SAMPLE BASELINE STEP1 beside,$(eval $(call see,$(name))))

# Files from elsewhere are not made here.
elsewhere := $(sort $(filter-out $(OUT)/%,$(STAMPS) $(TRAIN_SAMPLE) $(LEARN_SAMPLE) $(TEST_SAMPLE) \
	$(VALID_SAMPLE) $(BASELINE) $(STEP1) $(EARLIER:%=%/baseline.model) $(EARLIER:%=%/step1.model) $(beside)))
$(elsewhere): export STAGE :=
$(elsewhere):
	echo '$@: no such file, and no rule to make it: it must come from elsewhere' >&2; exit 1
