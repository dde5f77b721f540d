# euclid.mk -- Euclid Q1: MER mosaics in VIS, Y, J, H; archive.mk says how it is used
#
# The mosaics are open to everybody; one has 1.5 GB. Their names end in a hash and a date, which no
# table of galaxies has: fetch lists the beginnings of the names and where they are. The catalogue has
# E(B-V), of Planck.

SURVEY  := euclid
AT      := IRSA (https://irsa.ipac.caltech.edu/TAP)
COLUMNS := id=object_id,ra=ra,dec=dec,z=spe_z,mag=mag,ebv=gal_ebv

ARCHIVE ?= https://irsa.ipac.caltech.edu/ibe/data/euclid/q1/MER/
BANDS   := NIR-Y NIR-J NIR-H
FILES   := {tileid}/VIS/EUC_MER_BGSUB-MOSAIC-VIS_TILE{tileid}-*.fits \
	{tileid}/NISP/EUC_MER_BGSUB-MOSAIC-{band}_TILE{tileid}-*.fits
BY_HAND := yes
HOW      = The ends of these names are in the folders of IRSA and in its image service \
	(https://irsa.ipac.caltech.edu/SIA, collection euclid_DpdMerBksMosaic, science images). Download the files into \
	$(FRAMES).

EXTEND  ?= --extend 150,150

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
