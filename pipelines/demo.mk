# demo.mk -- a simulated survey, from frames on disk to the figure
#
#   make demo [SURVEY=deep] [SEED=1] [OUT=demo] [SMALL=1] [ENSEMBLE=3]
#
# mock makes frames and a catalogue; everything after that is the procedure for any survey
# (procedure.mk), with settings for minutes instead of weeks. The sky is one like that of SDSS, to
# z = 0.4, or with SURVEY=deep one like that of CFHTLS, to z = 4. Three networks of each kind are
# trained, so that every number has the error that training has; one of the deep sky or with SMALL=1.
# No magnitude of the catalogue is missing: nearest neighbours estimate the same galaxies by these.

OUT        ?= demo
MAGNITUDES ?= mag_u,mag_g,mag_r,mag_i,mag_z
SETTINGS   := mock
ifeq ($(SURVEY),deep)
ENSEMBLE   ?= 1
SETTINGS   := deep
override SURVEY := $(dir $(lastword $(MAKEFILE_LIST)))surveys/deep.json
endif
ENSEMBLE   ?= $(if $(SMALL),1,3)

demo: report

include $(dir $(lastword $(MAKEFILE_LIST)))procedure.mk

$(OUT)/frames/catalogue.fits: export STAGE = a mock sky: $(GALAXIES) galaxies in five bands
$(OUT)/frames/catalogue.fits: $(call setting,GALAXIES SKY SPECTRA SEED)
	mock --survey $(SKY) --galaxies $(GALAXIES) --field $(SPECTRA) $(seeded) $(@D)

$(OUT)/stamps.pz: export STAGE = cut stamps of $(SIZE) pixels from the frames
$(OUT)/stamps.pz: $(OUT)/frames/catalogue.fits $(call setting,SIZE SURVEY MAGNITUDES)
	cutout --catalogue $< --frames '$(@D)/frames/frame-%b-*.fits' --bands u,g,r,i,z \
		--size $(SIZE) --survey $(SURVEY) --carry $(MAGNITUDES) -o $@

.PHONY: demo
demo:
	awk -F'\t' -v OFS='\t' '/^mode\./ { exit } /^tomography\.[0-9]/ { next } NR > 1 { for (i = 2; i <= NF; i++) if ($$i != "-") $$i = sprintf("%.6g", $$i) } 1' \
		$(OUT)/report.tsv | expand -t 31,+13
	echo 'figure         $(OUT)/figure.png' && \
	echo 'contact sheet  $(OUT)/sheet.png' && \
	echo 'table          $(OUT)/report.tsv, $(OUT)/report.json' && \
	echo 'products       $(OUT)/products.fits, $(OUT)/nz.fits' && \
	echo 'all as a page  $(OUT)/report.html'
