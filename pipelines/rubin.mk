# rubin.mk -- Rubin's Data Preview 1: patches of deep_coadd in u, g, r, i, z, y; archive.mk says how it is used
#
# Catalogue and files need the data rights of Rubin, and are at the Rubin Science Platform alone. Files
# come through its Butler: fetch lists which. The catalogue has E(B-V), and no spectroscopic redshifts.

SURVEY  := rubin
AT      := the Rubin Science Platform (https://data.lsst.cloud)
COLUMNS := id=objectId,ra=coord_ra,dec=coord_dec,z=zspec,mag=i_cModelMag,ebv=ebv

ARCHIVE :=
BANDS   := u g r i z y
FILES   := deep_coadd_{tract}_{patch}_{band}_lsst.fits
BY_HAND := yes
HOW      = These files come from the Butler, in a notebook of the Rubin Science Platform that has an account with data \
	rights: Butler("dp1", collections="LSSTComCam/DP1").get("deep_coadd", tract=..., patch=..., band=..., \
	skymap="lsst_cells_v1").writeFits(NAME). Then put them into $(FRAMES).

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
