# science.mk -- the demo on several skies: their table, and whether its bars hold
#
#   make science [SKIES='1 2 3'] [OUT=science]
#
# Exit status other than 0 where a bar does not hold.

HERE  := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))

OUT   ?= science
SKIES ?= 1 2 3

.PHONY: science FORCE
science: $(SKIES:%=$(OUT)/%/report.json)
	$(HERE)/bars.py --table $^

$(OUT)/%/report.json: FORCE
	WHERE='sky $*' $(MAKE) --no-print-directory -s -f pipelines/demo.mk OUT=$(@D) SEED=$* $@
