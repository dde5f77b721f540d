# iterations.mk -- the number of iterations of baseline and step 1, at a constant rate
#
# A single run for all values: each one continues where the one before it ended.

iterations.mock   := 250 500 1000 2500 5000 10000
iterations.survey := 2000 5000 10000 20000 30000 60000 90000 120000 160000 200000 240000
iterations.what   := iterations of baseline and step 1
iterations.axis   := --log
iterations.mock.learn   := --batch 32 --rate 1e-3 --drop 1
iterations.survey.learn := --batch 128 --rate 1e-4 --drop 1
iterations.after   = $(lastword $(call upto,$1,$(iterations.$(SCALE))))
iterations.with    = $(all-steps) KEEP_STATE=yes LEARN='--iterations $1 $(iterations.$(SCALE).learn)' \
	EARLIER='$(addprefix $(OUT)/iterations/,$(iterations.after))'

# The words of the list $2 before $1.
upto = $(if $(filter-out $1,$(firstword $2)),$(firstword $2) $(call upto,$1,$(wordlist 2,$(words $2),$2)))

$(eval $(call experiment,iterations))
