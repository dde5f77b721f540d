# common.mk -- what these makefiles share: the shell, and what things are made from besides files
#
#   include $(PIPELINES)/common.mk        where PIPELINES and OUT are known
#
# make goes by times. A file that comes from elsewhere may have any: of a machine whose clock is
# ahead, or of long ago, copied over a younger one. So what is made from such files, or with a
# setting, depends on notes of them below $(OUT), which are written when they change.

SHELL := $(PIPELINES)/common.bash
.DELETE_ON_ERROR:

# for not_before of common.bash
export MADE = $@
export FROM = $^

.PHONY: FORCE

# $(call setting,NAME ...): the values of these variables
$(OUT)/settings/%: export STAGE :=
$(OUT)/settings/%: FORCE
	note $@ '$($*)'
.PRECIOUS: $(OUT)/settings/%
setting = $(1:%=$(OUT)/settings/%)

# $(call seen,NAME ...): the files that these variables name, by what identifies them, their names
# and places apart; $(eval $(call see,NAME)) has each noted.
define see
$(OUT)/seen/$1: export STAGE :=
$(OUT)/seen/$1: FORCE | $($1)
	note $$@ "$$$$(identity $($1))"

endef
seen = $(1:%=$(OUT)/seen/%)
