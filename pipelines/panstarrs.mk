# panstarrs.mk -- Pan-STARRS1 DR2: stacks of skycells in g, r, i, z, y; archive.mk says how it is used
#
# The stacks are open to everybody. The catalogue has no E(B-V): give DUST.

SURVEY  := panstarrs
AT      := CasJobs of MAST (https://mastweb.stsci.edu/ps1casjobs, context PanSTARRS_DR2)
COLUMNS := id=objID,ra=raMean,dec=decMean,z=zspec,mag=rKronMag

ARCHIVE ?= https://ps1images.stsci.edu/rings.v3.skycell/
BANDS   := g r i z y
cell    := {projectionID:%04d}/{skyCellID:%03d}/rings.v3.skycell.{projectionID:%04d}.{skyCellID:%03d}.stk.{band}
FILES   := $(cell).unconv.fits $(cell).unconv.mask.fits

EXTEND  ?= --extend 125,125

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
