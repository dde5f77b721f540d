# hsc.mk -- HSC-SSP PDR3: coadded patches in g, r, i, z, y; archive.mk says how it is used
#
# Database and files need an account of the archive. The catalogue has extinctions, but no E(B-V): give
# DUST.

SURVEY  := hsc
AT      := the archive of HSC-SSP (https://hsc-release.mtk.nao.ac.jp, CAS Search)
COLUMNS := id=object_id,ra=ra,dec=dec,z=specz_redshift,mag=mag

ARCHIVE ?= https://hsc-release.mtk.nao.ac.jp/archive/filetree/pdr3_wide/deepCoadd-results/
BANDS   := HSC-G HSC-R HSC-I HSC-Z HSC-Y
FILES   := {band}/{tract}/{patch_x},{patch_y}/calexp-{band}-{tract}-{patch_x},{patch_y}.fits
HOW      = The archive of HSC-SSP asks for the name and password of an account of its own: write them into ~/.netrc \
	(machine hsc-release.mtk.nao.ac.jp login NAME password WORD), and the word netrc into ~/.curlrc.

EXTEND  ?= --extend 200,200

include $(dir $(lastword $(MAKEFILE_LIST)))archive.mk
