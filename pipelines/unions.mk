# unions.mk -- UNIONS: tiles of CFIS in u and r; archive.mk says how it is used
#
# Tiles and their catalogues are in the collaboration's folder at CANFAR, for its members: fetch lists
# which. We know of no service for queries: query says which columns are needed. There is no E(B-V):
# give DUST.

SURVEY  := unions
AT      := the catalogues of tiles at CANFAR and redshifts of your own
COLUMNS := id=id,ra=ra,dec=dec,z=zspec,mag=mag

ARCHIVE ?= vos:cfis/tiles_DR5/
BANDS   := u r
FILES   := CFIS.{tile}.{band}.fits CFIS.{tile}.{band}.weight.fits.fz
BY_HAND := yes
HOW      = These files are for members of UNIONS, with an account of CADC: vcp (of the Python package vos) copies \
	them. Put them into $(FRAMES).

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
