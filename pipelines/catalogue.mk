# catalogue.mk -- the method without images: from a table of magnitudes and redshifts to the figure
#
#   make -f pipelines/catalogue.mk TABLE=galaxies.csv COLUMNS=z=zspec,mag=r FEATURES=g,r,i,z=z_mag
#
# in    $(TABLE)                a table that fromtable reads (FITS, CSV, HDF5, ...), with redshifts
# out   $(OUT)/report.tsv .json, $(OUT)/figure.png, and the rest of what procedure.mk makes
#
# FEATURES names the columns from which the network learns: magnitudes, to which their colours are
# added (COLOURS= adds none), or any numbers, such as the embedding of another network. COLUMNS says
# which columns are the redshift and the magnitude of the rows; FROMTABLE has further options of
# fromtable. Three networks of each kind are trained, and their p(z) averaged: it takes minutes, and
# every number has the error that training has (ENSEMBLE=1 trains one). Everything after that is the procedure for any survey (procedure.mk).

OUT       ?= catalogue
SETTINGS  ?= catalogue
ENSEMBLE  ?= 3
READY     := $(OUT)/galaxies.pz
SHEET     :=

TABLE     ?= galaxies.csv
COLUMNS   ?= z=zspec,mag=r
FEATURES  ?= u,g,r,i,z=z_mag
COLOURS   ?= --colours
FROMTABLE ?=

catalogue: report

include $(dir $(lastword $(MAKEFILE_LIST)))procedure.mk

$(READY): export STAGE = galaxies with features, from $(TABLE)
$(READY): $(call seen,TABLE) $(call setting,COLUMNS FEATURES COLOURS FROMTABLE SURVEY)
	fromtable --columns $(COLUMNS) --features $(FEATURES) $(COLOURS) $(FROMTABLE) \
		--survey $(SURVEY) $(TABLE) -o $@

$(eval $(call see,TABLE))

.PHONY: catalogue
catalogue:
	echo 'figure         $(OUT)/figure.png' && \
	echo 'table          $(OUT)/report.tsv, $(OUT)/report.json' && \
	echo 'products       $(OUT)/products.fits, $(OUT)/nz.fits' && \
	echo 'all as a page  $(OUT)/report.html'
