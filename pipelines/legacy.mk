# legacy.mk -- Legacy Surveys DR10: bricks of DECam in g, r, i, z; archive.mk says how it is used
#
# The bricks are open to everybody. The catalogue has E(B-V).

SURVEY  := legacy
AT      := Astro Data Lab of NOIRLab (https://datalab.noirlab.edu)
COLUMNS := id=ls_id,ra=ra,dec=dec,z=zspec,mag=dered_mag_r,ebv=ebv

ARCHIVE ?= https://portal.nersc.gov/cfs/cosmo/data/legacysurvey/dr10/south/coadd/
BANDS   := g r i z
brick   := {brickname:%.3s}/{brickname}/legacysurvey-{brickname}
FILES   := $(brick)-image-{band}.fits.fz $(brick)-maskbits.fits.fz

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
