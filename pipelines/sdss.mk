# sdss.mk -- SDSS: from a query and the archive's frames to stamps, and the procedure on them
#
#   make -f pipelines/sdss.mk query             the query for CasJobs, which gives galaxies.csv
#   make -f pipelines/sdss.mk fetch [OUT=sdss]  the frames that the galaxies lie on, by curl
#   make -f pipelines/sdss.mk [OUT=sdss] [SEED=1]
#
# in    $(CATALOGUE)           the result of the query as CSV, or another table with its columns
#       $(FRAMES)/             frame-*.fits.bz2, in folders as in the archive or without
# out   $(OUT)/piece-1.pz ...  stamps
#       $(OUT)/piece-1.urls    the addresses that fetch downloads; the files may come by other ways
#       and everything that procedure.mk makes from the stamps
#
# The frames of all of SDSS are several terabytes. They can be processed in pieces, each a twentieth
# of the camera columns of all runs, and the frames of a piece removed afterwards:
#
#   for i in {1..20}; do
#       make -f pipelines/sdss.mk PIECES=20 fetch-$i sdss/piece-$i.pz && rm -r sdss/frames
#   done
#   make -f pipelines/sdss.mk PIECES=20

OUT      ?= sdss
SETTINGS ?= sdss
PIECES   ?= 1
numbers  := $(shell seq $(PIECES))
STAMPS   ?= $(numbers:%=$(OUT)/piece-%.pz)

.PHONY: sdss query fetch
sdss: report

include $(dir $(lastword $(MAKEFILE_LIST)))procedure.mk

CATALOGUE ?= $(OUT)/galaxies.csv
FRAMES    ?= $(OUT)/frames
ARCHIVE   ?= https://data.sdss.org/sas/dr17/eboss/photoObj/frames
AT_ONCE   ?= 4

# Options of cutout: stamps have the axes of the frames, as those of the article. To compare with nearest
# neighbours by the magnitudes that the query gives, carry these along:
#   CUT='--native --carry mag_u=u,mag_g=g,mag_r=r,mag_i=i,mag_z=z' MAGNITUDES=mag_u,mag_g,mag_r,mag_i,mag_z
SIZE      ?= 64
CUT       ?= --native
PATTERN   ?= $(FRAMES)/frame-%b-*.fits.bz2,$(FRAMES)/*/*/*/frame-%b-*.fits.bz2

query: export STAGE :=
query:
	cat $(PIPELINES)/sdss.sql

# -- the frames: no rule below depends on them

fetch: $(numbers:%=fetch-%)

.PHONY: $(numbers:%=fetch-%)
$(numbers:%=fetch-%): export STAGE = fetch the frames of piece $(@:fetch-%=%) of $(PIECES)
$(numbers:%=fetch-%): fetch-%: $(OUT)/piece-%.urls
	xargs -r -n 5 -P $(AT_ONCE) bash -c 'download "$$@"' download $(ARCHIVE) $(FRAMES) <$<

$(eval $(call see,CATALOGUE))

piece = awk -f $(PIPELINES)/sdss.awk -v piece=$* -v pieces=$(PIECES)

$(numbers:%=$(OUT)/piece-%.urls): export STAGE :=
$(numbers:%=$(OUT)/piece-%.urls): $(OUT)/piece-%.urls: $(OUT)/piece-%.csv $(call setting,ARCHIVE)
	$(piece) -v archive=$(ARCHIVE) $< >$@.part; mv $@.part $@

# -- the stamps

$(OUT)/galaxies.csv: export STAGE :=
$(OUT)/galaxies.csv:
	echo '$@: no such file: CasJobs makes it with the query that make -f pipelines/sdss.mk query prints' >&2; exit 1

$(numbers:%=$(OUT)/piece-%.csv): export STAGE :=
$(numbers:%=$(OUT)/piece-%.csv): $(OUT)/piece-%.csv: $(call seen,CATALOGUE) $(call setting,PIECES)
	$(piece) $(CATALOGUE) >$@.part; mv $@.part $@

$(numbers:%=$(OUT)/piece-%.pz): export STAGE = cut stamps of $(SIZE) pixels: piece $(@:$(OUT)/piece-%.pz=%) of $(PIECES)
$(numbers:%=$(OUT)/piece-%.pz): $(OUT)/piece-%.pz: $(OUT)/piece-%.csv $(call setting,SIZE CUT)
	cutout --catalogue $< --frames '$(PATTERN)' --bands u,g,r,i,z --survey sdss --size $(SIZE) $(CUT) -o $@
