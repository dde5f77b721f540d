# mock.mk -- settings for the mock sky, which take minutes (pzpipe-method(7), SIMULATED SKY)
#
# 20,000 galaxies to train on, 5,000 for step 5 and 15,000 to test; 8,000, 2,000 and 6,000 with SMALL=1.

GALAXIES   ?= $(if $(SMALL),16000,40000)
SKY        ?= sdss
SURVEY     ?= $(PIPELINES)/surveys/$(if $(SMALL),demo-small,demo).json
SIZE       ?= 32

PARTS      ?= train=0.5,valid=0.125,test=0.375
NET        ?= $(PIPELINES)/networks/demo.net
SEEN       ?= $(if $(SMALL),2500,4688)
LEARN      ?= --recipe modern --iterations $(SEEN) --batch 32 --rate 2e-3
REFIT      ?= --iterations 3000 --batch 128 --rate 3e-3 --drop 0.7 --average 0.3
EXTEND_FIT ?= --iterations 2000 --batch 128 --rate 3e-3 --drop 0.7 --average 0.3
EXTEND     ?= --extend 40,40
REFINE     ?= 0.5
DRAW       ?= --size $(if $(SMALL),32000,80000)
COMPARE    ?= --differences --against mag
