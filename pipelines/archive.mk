# archive.mk -- surveys of archives: from a query and the archive's files to stamps, and the procedure on them
#
#   make -f pipelines/legacy.mk query              the query for the archive, which gives galaxies.csv
#   make -f pipelines/legacy.mk fetch [OUT=legacy] the files that the galaxies lie on, by curl
#   make -f pipelines/legacy.mk [OUT=legacy] [SEED=1]
#
# and in the same way panstarrs.mk, hsc.mk, rubin.mk, des.mk, kids.mk, euclid.mk and unions.mk. Each of
# them says what is its own, and includes this makefile:
#
#   SURVEY   the preset of cutout, whose query is surveys/$(SURVEY).sql
#   AT       where the catalogue comes from, in words
#   COLUMNS  the archive's columns for id, ra, dec, z, mag and, if it has one, ebv
#   ARCHIVE  what the addresses of all files begin with
#   FILES    how they go on: {NAME} stands for that column of the catalogue, {NAME:%04d} for it in this
#            format of printf, {NAME#PREFIX} for it without PREFIX, {band} for each of BANDS in turn
#   HOW      what curl needs, or, if BY_HAND is set, how the files are got instead
#
# in    $(CATALOGUE)          the result of the query as CSV, or another table with its columns
#       $(FRAMES)/            the files, all in this folder
# out   $(OUT)/stamps.pz      stamps
#       $(OUT)/files.urls     the addresses that fetch downloads; the files may come by other ways
#       and everything that procedure.mk makes from the stamps
#
# What the archive's catalogue lacks or cannot select:
#
#   DUST=folder               E(B-V), from maps of dust (cutout(1), --dust)
#   COVER=0.5                 galaxies of which any band has less data than this are left out
#   KEEP='bits(maskbits, 2) = 0' CUT='--carry maskbits'
#                             a further condition on the stamps (keep(1)), and further options of cutout

OUT      ?= $(SURVEY)
SETTINGS ?= archive
recipe   := $(firstword $(MAKEFILE_LIST))

.PHONY: $(SURVEY) query fetch
$(SURVEY): report

include $(dir $(lastword $(MAKEFILE_LIST)))procedure.mk

CATALOGUE ?= $(OUT)/galaxies.csv
FRAMES    ?= $(OUT)/frames
AT_ONCE   ?= 4
SIZE      ?= 64
COVER     ?= 0.5
CUT       ?=
DUST      ?=
KEEP      ?=

query: export STAGE :=
query:
	cat $(PIPELINES)/surveys/$(SURVEY).sql

# -- the files: no rule below depends on them

ifdef BY_HAND
fetch: export STAGE :=
fetch: $(OUT)/files.urls
	cat $<; echo '$(HOW)' >&2
else
fetch: export STAGE = fetch the files of $(SURVEY)
fetch: $(OUT)/files.urls
	$(if $(HOW),echo '$(HOW)' >&2;) \
	xargs -r -n 1 -P $(AT_ONCE) bash -c 'download "$${2%/*}" "$$1" "$$2"' download $(FRAMES) <$<
endif

$(eval $(call see,CATALOGUE))

$(OUT)/files.urls: export STAGE :=
$(OUT)/files.urls: $(call seen,CATALOGUE) $(call setting,ARCHIVE FILES BANDS)
	awk -f $(PIPELINES)/archive.awk -v archive='$(ARCHIVE)' -v files='$(FILES)' -v bands='$(BANDS)' \
		$(CATALOGUE) >$@.part; mv $@.part $@

# -- the stamps

$(CATALOGUE): export STAGE :=
$(CATALOGUE):
	echo '$@: no such file: it comes from $(AT), as make -f $(recipe) query says' >&2; exit 1

$(OUT)/stamps.pz: export STAGE = cut stamps of $(SIZE) pixels
$(OUT)/stamps.pz: $(call seen,CATALOGUE) $(call setting,COLUMNS SIZE COVER CUT DUST KEEP)
	compgen -G '$(FRAMES)/*' >/dev/null || { echo '$(FRAMES): no files there: make -f $(recipe) fetch gets them,' \
		'or says how; or FRAMES= names the folder that has them' >&2; exit 1; }; \
	cutout --survey $(SURVEY) --catalogue $(CATALOGUE) --columns $(COLUMNS) --frames $(FRAMES) --size $(SIZE) \
		--min-cover $(COVER) $(if $(DUST),--dust $(DUST)) $(CUT) $(if $(KEEP),| keep '$(KEEP)') -o $@
