# deep.mk -- settings for a mock sky that is deep, which take minutes (pzpipe-method(7), SIMULATED SKY)
#
# As mock.mk, for galaxies to i = 25 and z = 4, whose pixels lie far below the article's divisor: the
# network's "whiten" finds their scale. One redshift in twenty is wrong, and so are some estimates:
# those that do not agree are no labels. 12,000 galaxies to train on, 3,000 for step 5, 9,000 to test.

GALAXIES   ?= $(if $(SMALL),6000,24000)
SKY        ?= cfhtls-wide
SPECTRA    ?= --spectra 24 --failures 0.05
SURVEY     ?= $(PIPELINES)/surveys/deep.json

SEEN       ?= $(if $(SMALL),2500,9376)
EXTEND     ?= --extend 100,200
DRAW       ?= --size $(if $(SMALL),20000,80000)
REFINE     ?=
AGREE      ?= abs(zphot.mode - z) < 0.3 * (1 + z)
include $(PIPELINES)/settings/mock.mk
