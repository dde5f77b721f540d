# bins.mk -- into how many bins redshift is cut
#
# Step 3 adds half as many on either side, but 20 to 20.

bins.mock   := 20 40 80 160 400
bins.survey := 20 50 180 500 1000
bins.what   := redshift bins
bins.axis   := --log
bins.with    = $(if $(filter 80 180,$1),$(from-step1),$(all-steps) GRID='--bins $1' \
	EXTEND='$(if $(filter 20,$1),--extend 20$(comma)20)')
comma       := ,

$(eval $(call experiment,bins))
