# threshold.mk -- the largest number of galaxies in a cell of the balanced subset
#
# With a small number the subset is flat, but too small to learn from. With a large one it is as
# uneven as the sample.

threshold.mock   := 2 5 10 20 50 100 200 500
threshold.survey := 5 10 20 50 100 200 500 1000 2000
threshold.wide   := 5 10 20 50 100 200
threshold.what   := balancing threshold [galaxies]
threshold.axis   := --log
threshold.with    = $(from-step1) THRESHOLD='--threshold $1'

$(eval $(call experiment,threshold))
