# cfhtls.mk -- the article's settings for CFHTLS (pzpipe-method(7), SURVEYS)
#
# Grid, rows and limits are in the stream's header (cutout --survey cfhtls-wide).

NET        ?= P
LEARN      ?= --iterations 120000 --batch 32 --rate 1e-4 --drop 0.5
REFIT      ?= --iterations 40000 --batch 32 --rate 2e-5
EXTEND     ?= --extend 500,1000
