# catalogue.mk -- settings for a network on magnitudes and colours, which takes minutes
#
# For tens of thousands of galaxies with z < 0.8; grid, rows and limits are in $(SURVEY).

SURVEY     ?= $(PIPELINES)/surveys/catalogue.json

PARTS      ?= train=0.5,valid=0.125,test=0.375
NET        ?= M
LEARN      ?= --iterations 5000 --batch 128 --rate 1e-3 --drop 0.5,0.8
REFIT      ?= --iterations 3000 --batch 128 --rate 1e-3
EXTEND_FIT ?= --iterations 3000 --batch 128 --rate 3e-3 --drop 0.7
EXTEND     ?= --extend 50,50
DRAW       ?= --size 40000
