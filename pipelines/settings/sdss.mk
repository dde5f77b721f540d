# sdss.mk -- the article's settings for SDSS (pzpipe-method(7), SURVEYS)
#
# Grid, rows and limits are in the stream's header (cutout --survey sdss).

PARTS      ?= train=0.8,valid=0.04,test=0.16
NET        ?= P
LEARN      ?= --iterations 120000 --batch 128 --rate 1e-4 --drop 0.5
REFIT      ?= --iterations 40000 --batch 32 --rate 2e-5
EXTEND     ?= --extend 90,90
