# kids.mk -- KiDS DR5: tiles of OmegaCAM in u, g, r, i; archive.mk says how it is used
#
# The tiles are open to everybody; one has 1.5 GB in each band, and flag images as masks. The catalogue
# has extinctions, but no E(B-V): give DUST. It has no spectroscopic redshifts. DR4 selects galaxies by
# bits of its column MASK, which a query cannot do: CUT='--carry MASK' KEEP='bits(MASK, 28668) = 0'.

SURVEY  := kids
AT      := the catalogue service of ESO (https://archive.eso.org/tap_cat)
COLUMNS := id=ID,ra=RAJ2000,dec=DECJ2000,z=zspec,mag=mag

ARCHIVE ?= http://ds.astro.rug.astro-wise.org:8000/
BANDS   := u g r i
tile    := KiDS_DR5.0_{KIDS_TILE\#KIDS_}_{band}
FILES   := $(tile)_sci.fits $(tile)_msk.fits

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
