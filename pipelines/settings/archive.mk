# archive.mk -- settings for the surveys of archives: the article's for SDSS (pzpipe-method(7), SURVEYS)
#
# Grid, rows and limits are in the stream's header (cutout --survey); by how many bins the labels of
# step 3 may leave the grid, half as many as it has, is in the makefile of the survey. The settings were
# not tuned to these surveys; LEARN='--recipe modern' gives better networks from fewer stamps.

PARTS      ?= train=0.8,valid=0.04,test=0.16
NET        ?= P
LEARN      ?= --iterations 120000 --batch 128 --rate 1e-4 --drop 0.5
REFIT      ?= --iterations 40000 --batch 32 --rate 2e-5
