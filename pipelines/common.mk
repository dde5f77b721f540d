# common.mk -- what these makefiles share: the shell, and dependencies on settings and outside files
#
#   include $(PIPELINES)/common.mk        after PIPELINES and OUT are set
#
# make compares the times of files. A file from elsewhere may have any time: it may come from a
# machine whose clock is ahead, or be an old file that was copied over a younger one. So targets
# that are made from such files, or with a setting, depend on notes of them below $(OUT), which are
# written when they change.

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

# $(call seen,NAME ...): notes of the files that these variables name, with what identifies the
# files regardless of their names and folders; $(eval $(call see,NAME)) defines the rule of a note.
define see
$(OUT)/seen/$1: export STAGE :=
$(OUT)/seen/$1: FORCE | $($1)
	note $$@ "$$$$(identity $($1))"

endef
seen = $(1:%=$(OUT)/seen/%)
