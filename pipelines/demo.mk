# demo.mk -- a simulated survey, from frames on disk to the figure
#
#   make demo [SEED=1] [OUT=demo] [SMALL=1]
#
# mock makes frames and a catalogue; from there on the procedure is that of any
# survey (procedure.mk), with settings that fit minutes instead of weeks.

OUT   ?= demo
SEED  ?= 1

# 20,000 galaxies to train on and as many to test, or 8,000 with SMALL=1.
GALAXIES := $(if $(SMALL),16000,40000)
SURVEY   := $(if $(SMALL),demo-small,demo)
SEEN     := $(if $(SMALL),2500,4688)
SIZE     := 32

PARTS      := train=0.5,test=0.5
NET        := pipelines/networks/demo.net
LEARN      := --iterations $(SEEN) --batch 32 --rate 2e-3 --drop 0.5,0.8
REFIT      := --iterations 3000 --batch 128 --rate 1e-3
EXTEND_FIT := --iterations 2000 --batch 128 --rate 3e-3 --drop 0.7
EXTEND     := --extend 40,40
DRAW       := --size $(if $(SMALL),32000,80000)

demo: report

include pipelines/procedure.mk

$(OUT)/frames/catalogue.fits: export STAGE = a mock sky: $(GALAXIES) galaxies in five bands
$(OUT)/frames/catalogue.fits: $(OUT)/settings/GALAXIES $(OUT)/settings/SEED
	mock --galaxies $(GALAXIES) $(seeded) $(@D)

$(OUT)/stamps.pz: export STAGE = cut stamps of $(SIZE) pixels from the frames
$(OUT)/stamps.pz: $(OUT)/frames/catalogue.fits $(OUT)/settings/SIZE $(OUT)/settings/SURVEY
	cutout --catalogue $< --frames '$(@D)/frames/frame-%b-*.fits' --bands u,g,r,i,z \
		--size $(SIZE) --survey pipelines/surveys/$(SURVEY).json -o $@

.PHONY: demo
demo:
	expand -t 17 $(OUT)/report.tsv
	echo 'figure         $(OUT)/figure.png' && \
	echo 'contact sheet  $(OUT)/sheet.png' && \
	echo 'table          $(OUT)/report.tsv, $(OUT)/report.json'
