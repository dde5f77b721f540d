# des.mk -- DES DR2: coadded tiles in g, r, i, z, Y; archive.mk says how it is used
#
# The tiles are open to everybody. Their names have a number of the processing, which only the archive
# knows: the query gives the five names. The catalogue has E(B-V).

SURVEY  := des
AT      := Astro Data Lab of NOIRLab (https://datalab.noirlab.edu)
COLUMNS := id=coadd_object_id,ra=ra,dec=dec,z=zspec,mag=mag_auto_i_dered,ebv=ebv_sfd98

ARCHIVE ?= https://desdr-server.ncsa.illinois.edu/despublic/dr2_tiles/
BANDS   := g r i z Y
FILES   := {tilename}/{file_g} {tilename}/{file_r} {tilename}/{file_i} {tilename}/{file_z} {tilename}/{file_y}

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
